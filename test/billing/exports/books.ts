import { bookUsage } from "../../../src/billing/cycles/book.ts";
import { issueInvoice } from "../../../src/billing/invoices/issue.ts";
import { creditInvoice, giveBack, payInvoice, takeBack, writeOff } from "../../../src/billing/invoices/settle.ts";
import type { InvoiceRow } from "../../../src/billing/invoices/store.ts";
import { credit, debit, post } from "../../../src/billing/journal/journal.ts";
import { saveProfile, saveSeller } from "../../../src/billing/parties/store.ts";
import type { Tx } from "../../../src/db/database.ts";
import type { AccountId } from "../../../src/db/schema/sellers.ts";
import * as t from "../../../src/db/schema.ts";
import { DAY, movableClock } from "../../../src/kernel/clock.ts";
import type { CustomerId, TenantId } from "../../../src/kernel/id.ts";
import { type Micros, micros, microsOfPaise, paise, type RateMicros } from "../../../src/kernel/money.ts";
import { openTestDatabase } from "../../support/database.ts";

/** Books in which something of every kind was posted, without a gateway around them. */

const tenant_id = "ten_1" as TenantId;
const account_id = "operator" as AccountId;
export const FROM = Date.parse("2026-11-01T00:00:00+05:30");
export const TO = Date.parse("2026-12-01T00:00:00+05:30");
const address = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001", country: "IN" };
const US = { line1: "1 Main St", city: "Austin", postal_code: "73301", country: "US" };
export const BUYERS = {
  cus_registered: { name: '=HYPERLINK("x"), Ltd', gstin: "27AAPFU0939F1ZV", state_code: "27", address },
  cus_neighbour: { name: "Neighbour & Sons", gstin: null, state_code: "29", address },
  cus_abroad: { name: "Abroad Inc", gstin: null, state_code: "96", address: US },
} as const;
export type Buyer = keyof typeof BUYERS;

const clock = movableClock();
const wall = clock.wall();

