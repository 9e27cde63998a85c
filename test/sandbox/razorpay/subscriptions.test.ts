import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../src/kernel/clock.ts";
import { cycleEdge } from "../../../src/sandbox/razorpay/calendar.ts";
import type { PaymentMethod } from "../../../src/sandbox/razorpay/server.ts";
import { openSimulated, type Simulated } from "./simulator.ts";

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const plan = async (amount = 117_882) =>
  (await world.razorpay.createPlan({ period: "monthly", interval: 1, item: { name: "Team", amount, currency: "INR" } }))
    .id;

async function subscribe(fields: Record<string, unknown> = {}, method: PaymentMethod | null = "card_domestic") {
  const { id } = await world.razorpay.createSubscription({ plan_id: await plan(), total_count: 12, ...fields });
  if (method) await world.account.person.authenticate(id, { method });
  await world.server.run();
  return id;
}
const status = async (id: string) => (await world.razorpay.fetchSubscription(id)).status;

test("dates are reckoned as in the documented sample", () => {
  expect(cycleEdge(1773461489, "weekly", 1, 5)).toBe(1776450600);
});

test("an immediate start is charged at once, and seven events tell of it in some order", async () => {
  const id = await subscribe();
  expect(world.heard().sort()).toEqual(
    [
      ...["invoice.paid", "order.paid", "payment.authorized", "payment.captured"],
      ...["subscription.activated", "subscription.authenticated", "subscription.charged"],
    ].sort(),
  );
  expect(new Set(world.received.map(({ id }) => id)).size).toBe(7);
  expect(world.received.every(({ signed }) => signed)).toBe(true);
  const charged = world.received.find(({ type }) => type === "subscription.charged")!;
  expect(charged.payload.payment!.entity.captured).toBe("1");
  expect(charged.payload.subscription!.entity.short_url).toBeNull();
  expect(charged.payload.payment!.entity.notes).toEqual([]);
  const subscription = await world.razorpay.fetchSubscription(id);
  expect(subscription).toMatchObject({ status: "active", paid_count: 1, remaining_count: 11 });
  // Its cycle ends at a midnight in India.
  expect((subscription.current_end! + 5.5 * HOUR) % DAY).toBe(0);
});

test("an authentication that fails leaves it as it was, and the same link can be tried again", async () => {
  const id = await subscribe({}, null);
  await expect(world.account.person.authenticate(id, { method: "upi", fail: "insufficient_funds" })).rejects.toThrow(
    "insufficient_funds",
  );
  await world.server.run();
  expect(world.heard()).toEqual(["payment.failed"]);
  await world.account.person.authenticate(id, { method: "upi" });
  expect(await status(id)).toBe("active");
});

test("a start in the future takes a small charge, gives it back, and charges at its start", async () => {
  const start_at = Math.floor((world.clock.now() + 14 * DAY) / 1_000);
  const id = await subscribe({ start_at });
  expect(await status(id)).toBe("authenticated");
  await world.pass(2 * HOUR);
  expect(world.account.books.totals()).toMatchObject({ captured_paise: 500, refunded_paise: 500 });
  await world.pass(14 * DAY);
  expect(await status(id)).toBe("active");
  expect(world.account.books.totals().captured_paise).toBe(500 + 117_882);
});

test("nobody hears of one that expires unauthenticated", async () => {
  const expire_by = Math.floor((world.clock.now() + DAY) / 1_000);
  const id = await subscribe({ expire_by }, null);
  await world.pass(2 * DAY);
  expect(await status(id)).toBe("expired");
  expect(world.heard()).toEqual([]);
});

test("a charge that fails is tried on three more days; then it is halted, invoiced, and never charged", async () => {
  const id = await subscribe();
  world.heard();
  world.account.outcomes(id, ["insufficient_funds", "insufficient_funds", "insufficient_funds", "insufficient_funds"]);
  await world.pass(32 * DAY);
  expect(await status(id)).toBe("pending");
  await world.pass(3 * DAY);
  expect(await status(id)).toBe("halted");
  expect(world.heard().filter((type) => type.startsWith("subscription"))).toEqual([
    ...["subscription.pending", "subscription.pending", "subscription.pending", "subscription.halted"],
  ]);
  await world.pass(60 * DAY);
  const invoices = await world.razorpay.listInvoices({ subscription_id: id });
  expect(invoices.filter(({ status }) => status === "issued").length).toBeGreaterThanOrEqual(3);
  expect(await status(id)).toBe("halted");

  await world.account.person.changeMethod(id, { method: "card_domestic" });
  expect(await status(id)).toBe("active");
});

