import { z } from "zod";
import {
  Anything,
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  PaiseTold,
  pageTold,
} from "../../http/operation.ts";
import { PageQuery } from "../../http/paging.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { Credit, InvoiceQuery, Manual, StatementQuery, WriteOff } from "./routes.ts";

export const InvoiceKind = z.enum(["base", "topup", "overage", "combined"]);
const Line = z.object({
  ...{ description: z.string(), sac: z.string(), details: Anything.optional() },
  ledger_account: z.enum(["revenue.base", "wallet", "unbilled"]).optional(),
  ...{ net_micros: MicrosTold, net_paise: PaiseTold },
});
const tax = {
  ...{ taxable_paise: PaiseTold, cgst_paise: PaiseTold, sgst_paise: PaiseTold, igst_paise: PaiseTold },
  ...{ round_off_paise: PaiseTold, total_paise: PaiseTold },
};
const invoice = {
  ...{ id: Id, tenant_id: Id, customer_id: Id, seller_id: Id, kind: InvoiceKind, number: z.string() },
  ...{ financial_year: z.string(), cycle_id: IdOrNull, subscription_id: IdOrNull, currency: z.string() },
  ...{ seller: Anything, buyer: Anything, place_of_supply: z.string(), lines: z.array(Line), tax_rate_ppm: z.int() },
  ...{ ...tax, paid_paise: PaiseTold, credited_paise: PaiseTold, tds_paise: PaiseTold, written_off_paise: PaiseTold },
  fx: Anything.nullable().describe("The rate that its usage was exchanged by; null where nothing was."),
  ...{ issued_at: At, due_at: At, reopened_at: AtOrNull, suspended_at: AtOrNull, open_paise: PaiseTold },
  status: z.enum(["open", "written_off", "paid"]),
};
export const InvoiceTold = named(
  "Invoice",
  z.object(invoice),
  "A tax invoice. It is open while `open_paise` is more than 0.",
);
export const CreditNoteTold = named(
  "CreditNote",
  z.object({
    ...{ id: Id, tenant_id: Id, customer_id: Id, invoice_id: Id, seller_id: Id, number: z.string() },
    ...{ financial_year: z.string(), reason: z.string(), currency: z.string(), ...tax, issued_at: At },
  }),
  "A document that takes back a part of an invoice.",
);
const InvoiceWithNotes = named("InvoiceWithNotes", z.object({ ...invoice, credit_notes: z.array(CreditNoteTold) }));

export const statementLine = z.object({
  ...{ at: At, kind: z.string(), memo: z.string(), amount_micros: MicrosTold, balance_micros: MicrosTold },
});
const Statement = named(
  "Statement",
  z.object({
    ...{ currency: z.string(), from: At, to: At, opening_micros: MicrosTold, lines: z.array(statementLine) },
    ...{ closing_micros: MicrosTold, complete: z.boolean() },
  }),
  "A customer's account with its running balance, from the journal.",
);

export const invoiceAdminDescribed = adminChapter("Invoices", {
  "GET /invoices": { summary: "List invoices", query: InvoiceQuery, answers: { 200: pageTold(InvoiceTold) } },
  "GET /invoices/:id": { summary: "Show an invoice with its credit notes", answers: { 200: InvoiceWithNotes } },
  "POST /invoices/:id/payments": {
    summary: "Enter a payment that came by bank transfer",
    description: "With what the payer kept back as income tax. The same `reference` again changes nothing.",
    ...{ body: Manual, answers: { 201: InvoiceTold } },
  },
  "POST /invoices/:id/credit_notes": {
    summary: "Take back a part of what is open",
    ...{ body: Credit, answers: { 201: CreditNoteTold } },
  },
  "POST /invoices/:id/write_off": { summary: "Give up what is open", body: WriteOff, answers: { 201: InvoiceTold } },
});

const statement = { summary: "Show the statement of account", query: StatementQuery, answers: { 200: Statement } };
export const statementAdminDescribed = adminDoorsDescribed("Customers", { "GET /statement": statement });
export const invoiceDescribed = customerDoorDescribed({
  "GET /statement": statement,
  "GET /invoices": { summary: "List one's invoices", query: PageQuery, answers: { 200: pageTold(InvoiceTold) } },
  "GET /invoices/:invoice_id": { summary: "Show an invoice with its credit notes", answers: { 200: InvoiceWithNotes } },
});
