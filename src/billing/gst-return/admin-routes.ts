import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Response, Router } from "express";
import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { parse } from "../../http/parse.ts";
import { iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { findSeller, type SellerRow } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { gstr1, SECTION_NAMES } from "./gstr1.ts";
import { gstr3b, gstr3bCsv } from "./gstr3b.ts";
import { daysOf, ReportPeriod, within } from "./period.ts";
import { assertReportable } from "./supplies.ts";

export const Gstr1 = within(ReportPeriod.extend({ section: z.enum(SECTION_NAMES).optional() }));
export const Gstr3b = within(ReportPeriod.extend({ format: z.enum(["json", "csv"]).default("json") }));

/** `/api/admin/reports`: what a supplier reports of a period `[from, to)`. A month begins at midnight in IST (`+05:30`). */
export function gstReturnAdminRoutes({ db }: BillingParts): Router {
  const router = Router();

  router.get("/reports/gstr1", async (req, res) => {
    const { account, from, to, section } = parse(Gstr1, req.query);
    const { id: seller_id } = await filingSeller(db.read, account);
    await assertReportable(db.read, { seller_id, from, to });
    attached(res, ["gstr1", ...(section ? [section] : []), daysOf({ from, to })].join("-"));
    await pipeline(Readable.from(gstr1(db.read, { seller_id, from, to, section })), res);
  });

  router.get("/reports/gstr3b", async (req, res) => {
    const { account, from, to, format } = parse(Gstr3b, req.query);
    const seller = await filingSeller(db.read, account);
    const answer = await gstr3b(db.read, { seller_id: seller.id, from, to }, seller);
    if (format === "json")
      return void res.json({ account, gstin: seller.gstin, from: iso(from), to: iso(to), ...answer });
    attached(res, `gstr3b-${daysOf({ from, to })}`).send(gstr3bCsv(answer));
  });

  return router;
}

const attached = (res: Response, name: string): Response =>
  res
    .set({ "content-disposition": `attachment; filename="${name}.csv"`, "cache-control": "private, no-store" })
    .type("csv");

/** The supplier of an account, who files returns: a Problem where there is none, or it is not registered. */
async function filingSeller(read: Reader, account: string): Promise<SellerRow> {
  const seller = await findSeller(read, account === "operator" ? "operator" : (await findTenant(read, account)).id);
  if (!seller)
    throw new Problem("not_found", {
      message: "There is no seller of this account: set it with PUT /api/admin/sellers.",
    });
  if (seller.gstin === null)
    throw new Problem("conflict", {
      message: "This seller has no GSTIN: who is not registered charges no GST and files no return.",
    });
  return seller;
}