export async function openBooks() {
  const database = await openTestDatabase();
  const { db } = database;
  await db.transaction(async (tx) => {
    for (const [id, buyer] of Object.entries(BUYERS)) {
      await saveProfile(tx, {
        ...{ customer_id: id as CustomerId, tenant_id, email: "a@example.com", contact: "+919800000000", ...buyer },
        ...{ created_at: 0, updated_at: 0 },
      });
      await tx.insert(t.customers).values({
        ...{
          id: id as CustomerId,
          tenant_id,
          user_id: null,
          subject_id: id,
          currency: "INR",
          standing: "good",
          created_at: 0,
        },
      } as never);
    }
    await saveSeller(tx, {
      ...{ id: account_id, tenant_id: null, legal_name: "Seller", lut: null, address, gstin: "29AAGCB7383J1Z4" },
      ...{ state_code: "29", sac: "998315", invoice_series: "TG", created_at: 0, updated_at: 0 },
    });
    await tx.insert(t.fxRates).values({
      ...{ id: "fxr_1", currency: "INR", rate_micros: 85_123_457 as RateMicros, valid_from: 0 },
      ...{ source: "RBI", created_at: 0 },
    });
  });

  let occasions = 0;
  const at = () => FROM + ((++occasions * 7) % 29) * DAY;
  const act = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(work);
  const of = (buyer: Buyer) => ({ account_id, tenant_id, customer_id: buyer as CustomerId });

  return {
    ...database,
    sell: (buyer: Buyer, nets: readonly number[], currency = "INR", when = at()) =>
      act((tx) =>
        issueInvoice(
          tx,
          {
            ...{ source: `sale ${++occasions}`, kind: "overage", ...of(buyer), currency, due_days: 7, at: when },
            lines: nets.map((net, index) => ({
              ...{ description: `+Usage ${index}`, net_micros: microsOfPaise(paise(net)) },
              ledger_account: index ? ("revenue.base" as const) : ("unbilled" as const),
            })),
          },
          wall,
        ),
      ),
    topup: (buyer: Buyer, gross: number) =>
      act((tx) =>
        issueInvoice(
          tx,
          {
            ...{ source: `topup ${++occasions}`, kind: "topup", ...of(buyer), currency: "INR", due_days: 0, at: at() },
            lines: [{ description: "Credit", net_micros: micros(gross * 8_475), ledger_account: "wallet" }],
            gross_paise: paise(gross),
          },
          wall,
        ),
      ),
    credit: ({ id }: InvoiceRow, gross: number, { unused }: { readonly unused?: number } = {}) =>
      act((tx) =>
        creditInvoice(tx, clock, {
          ...{ invoice_id: id, source: `credit ${++occasions}`, gross_paise: paise(gross), reason: "@mistake" },
          ...{ unused_paise: unused === undefined ? undefined : paise(unused), at: at() },
        }),
      ),
    pay: ({ id }: InvoiceRow, amount: number, { tds = 0, from = "collector" as "collector" | "bank" } = {}) =>
      act((tx) =>
        payInvoice(tx, clock, {
          ...{ invoice_id: id, source: from === "bank" ? `manual:${id}:UTR ${++occasions}` : `pay_${++occasions}` },
          ...{ amount_paise: paise(amount), tds_paise: paise(tds), from, at: at() },
        }),
      ),
    takeBack: ({ id }: InvoiceRow, amount: number) =>
      act((tx) =>
        takeBack(tx, clock, {
          ...{ invoice_id: id, amount_paise: paise(amount), source: `t ${++occasions}`, at: at() },
        }),
      ),
    writeOff: ({ id }: InvoiceRow) => act((tx) => writeOff(tx, clock, { invoice_id: id, reason: "gone", at: at() })),
    giveBack: (buyer: Buyer, amount: number) =>
      act((tx) =>
        giveBack(tx, clock, {
          ...{ source: `r ${++occasions}`, invoice_id: null, ...of(buyer), currency: "INR" },
          ...{ amount_paise: paise(amount), at: at() },
        }),
      ),
    fee: (buyer: Buyer, fee: number, tax: number) =>
      act((tx) =>
        post(
          tx,
          {
            ...{ source: `fee:${++occasions}`, kind: "fee", ...of(buyer), memo: "Razorpay's fee", at: at() },
            entries: [
              debit("fees", "INR", fee * 10_000),
              debit("fees.gst", "INR", tax * 10_000),
              credit("collector", "INR", (fee + tax) * 10_000),
            ],
          },
          wall,
        ),
      ),
    usage: (buyer: Buyer, [prepaid_micros, promotional_micros]: readonly [number, number]) =>
      act((tx) =>
        bookUsage(
          tx,
          { ...of(buyer), currency: "INR", at: at(), memo: "Usage", source: `usage ${++occasions}` },
          {
            usage: { cost_micros_usd: 1_234_567 as Micros } as never,
            split: {
              ...{ prepaid_micros: micros(prepaid_micros), promotional_micros: micros(promotional_micros) },
              ...{ included_micros: micros(0), overage_micros: micros(0) },
            },
          },
          wall,
        ),
      ),
    /** Three accounts whose parts of a paisa do not come to one. */
    odd: (buyer: Buyer) =>
      act((tx) =>
        post(
          tx,
          {
            ...{ source: `odd ${++occasions}`, kind: "usage", ...of(buyer), memo: "-2+3 odd", at: at() },
            entries: [
              debit("unbilled", "INR", 25_000),
              credit("revenue.overage", "INR", 14_000),
              credit("revenue.prepaid", "INR", 11_000),
            ],
          },
          wall,
        ),
      ),
    /** So many at one instant. */
    many: (count: number) =>
      act(async (tx) => {
        for (let one = 0; one < count; one++) {
          const entries = [debit("wallet", "INR", 10_000), credit("revenue.prepaid", "INR", 10_000)];
          const source = `many ${++occasions}`;
          await post(tx, { source, kind: "usage", ...of("cus_neighbour"), memo: "Usage", at: FROM, entries }, wall);
        }
      }),
    imported: (taxable: number) =>
      act((tx) =>
        tx.insert(t.selfInvoices).values({
          ...{ id: `sfi_${++occasions}`, seller_id: account_id, tenant_id: null, number: `TGR/26-27/0000${occasions}` },
          ...{ financial_year: "26-27", from_at: FROM, to_at: TO + occasions, supplier: {}, recipient: {} },
          ...{ sac: "998315", cost_micros_usd: 0, parts: {}, rate_micros: 1, rate_source: "", rate_valid_from: 0 },
          ...{ tax_rate_ppm: 180_000, taxable_paise: taxable, igst_paise: Math.round(taxable * 0.18) },
          ...{ total_paise: taxable + Math.round(taxable * 0.18), issued_at: TO - 1, created_at: 0 },
        } as never),
      ),
    fresh: () =>
      act(async (tx) => {
        for (const table of [t.entries, t.transfers, t.creditNotes, t.invoices, t.selfInvoices]) await tx.delete(table);
      }),
  };
}
export type Books = Awaited<ReturnType<typeof openBooks>>;
