import { z } from "zod";
import {
  Anything,
  At,
  adminChapter,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  PaiseTold,
  pageTold,
} from "../../http/operation.ts";
import { PageQuery } from "../../http/paging.ts";
import { page, pdf } from "../documents/described.ts";

const SelfInvoice = named(
  "SelfInvoice",
  z.object({
    ...{ id: Id, seller_id: Id, tenant_id: IdOrNull, number: z.string(), financial_year: z.string() },
    ...{ from_at: At, to_at: At, issued_at: At, supplier: Anything, recipient: Anything, sac: z.string() },
    ...{
      cost_micros_usd: MicrosTold,
      parts: z.object({ calls: MicrosTold, other: MicrosTold, corrections: MicrosTold }),
    },
    ...{ rate_micros: MicrosTold, rate_source: z.string(), rate_valid_from: At, tax_rate_ppm: z.int() },
    ...{ taxable_paise: PaiseTold, igst_paise: PaiseTold, total_paise: PaiseTold, currency: z.literal("INR") },
    ...{ reverse_charge: z.literal(true), place_of_supply: z.string() },
  }),
  "What the operator issued to itself for the service that it imports.",
);

export const selfInvoiceAdminDescribed = adminChapter("Invoices", {
  "GET /self_invoices": {
    summary: "List self-invoices, newest first",
    ...{ query: PageQuery, answers: { 200: pageTold(SelfInvoice) } },
  },
  "GET /self_invoices/:id": { summary: "Get a self-invoice", answers: { 200: SelfInvoice }, problems: ["not_found"] },
  "GET /self_invoices/:id.pdf": pdf("A self-invoice"),
  "GET /self_invoices/:id.html": page("A self-invoice"),
});