test("a retry that succeeds makes it active again", async () => {
  const id = await subscribe();
  world.account.outcomes(id, ["insufficient_funds", "ok"]);
  await world.pass(35 * DAY);
  expect(await world.razorpay.fetchSubscription(id)).toMatchObject({
    status: "active",
    paid_count: 2,
    auth_attempts: 0,
  });
});

test("a cancellation at the cycle's end is silent until then", async () => {
  const id = await subscribe();
  world.heard();
  await world.razorpay.cancelSubscription(id, { at_cycle_end: true });
  await world.pass(5 * DAY);
  expect([await status(id), world.heard()]).toEqual(["active", []]);
  await world.pass(30 * DAY);
  expect([await status(id), world.heard()]).toEqual(["cancelled", ["subscription.cancelled"]]);
  await expect(world.razorpay.cancelSubscription(id, { at_cycle_end: false })).rejects.toThrow(/not cancellable/);
});

test("pausing what is only authenticated cancels it; what is active pauses and resumes", async () => {
  const waiting = await subscribe({ start_at: Math.floor((world.clock.now() + DAY) / 1_000) });
  await world.razorpay.pauseSubscription(waiting);
  expect(await status(waiting)).toBe("cancelled");
  const id = await subscribe();
  await world.razorpay.pauseSubscription(id);
  await world.pass(40 * DAY);
  expect(await world.razorpay.fetchSubscription(id)).toMatchObject({
    status: "paused",
    charge_at: null,
    paid_count: 1,
  });
  await world.razorpay.resumeSubscription(id);
  expect(await status(id)).toBe("active");
});

test("what a customer paused in the UPI app the merchant cannot resume", async () => {
  const id = await subscribe({}, "upi");
  await world.account.person.pauseSubscription(id);
  await expect(world.razorpay.resumeSubscription(id)).rejects.toThrow(/customer/);
  await world.account.person.resumeSubscription(id);
  expect(await status(id)).toBe("active");
});

test("after its last invoice it is completed", async () => {
  const id = await subscribe({ total_count: 2 });
  await world.pass(32 * DAY);
  expect(await world.razorpay.fetchSubscription(id)).toMatchObject({
    status: "completed",
    paid_count: 2,
    remaining_count: 0,
  });
});

test("a card of an Indian bank and UPI are not charged over ₹15,000 without their owner", async () => {
  const plan_id = await plan(1_500_001);
  const { id } = await world.razorpay.createSubscription({ plan_id, total_count: 12 });
  await world.account.person.authenticate(id, { method: "upi" });
  await world.pass(32 * DAY);
  expect(await status(id)).toBe("pending");
});

describe("webhooks", () => {
  test("that are not taken come again at longer and longer intervals for a day, a 400 like a 500", async () => {
    world.receiver.status = 400;
    await subscribe();
    for (let minutes = 0; minutes < 26 * 60; minutes += 30) await world.pass(30 * MINUTE);
    const [event] = world.account.books.events();
    expect(event!.deliveries).toHaveLength(16);
    world.receiver.status = 200;
    await world.pass(5 * DAY);
    expect(event!.deliveries).toHaveLength(16);
  });

  test("can be dropped, doubled and signed with another secret", async () => {
    world.account.webhookFaults.drop = ({ type }) => type === "order.paid";
    world.account.webhookFaults.copies = ({ type }) => (type === "invoice.paid" ? 3 : 1);
    world.account.webhookFaults.secret = ({ type }) => (type === "payment.captured" ? "old" : undefined);
    await subscribe();
    const names = world.heard();
    expect(names).not.toContain("order.paid");
    expect(names.filter((name) => name === "invoice.paid")).toHaveLength(3);
    expect(world.received.find(({ type }) => type === "payment.captured")!.signed).toBe(false);
  });
});
