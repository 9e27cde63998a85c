import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Response, Router } from "express";
import { z } from "zod";
import { parse } from "../../http/parse.ts";
import { findTenant } from "../../tenants/store.ts";
import { daysOf, ReportPeriod, within } from "../gst-return/period.ts";
import type { BillingParts } from "../parts.ts";
import { assertExportable } from "./movements.ts";
import type { Period } from "./store.ts";
import { ledgersCsv, vouchersCsv } from "./tally.ts";
import { ledgersXml, vouchersXml } from "./tally-xml.ts";
import { SECTION_NAMES, zohoCsv } from "./zoho.ts";

export const Tally = within(
  ReportPeriod.extend({
    section: z.enum(["vouchers", "ledgers"]).default("vouchers"),
    format: z.enum(["csv", "xml"]).default("csv"),
  }),
);
export const Zoho = within(ReportPeriod.extend({ section: z.enum(SECTION_NAMES) }));

const TALLY = { vouchers: { csv: vouchersCsv, xml: vouchersXml }, ledgers: { csv: ledgersCsv, xml: ledgersXml } };

/** `/api/admin/reports`: what happened in a period `[from, to)`, as an accountant's program imports it. */
export function exportAdminRoutes({ db }: BillingParts): Router {
  const router = Router();

  router.get("/reports/tally", async (req, res) => {
    const { account, from, to, section, format } = parse(Tally, req.query);
    const period = await periodOf(account, { from, to });
    await sent(res, TALLY[section][format](db.read, period), ["tally", section, period], format);
  });

  router.get("/reports/zoho", async (req, res) => {
    const { account, from, to, section } = parse(Zoho, req.query);
    const period = await periodOf(account, { from, to });
    await sent(res, zohoCsv(db.read, period, section), ["zoho", section, period], "csv");
  });

  async function periodOf(account: string, span: Pick<Period, "from" | "to">): Promise<Period> {
    const account_id = account === "operator" ? "operator" : (await findTenant(db.read, account)).id;
    const period = { account_id, ...span } as const;
    await assertExportable(db.read, period);
    return period;
  }

  return router;
}

/** Line by line, under a name that says what it is. */
async function sent(
  res: Response,
  lines: AsyncIterable<string>,
  [program, section, period]: readonly [program: string, section: string, period: Period],
  format: "csv" | "xml",
): Promise<void> {
  const name = [program, section, daysOf(period)].join("-");
  res.set({ "content-disposition": `attachment; filename="${name}.${format}"`, "cache-control": "private, no-store" });
  await pipeline(Readable.from(lines), res.type(format));
}
