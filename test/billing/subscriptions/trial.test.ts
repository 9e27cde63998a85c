import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { openShop, type Shop } from "../shop.ts";
import { approve, billing, invoices, remote, type Shown, shown, subscriber } from "./subscriber.ts";

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({
    ...{ price_paise: 100_000, included_micros: 2_000_000_000, trial: { days: 14, included_micros: 150_000_000 } },
    overage: { enabled: true, cap_micros: 9_000_000_000 },
  });
});
afterAll(() => shop.close());

test("a trial gives what it includes and no more, and is charged for the first time at its end", async () => {
  const customer = await subscriber(shop, plan_id);
  expect(await shown(customer)).toMatchObject({ status: "authenticated" });
  expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 150_000_000 }]);
  expect(await customer.spend(1e12)).toBe(402);
  await shop.pass(13 * DAY);
  expect(await invoices(customer)).toEqual([]);
  await shop.pass(DAY + HOUR);
  expect(await shown(customer)).toMatchObject({ status: "active" });
  expect(await invoices(customer)).toMatchObject([{ kind: "base", status: "paid", total_paise: 118_000 }]);
  expect((await billing(customer)).grants).toMatchObject([
    { kind: "included", amount_micros: 2_000_000_000 },
    { kind: "overage" },
  ]);
  expect(await customer.spend(1)).toBe(200);
  await shop.balanced();
});

test("the small charge of its approval comes in and goes back, and is on no invoice and no statement", async () => {
  const before = await shop.standing("collector");
  const customer = await subscriber(shop, plan_id, "upi");
  await shop.pass(DAY);
  const token = shop.account.books.payments().findLast(({ description }) => description === "Token charge");
  expect(token).toMatchObject({ amount_refunded: token?.amount });
  expect(await invoices(customer)).toEqual([]);
  expect(await customer.api("GET", "billing/statement")).toMatchObject({ lines: [], closing_micros: 0 });
  expect(await shop.standing("collector")).toBe(before);
});

test("is given once to a customer: who signs up again is charged at once", async () => {
  const customer = await subscriber(shop, plan_id);
  await customer.api("POST", "billing/subscription/cancel", { at: "now" });
  const again = await customer.api<Shown>("POST", "billing/subscription", { plan_id });
  expect(again.trial_end).toBeNull();
  expect(await approve(shop, customer, again.razorpay_subscription_id)).toMatchObject({ status: "active" });
  await shop.pass(0);
  expect(await invoices(customer)).toMatchObject([{ kind: "base", total_paise: 118_000 }]);
});

test("that was offered and not approved is offered again, with all its days", async () => {
  const customer = await shop.customer();
  await customer.api<Shown>("POST", "billing/subscription", { plan_id });
  await shop.pass(3 * DAY);
  const again = await customer.api<Shown>("POST", "billing/subscription", { plan_id });
  expect(Date.parse(again.trial_end ?? "")).toBeGreaterThan(shop.clock.now() + 13 * DAY);
  await approve(shop, customer, again.razorpay_subscription_id);
  expect(
    shop.account.books
      .subscriptions()
      .filter(({ status, id }) => status === "authenticated" && id === again.razorpay_subscription_id),
  ).toHaveLength(1);
});

test("that is cancelled ends at once, and nothing is ever charged", async () => {
  const customer = await subscriber(shop, plan_id);
  const { razorpay_subscription_id: id } = await shown(customer);
  await customer.api("POST", "billing/subscription/cancel", { at: "now" });
  await shop.pass(30 * DAY);
  expect(remote(shop, id)).toMatchObject({ status: "cancelled", paid_count: 0 });
  expect(await invoices(customer)).toEqual([]);
  expect((await billing(customer)).grants).toEqual([]);
});
