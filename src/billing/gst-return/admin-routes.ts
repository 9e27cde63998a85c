import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Router } from "express";
import { z } from "zod";
import { Ref, Time } from "../../http/fields.ts";
import { parse } from "../../http/parse.ts";
import { DAY, iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { findSeller } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { gstr1, SECTION_NAMES } from "./gstr1.ts";
import { assertReportable } from "./supplies.ts";

const DAYS_MAX = 366;
const Query = z
  .strictObject({
    from: Time,
    to: Time,
    /** Whose return: the operator's, or that of a tenant with a Razorpay account of its own. */
    account: Ref.default("operator"),
    section: z.enum(SECTION_NAMES).optional(),
  })
  .refine(({ from, to }) => to > from, { path: ["to"], error: "must be after from" })
  .refine(({ from, to }) => to - from <= DAYS_MAX * DAY, {
    path: ["to"],
    error: `must be at most ${DAYS_MAX} days after from`,
  });

/** `/api/admin/reports/gstr1`: what a supplier reports of a period `[from, to)`, as CSV. A month begins at midnight in IST (`+05:30`). */
export function gstReturnAdminRoutes({ db }: BillingParts): Router {
  const router = Router();

  router.get("/reports/gstr1", async (req, res) => {
    const { account, from, to, section } = parse(Query, req.query);
    const seller_id = account === "operator" ? "operator" : (await findTenant(db.read, account)).id;
    const seller = await findSeller(db.read, seller_id);
    if (!seller)
      throw new Problem("not_found", {
        message: "There is no seller of this account: set it with PUT /api/admin/sellers.",
      });
    if (seller.gstin === null)
      throw new Problem("conflict", {
        message: "This seller has no GSTIN: who is not registered charges no GST and files no return.",
      });
    await assertReportable(db.read, { seller_id, from, to });
    const name = ["gstr1", ...(section ? [section] : []), iso(from).slice(0, 10), iso(to).slice(0, 10)].join("-");
    res.set({ "content-disposition": `attachment; filename="${name}.csv"`, "cache-control": "private, no-store" });
    res.type("csv");
    await pipeline(Readable.from(gstr1(db.read, { seller_id, from, to, section })), res);
  });

  return router;
}
