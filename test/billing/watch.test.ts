import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

/** What no webhook told of is noticed all the same. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  shop.account.webhook(null);
});
afterAll(() => shop.close());

async function toppedUp() {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 500_000_000,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "card_domestic" });
  return { customer, order_id, payment_id };
}
const granted = async (customer: Awaited<ReturnType<Shop["customer"]>>) =>
  (await customer.api<{ grants: { kind: string; amount_micros: number }[] }>("GET", "billing")).grants.reduce(
    (sum, { amount_micros }) => sum + amount_micros,
    0,
  );

describe("without webhooks", () => {
  test("a top-up that was paid is credited within the quarter of an hour", async () => {
    const { customer } = await toppedUp();
    await shop.pass(16 * MINUTE);
    expect(await granted(customer)).toBe(500_000_000);
    await shop.balanced();
  });

  test("a refund that was made at Razorpay's dashboard, and a dispute that was lost, are booked within a day", async () => {
    const [refunded, disputed] = [await toppedUp(), await toppedUp()];
    await shop.pass(HOUR);
    await shop.account.dashboard.refund(refunded.payment_id);
    const { id } = await shop.account.dashboard.dispute(disputed.payment_id);
    await shop.account.dashboard.resolveDispute(id, "lost");
    await shop.pass(DAY + HOUR);
    expect(await granted(refunded.customer)).toBe(0);
    expect(await granted(disputed.customer)).toBe(0);
    const { data } = await shop.admin<{ data: { id: string; status: string }[] }>("GET", "disputes");
    expect(data).toMatchObject([{ id, status: "lost" }]);
    await shop.balanced();
  });

  test("a charge of a subscription that was asked about since, for another reason, is booked within a day", async () => {
    const customer = await shop.customer();
    const plan_id = await shop.plan({ price_paise: 50_000 });
    const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
    await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
    await shop.pass(DAY);
    const paid = async () =>
      (await customer.api<{ data: { kind: string }[] }>("GET", "billing/invoices")).data.map(({ kind }) => kind);
    expect(await paid()).toEqual(["base"]);
    shop.clock.advance(31 * DAY);
    await shop.razorpay.run();
    await customer.api("POST", "billing/subscription/pause", {});
    expect(await customer.api("GET", "billing/subscription")).toMatchObject({ status: "paused", paid_count: 2 });
    await shop.pass(DAY + HOUR);
    expect(await paid()).toEqual(["base", "base"]);
    await shop.balanced();
  });

  test("a dispute that a bank decides after many weeks is booked within a day", async () => {
    const { customer, payment_id } = await toppedUp();
    await shop.pass(HOUR);
    const { id } = await shop.account.dashboard.dispute(payment_id);
    await shop.pass(40 * DAY);
    await shop.account.dashboard.resolveDispute(id, "lost");
    await shop.pass(DAY + HOUR);
    expect(await granted(customer)).toBe(0);
    const { data } = await shop.admin<{ data: { id: string }[] }>("GET", "disputes");
    expect(data.find((one) => one.id === id)).toMatchObject({ status: "lost" });
    await shop.balanced();
  });

  test("a subscription that was approved is active within the quarter of an hour, and its renewal is booked within a day", async () => {
    const plan_id = await shop.plan({ price_paise: 50_000, included_micros: 1_000_000, collection: "subscription" });
    const customer = await shop.customer();
    const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
      ...(["POST", "billing/subscription", { plan_id }] as const),
    );
    await shop.account.person.authenticate(id, { method: "card_domestic" });
    await shop.pass(16 * MINUTE);
    expect(await granted(customer)).toBe(1_000_000);
    await shop.pass(32 * DAY);
    const { data } = await customer.api<{ data: { kind: string; status: string }[] }>("GET", "billing/invoices");
    expect(data).toMatchObject([
      { kind: "base", status: "paid" },
      { kind: "base", status: "paid" },
    ]);
    await shop.balanced();
  });

  test("a subscription that rests is not asked for again and again", async () => {
    let asked = 0;
    const of = shop.account.faults.of;
    Object.assign(shop.account.faults, {
      of: (method: string, path: string) => {
        if (/^\/subscriptions\/[^/]+$/.test(path)) asked += 1;
        return of(method, path);
      },
    });
    await shop.pass(4 * DAY);
    Object.assign(shop.account.faults, { of });
    expect(asked).toBeLessThanOrEqual(1);
  });

  test("the end of a subscription that rests is noticed within a day", async () => {
    const plan_id = await shop.plan({ price_paise: 50_000, included_micros: 1_000_000, collection: "subscription" });
    const customer = await shop.customer();
    const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
      ...(["POST", "billing/subscription", { plan_id }] as const),
    );
    await shop.account.person.authenticate(id, { method: "upi" });
    await shop.pass(DAY);
    await shop.account.person.cancelSubscription(id);
    await shop.pass(DAY + HOUR);
    expect(await customer.try("GET", "billing/subscription")).toMatchObject({ status: 404 });
    await shop.balanced();
  });
});
