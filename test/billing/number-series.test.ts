import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, SELLER, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test("the numbers of documents have at most sixteen characters, those of credit notes in the longest series too", async () => {
  await shop.admin("PUT", "sellers/operator", { ...SELLER, invoice_series: "ABCD" });
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  await shop.admin("POST", "refunds", { payment_id: razorpay_payment_id, amount_paise: 1_000, reason: "asked for" });
  const [invoice] = (await customer.api<{ data: { id: string; number: string }[] }>("GET", "billing/invoices")).data;
  const { credit_notes } = await customer.api<{ credit_notes: { number: string }[] }>(
    ...(["GET", `billing/invoices/${invoice!.id}`] as const),
  );
  expect(invoice!.number).toMatch(/^ABCD\/\d\d-\d\d\/00001$/);
  expect(credit_notes).toMatchObject([{ number: expect.stringMatching(/^ABCDC\/\d\d-\d\d\/0001$/) }]);
});
