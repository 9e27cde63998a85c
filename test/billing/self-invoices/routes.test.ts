import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cutSelfInvoices } from "../../../src/billing/self-invoices/cut.ts";
import { DAY, movableClock } from "../../../src/kernel/clock.ts";
import { proveNumbers } from "../../../src/reconcile/books/numbers.ts";
import { asAdmin } from "../../http/ask.ts";
import { openShop, type Shop } from "../shop.ts";

interface SelfInvoice {
  readonly id: string;
  readonly number: string;
  readonly reverse_charge: boolean;
  readonly taxable_paise: number;
  readonly igst_paise: number;
  readonly total_paise: number;
}

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  const customer = await shop.customer();
  await shop.admin("POST", `tenants/${customer.id}/credits`, { amount_micros: 100_000_000, reason: "test" });
  await customer.spend(1);
  const clock = movableClock(shop.clock.now());
  const parts = { db: shop.db, clock, log: pino({ level: "silent" }) };
  await cutSelfInvoices(parts);
  clock.advance(35 * DAY);
  await cutSelfInvoices(parts);
});
afterAll(() => shop.close());

const list = () => shop.admin<{ data: SelfInvoice[]; has_more: boolean }>("GET", "self_invoices");

test("self-invoices are listed, and found by their id", async () => {
  const { data, has_more } = await list();
  expect([data.length, has_more]).toEqual([1, false]);
  const [row] = data;
  expect(row!.number).toMatch(/^TGR\/\d\d-\d\d\/00001$/);
  expect(row).toMatchObject({ reverse_charge: true, place_of_supply: "29", currency: "INR" });
  expect(row!.igst_paise).toBe(Math.round(row!.taxable_paise * 0.18));
  expect(row!.total_paise).toBe(row!.taxable_paise + row!.igst_paise);
  expect(await shop.admin("GET", `self_invoices/${row!.id}`)).toEqual(row);
});

test("the document says under which section it is issued, that the tax is under reverse charge, and who supplied", async () => {
  const [row] = (await list()).data;
  const html = await asAdmin(shop, "GET", `self_invoices/${row!.id}.html`);
  expect(html.status).toBe(200);
  for (const text of ["Self-invoice, section 31(3)(f)", "Tax on reverse charge</dt><dd>Yes", "Anthropic, PBC"])
    expect(html.text).toContain(text);
  for (const text of ["Operator Pvt Ltd", "GSTIN: 29ABCDE1234F1ZW", "29-Karnataka", "1 USD = ₹85.00", row!.number])
    expect(html.text).toContain(text);
  const pdf = await asAdmin(shop, "GET", `self_invoices/${row!.id}.pdf`);
  expect([pdf.status, pdf.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  expect(pdf.text.startsWith("%PDF")).toBe(true);
});

test("the numbers are proved with those of the other documents", async () => {
  const none = { findings: [], next: null, looked_at: { numbers: 1 } };
  expect(await proveNumbers({ db: shop.db } as never, {} as never, {} as never)).toEqual(none);
});
