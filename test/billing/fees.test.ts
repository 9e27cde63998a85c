import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entries, transfers } from "../../src/db/schema.ts";
import { HOUR } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  shop.account.webhook(null);
});
afterAll(() => shop.close());

/** Somebody pays for credit by card; `changed` is how Razorpay has that payment then. What is booked of its fee. */
async function feeOf(currency: string, changed: Record<string, unknown>) {
  const customer = await shop.customer({ tenant: { currency } });
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 1_000_000 });
  const { razorpay_payment_id: id } = await shop.account.person.pay(order_id, { method: "card_international" });
  Object.assign(shop.account.books.payments().find((payment) => payment.id === id)!, changed);
  await shop.pass(HOUR);
  return shop.db.read
    .select({ ledger_account: entries.ledger_account, currency: entries.currency, amount: entries.amount_micros })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(eq(transfers.source, `fee:${id}`))
    .orderBy(entries.line);
}

test("the fee of a payment in dollars is booked in rupees, in which it is kept", async () => {
  expect(await feeOf("USD", { base_currency: "INR", base_amount: 8_412, fee: 298, tax: 45 })).toEqual([
    { ledger_account: "fees", currency: "INR", amount: 2_530_000 },
    { ledger_account: "fees.gst", currency: "INR", amount: 450_000 },
    { ledger_account: "collector", currency: "INR", amount: -2_980_000 },
  ]);
  await shop.balanced();
});

test("of a payment that does not come to what it was for the fee is booked, too", async () => {
  expect(await feeOf("INR", { amount: 117, fee: 3, tax: 0 })).toEqual([
    { ledger_account: "fees", currency: "INR", amount: 30_000 },
    { ledger_account: "collector", currency: "INR", amount: -30_000 },
  ]);
  await shop.balanced();
});
