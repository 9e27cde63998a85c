import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payments } from "../../src/db/schema.ts";
import { HOUR } from "../../src/kernel/clock.ts";
import { expectMirrored } from "./mirrored.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** A customer that bought ₹100 of credit, and disputed what it paid. */
async function disputed(used: number): Promise<{ customer: Customer; payment_id: string; dispute_id: string }> {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "card_domestic" });
  await shop.pass(0);
  if (used) await customer.spend(used);
  const { id } = await shop.account.dashboard.dispute(payment_id);
  await shop.account.dashboard.resolveDispute(id, "lost");
  await shop.pass(HOUR);
  return { customer, payment_id, dispute_id: id };
}
const reversed = async (dispute_id: string) => {
  await shop.account.dashboard.reverseDispute(dispute_id);
  await shop.pass(HOUR);
};
const paymentOf = async (id: string) => (await shop.db.read.select().from(payments).where(eq(payments.id, id)))[0]!;

test("a dispute that is won after it was lost pays what the loss left open, and service goes on", async () => {
  const { customer, dispute_id } = await disputed(1e12);
  expect(await customer.api("GET", "billing")).toMatchObject({ standing: "suspended", open: [{}] });
  await reversed(dispute_id);
  expect(await customer.api("GET", "billing")).toMatchObject({ standing: "ok", open: [] });
  await expectMirrored(shop);
});

test("what the loss had credited stays credited: its money stands unapplied, is told, and can be given back", async () => {
  const { customer, payment_id, dispute_id } = await disputed(0);
  await reversed(dispute_id);
  expect(await paymentOf(payment_id)).toMatchObject({ deducted_paise: 0, unapplied_paise: 11_800 });
  const { data } = await shop.admin<{ data: { data: Record<string, unknown> }[] }>(
    ...(["GET", `alerts?tenant_id=${customer.id}&limit=1000`] as const),
  );
  expect(data.filter(({ data }) => data.kind === "dispute_returned")).toMatchObject([
    { data: { dispute_id, payment_id, amount_paise: 11_800, action: expect.stringMatching(/POST refunds/) } },
  ]);
  await expectMirrored(shop);
  await shop.admin("POST", "refunds", { payment_id, reason: "the dispute was won" });
  await shop.pass(2 * HOUR);
  expect(await paymentOf(payment_id)).toMatchObject({ refunded_paise: 11_800, unapplied_paise: 0 });
  expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
  await expectMirrored(shop);
});

test("a dispute that is told of again, won as before, moves nothing", async () => {
  const { customer, payment_id, dispute_id } = await disputed(0);
  await reversed(dispute_id);
  const { updated_at: _, ...before } = await paymentOf(payment_id);
  const { data } = await shop.admin<{ data: { id: string; type: string; tenant_id: string }[] }>(
    ...(["GET", "webhooks?type=payment.dispute.won&limit=100"] as const),
  );
  for (const { id } of data) await shop.admin("POST", `webhooks/${id}/replay`);
  await shop.pass(HOUR);
  expect(await paymentOf(payment_id)).toMatchObject(before);
  expect((await customer.api<{ open: unknown[] }>("GET", "billing")).open).toEqual([]);
});
