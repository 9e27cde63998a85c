import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR } from "../../../src/kernel/clock.ts";
import { asAdmin, expectRefusal } from "../../http/ask.ts";
import { parsed, sumOf } from "../gst-return/csv.ts";
import { openShop, type Shop } from "../shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
});
afterAll(() => shop.close());

const range = () => {
  const at = (ms: number) => encodeURIComponent(new Date(shop.clock.now() + ms).toISOString());
  return `from=${at(-2 * HOUR)}&to=${at(2 * HOUR)}`;
};
const ask = (path: string) => asAdmin(shop, "GET", `reports/${path}`);

test("a top-up that was paid is a sale, a receipt and a fee in Tally", async () => {
  const answer = await ask(`tally?${range()}`);
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="tally-vouchers-[\d-]+\.csv"$/);
  expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
  const rows = parsed(answer.text);
  expect(new Set(rows.map((row) => row["Voucher Type Name"]))).toEqual(new Set(["Sales", "Receipt", "Payment"]));
  const onRazorpay = rows.filter((row) => row["Ledger Name"] === "Razorpay");
  const side = (side: string) => onRazorpay.filter((row) => row["Ledger Amount Dr/Cr"] === side);
  expect(sumOf(side("Dr"), "Ledger Amount") - sumOf(side("Cr"), "Ledger Amount")).toBe(
    (await shop.standing("collector")) / 10_000,
  );
});

test("and in Zoho an invoice, its payment, and a journal of the fee", async () => {
  const counts = [];
  for (const section of ["invoices", "credit_notes", "payments", "journals"])
    counts.push(parsed((await ask(`zoho?${range()}&section=${section}`)).text).length);
  expect(counts).toEqual([1, 0, 1, 3]);
});

test("ledgers and vouchers come as Tally's XML too", async () => {
  for (const section of ["ledgers", "vouchers"]) {
    const answer = await ask(`tally?${range()}&section=${section}&format=xml`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/xml/);
    expect(answer.text).toMatch(/^<\?xml.*<ENVELOPE>.*<\/ENVELOPE>\n$/s);
  }
});

test.each([
  ["without a section", "zoho?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", /^section: /],
  ["of a section that there is not", "tally?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&section=x", /^section: /],
  ["of more than a year", "tally?from=2025-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", /^to: must be at most 366 days/],
] as const)("an export is refused %s", async (_name, path, says) => {
  expectRefusal(await ask(path), { status: 400, code: "invalid_request", says });
});

test("of a tenant that there is not, there is none", async () => {
  expectRefusal(await ask(`tally?${range()}&account=ten_none`), { status: 404, code: "not_found" });
});

test("what moved in a currency without a rate to the rupee is said before the first byte", async () => {
  const { id } = await shop.customer({ tenant: { currency: "EUR" } });
  await shop.admin("POST", `tenants/${id}/credits`, { amount_micros: 1_000_000, reason: "test", kind: "prepaid" });
  expectRefusal(await ask(`tally?${range()}`), {
    ...{ status: 409, code: "conflict", says: /^Something moved in EUR .* Add one with POST \/api\/admin\/fx_rates/ },
  });
});
