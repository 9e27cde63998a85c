import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Router } from "express";
import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { BillingParts } from "../parts.ts";
import { type Liability, liabilitiesOf } from "./liability.ts";
import { countWalletBalances, pageOfWalletBalances, walletTotals } from "./store.ts";

export const Query = PageQuery.extend({ at: Time.optional(), format: z.enum(["json", "csv"]).default("json") });
const COLUMNS = ["id", "currency", "booked_micros", "unspent_micros", "drawn_micros", "agrees"] as const;
const ROWS_AT_ONCE = 500;

/**
 * `/api/admin/reports/credit_liability`: prepaid credit that is not used, tenant by tenant and in total. Now it is held against the grants; of an earlier
 * instant it is what the journal had.
 */
export function creditLiabilityAdminRoutes({ db, clock }: BillingParts): Router {
  const router = Router();

  router.get("/reports/credit_liability", async (req, res) => {
    const { at, format, ...query } = parse(Query, req.query);
    if (at !== undefined && at > clock.now())
      throw new Problem("invalid_request", { message: "at: lies in the future" });
    const before = at ?? Number.MAX_SAFE_INTEGER;
    const now = at === undefined;
    if (format === "csv") {
      const name = `credit-liability-${iso(at ?? clock.now()).slice(0, 10)}.csv`;
      res.set({
        "content-disposition": `attachment; filename="${name}"`,
        ...{
          "cache-control": "private, no-store",
          "x-tollgate-rows": String(await countWalletBalances(db.read, before)),
        },
      });
      res.type("csv");
      await pipeline(Readable.from(lines(db.read, before, now)), res);
      return;
    }
    const rows = await liabilitiesOf(db.read, await pageOfWalletBalances(db.read, query, before), { now });
    res.json({
      at: iso(at ?? clock.now()),
      totals: await walletTotals(db.read, before),
      ...pageOf(rows, query, ({ id, ...row }) => ({ tenant_id: id, ...row })),
    });
  });

  return router;
}

/** Ids, codes and numbers: nothing in it needs quotes. */
async function* lines(read: Reader, before: number, now: boolean): AsyncGenerator<string> {
  yield `${["tenant_id", ...COLUMNS.slice(1)].join(",")}\r\n`;
  for (let before_id = ""; ; ) {
    const query = { limit: ROWS_AT_ONCE, before_id: before_id || "ten_" };
    const balances = (await pageOfWalletBalances(read, query, before)).slice(0, ROWS_AT_ONCE);
    for (const row of await liabilitiesOf(read, balances, { now })) yield lineOf(row);
    if (balances.length < ROWS_AT_ONCE) return;
    before_id = balances.at(-1)!.id;
  }
}

const lineOf = (row: Liability): string => `${COLUMNS.map((name) => row[name] ?? "").join(",")}\r\n`;
