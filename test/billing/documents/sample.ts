import type { CreditNoteRow, InvoiceRow } from "../../../src/billing/invoices/store.ts";
import type { InvoiceLine } from "../../../src/db/schema/invoices.ts";
import type { CreditNoteId, CustomerId, CycleId, InvoiceId, TenantId } from "../../../src/kernel/id.ts";
import { microsOfPaise, paise } from "../../../src/kernel/money.ts";

/** Documents as they are kept, to be changed by a test where it matters. */

export const ADDRESS = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001", country: "IN" };
export const SELLER = {
  ...{
    legal_name: "Operator Private Limited",
    gstin: "29AAGCB7383J1Z4",
    address: ADDRESS,
    state_code: "29",
    lut: null,
  },
};
export const BUYER = {
  ...{ name: "Asha Traders", email: "asha@example.com", contact: "+919800000000", gstin: null, state_code: "27" },
  address: { line1: "12 Nariman Point", city: "Mumbai", postal_code: "400021", country: "IN" },
};
export const ISSUED_AT = Date.parse("2026-11-05T10:00:00+05:30");

export const usageLine = (model: string, net: number): InvoiceLine => ({
  ...{ description: `Usage of ${model} beyond the plan`, sac: "998315" },
  ...{ net_micros: microsOfPaise(paise(net)), net_paise: paise(net) },
  details: { model, input_tokens: 12_345_678, cache_read_tokens: 0, output_tokens: 3_456, web_searches: 2 },
});

export const invoice = (change: Partial<InvoiceRow> = {}): InvoiceRow => ({
  ...{ id: "tgi_1" as InvoiceId, source: "a test", tenant_id: "ten_1" as TenantId, customer_id: "cus_1" as CustomerId },
  ...{ seller_id: "operator", kind: "overage", number: "TG/26-27/00042", financial_year: "26-27" },
  ...{ cycle_id: "cyc_1" as CycleId, subscription_id: null, currency: "INR", seller: SELLER, buyer: BUYER },
  ...{ place_of_supply: "27", lines: [usageLine("claude-sonnet-5-5", 10_000)], tax_rate_ppm: 180_000 },
  ...{ taxable_paise: paise(10_000), cgst_paise: paise(0), sgst_paise: paise(0), igst_paise: paise(1_800) },
  ...{ round_off_paise: paise(0), total_paise: paise(11_800), paid_paise: paise(0), credited_paise: paise(0) },
  ...{ tds_paise: paise(0), written_off_paise: paise(0), reopened_at: null, suspended_at: null },
  fx: { rate_micros: 85_250_000, source: "RBI reference rate", date: "2026-10-01T00:00:00.000Z" },
  ...{ issued_at: ISSUED_AT, due_at: ISSUED_AT, dunning_stage: 0, final_notice_at: null, created_at: ISSUED_AT },
  ...change,
});

export const creditNote = (change: Partial<CreditNoteRow> = {}): CreditNoteRow => ({
  ...{ id: "tgn_1" as CreditNoteId, source: "a test", tenant_id: "ten_1" as TenantId },
  ...{ customer_id: "cus_1" as CustomerId, invoice_id: "tgi_1" as InvoiceId, seller_id: "operator" },
  ...{ number: "TGC/26-27/00003", financial_year: "26-27", reason: "Credit that was not used", currency: "INR" },
  ...{ taxable_paise: paise(5_000), cgst_paise: paise(0), sgst_paise: paise(0), igst_paise: paise(900) },
  ...{ round_off_paise: paise(0), total_paise: paise(5_900), issued_at: ISSUED_AT, created_at: ISSUED_AT },
  ...change,
});
