import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import type { PaymentMethod } from "../../../src/sandbox/razorpay/server.ts";
import { openSimulated, passDays, type Simulated } from "./simulator.ts";
import { aPlan, aSubscription, made, seconds, seen } from "./stories.ts";

/** How a subscription goes from one status to another, and what is heard of it. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const subscription = (id: string) => seen(world, `/subscriptions/${id}`);
const call = (id: string, what: string, body?: object) => world.call("POST", `/subscriptions/${id}/${what}`, body);
/** Of what was heard since the last time, what is about subscriptions. */
const heard = () => world.heard().filter((type) => type.startsWith("subscription."));
const failing = (id: string, times: number) =>
  world.account.outcomes(
    id,
    Array.from({ length: times }, () => "insufficient_funds"),
  );
const tomorrow = () => seconds(world.clock.now() + DAY);
/** One that runs, of which all has been heard. */
async function running(method: PaymentMethod = "card_domestic", fields = {}): Promise<string> {
  const id = await aSubscription(world, method, fields);
  world.heard();
  return id;
}
async function halted(method: PaymentMethod = "card_domestic"): Promise<string> {
  const id = await running(method);
  failing(id, 4);
  await passDays(world, 40);
  expect((await subscription(id)).status).toBe("halted");
  world.heard();
  return id;
}

describe("before its first charge", () => {
  test("nothing is heard of one that was only made, and nothing is known of its customer", async () => {
    const id = await aSubscription(world, null);
    const entity = await subscription(id);
    expect([entity.status, "customer_id" in entity, entity.current_start, entity.charge_at]).toEqual([
      ...["created", false, null, null],
    ]);
    expect(heard()).toEqual([]);
  });

  test("one by UPI stays without a customer when it is approved; one by card gets one", async () => {
    expect(await subscription(await running("upi"))).not.toHaveProperty("customer_id");
    expect(await subscription(await running("card_domestic"))).toHaveProperty("customer_id");
  });

  test("the events of a start come in another order from one time to the next", async () => {
    const orders = new Set<string>();
    for (let time = 0; time < 6; time++) {
      await aSubscription(world);
      orders.add(world.heard().join());
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  test("a start in the future is authenticated, of which an event tells, or none: the documents contradict each other", async () => {
    expect(await subscription(await aSubscription(world, "upi", { start_at: tomorrow() }))).toMatchObject({
      ...{ status: "authenticated", current_start: null, paid_count: 0 },
    });
    expect(heard()).toEqual(["subscription.authenticated"]);
    world.account.knobs.authenticatedEvent = false;
    await aSubscription(world, "upi", { start_at: tomorrow() });
    expect(heard()).toEqual([]);
  });

  test("it is activated and charged when its date has come", async () => {
    const id = await running("card_domestic", { start_at: tomorrow() });
    await passDays(world, 2);
    expect(await subscription(id)).toMatchObject({ status: "active", paid_count: 1 });
    expect(heard()).toEqual(["subscription.activated", "subscription.charged"]);
  });

  test("it is pending where that charge fails", async () => {
    const id = await running("card_domestic", { start_at: tomorrow() });
    failing(id, 1);
    await passDays(world, 1);
    expect((await subscription(id)).status).toBe("pending");
    await passDays(world, 2);
    expect((await subscription(id)).status).toBe("active");
    expect(heard()).toEqual(["subscription.pending", "subscription.charged", "subscription.activated"]);
  });

  test("it expires unheard when its start passes and nobody approved it", async () => {
    const id = await aSubscription(world, null, { start_at: tomorrow() });
    await passDays(world, 2);
    expect((await subscription(id)).status).toBe("expired");
    await expect(world.account.person.authenticate(id, { method: "upi" })).rejects.toThrow(/expired/);
    expect(heard()).toEqual([]);
  });

  test("a pause cancels it", async () => {
    const id = await running("card_domestic", { start_at: tomorrow() });
    expect((await call(id, "pause", { pause_at: "now" })).body).toMatchObject({ status: "cancelled", charge_at: null });
    await passDays(world, 3);
    expect([(await subscription(id)).status, heard()]).toEqual(["cancelled", ["subscription.cancelled"]]);
  });
});

describe("while it runs", () => {
  test("each cycle is invoiced at a midnight in India and charged", async () => {
    const id = await running();
    await passDays(world, 32);
    expect(heard()).toEqual(["subscription.charged"]);
    const { current_start, current_end, charge_at, paid_count } = await subscription(id);
    expect([charge_at, paid_count]).toEqual([current_end, 2]);
    expect((Number(current_start) + 5.5 * 3_600) % 86_400).toBe(0);
    const { items } = await seen(world, `/invoices?subscription_id=${id}`);
    expect(items).toMatchObject([{ billing_start: current_start, billing_end: current_end, status: "paid" }, {}]);
  });

  test("a charge that fails makes it pending on each of three days, and halted on the fourth time", async () => {
    const id = await running();
    failing(id, 4);
    const { current_end } = await subscription(id);
    const days: unknown[] = [];
    while (days.length < 3 && world.clock.now() < (Number(current_end) + 10 * 86_400) * 1_000) {
      await world.pass(6 * HOUR);
      const { status, auth_attempts, charge_at } = await subscription(id);
      if (status === "pending" && auth_attempts !== days.length) days.push(charge_at);
    }
    expect(days).toEqual([1, 2, 3].map((day) => Number(current_end) + day * 86_400));
    await passDays(world, 2);
    const after = await subscription(id);
    expect(after).toMatchObject({ status: "halted", auth_attempts: 4, charge_at: after.current_end });
    expect(heard()).toEqual([
      ...["subscription.pending", "subscription.pending", "subscription.pending", "subscription.halted"],
    ]);
  });

  test("an eMandate's charge is answered after more than a day, and only then tried again", async () => {
    const id = await running("emandate");
    failing(id, 1);
    const { current_end } = await subscription(id);
    world.clock.advance(Number(current_end) * 1_000 - world.clock.now() + HOUR);
    await world.server.run();
    expect(await subscription(id)).toMatchObject({ status: "active", paid_count: 1, remaining_count: 10 });
    await world.pass(27 * HOUR);
    expect((await subscription(id)).status).toBe("pending");
    await passDays(world, 3);
    expect(await subscription(id)).toMatchObject({ status: "active", paid_count: 2 });
  });

  test("a pause stops its charges and a resumption goes on, by the merchant", async () => {
    const id = await running();
    expect((await call(id, "pause", { pause_at: "now" })).body).toMatchObject({
      ...{ status: "paused", charge_at: null, pause_initiated_by: "self" },
    });
    expect((await call(id, "pause", { pause_at: "now" })).status).toBe(400);
    const { body } = await call(id, "resume", { resume_at: "now" });
    expect([body.status, body.charge_at]).toEqual(["active", body.current_end]);
    expect((await call(id, "resume")).status).toBe(400);
    expect((await call(id, "pause", { pause_at: "later" })).status).toBe(400);
    await world.server.run();
    expect(heard()).toEqual(["subscription.paused", "subscription.resumed"]);
  });

  test("its customer pauses, resumes and cancels it at the bank's, unprompted", async () => {
    const id = await running("upi");
    await world.account.person.pauseSubscription(id);
    expect(await subscription(id)).toMatchObject({ status: "paused", pause_initiated_by: "customer" });
    expect((await call(id, "resume", { resume_at: "now" })).status).toBe(400);
    await world.account.person.resumeSubscription(id);
    await world.account.person.cancelSubscription(id);
    expect(await subscription(id)).toMatchObject({ status: "cancelled", cancel_initiated_by: "customer" });
    await world.server.run();
    expect(heard()).toEqual(["subscription.paused", "subscription.resumed", "subscription.cancelled"]);
  });

  test("a cancellation is at once and for good; a retry that waited for its day is none any more", async () => {
    const id = await running();
    failing(id, 1);
    await passDays(world, 30);
    expect((await subscription(id)).status).toBe("pending");
    await call(id, "cancel");
    expect(await subscription(id)).toMatchObject({ status: "cancelled", ended_at: seconds(world.clock.now()) });
    await passDays(world, 40);
    expect(world.account.books.totals().captured_paise).toBe(117_882);
    expect((await call(id, "cancel")).body).toMatchObject({
      error: { description: "Subscription is not cancellable in cancelled status." },
    });
  });

  test("after its last invoice it is completed, though that cycle goes on", async () => {
    const id = await running("card_domestic", { total_count: 2 });
    await passDays(world, 32);
    const { status, ended_at, current_start, end_at, current_end } = await subscription(id);
    expect([status, ended_at, end_at]).toEqual(["completed", current_start, current_start]);
    expect(Number(current_end)).toBeGreaterThan(Number(current_start));
    expect(heard()).toEqual(["subscription.charged", "subscription.completed"]);
    await passDays(world, 40);
    expect(await subscription(id)).toMatchObject({ paid_count: 2, remaining_count: 0 });
  });
});

describe("a change of the method", () => {
  test("makes one that is halted active again, charging its last invoice at once; those before stay unpaid", async () => {
    const id = await halted();
    await passDays(world, 31);
    await world.account.person.changeMethod(id, { method: "upi" });
    await world.server.run();
    expect(await subscription(id)).toMatchObject({ status: "active", paid_count: 2, payment_method: "upi" });
    expect(heard()).toEqual(["subscription.charged", "subscription.activated"]);
    const { items } = await seen(world, `/invoices?subscription_id=${id}`);
    expect(items).toMatchObject([{ status: "paid" }, { status: "issued" }, { status: "paid" }]);
  });

  test("that fails leaves it as it was", async () => {
    const id = await halted();
    const how = { method: "card_domestic", fail: "insufficient_funds" } as const;
    await expect(world.account.person.changeMethod(id, how)).rejects.toThrow();
    expect((await subscription(id)).status).toBe("halted");
  });

  test("of one that owes nothing takes a small charge and gives it back", async () => {
    const id = await running();
    await world.account.person.changeMethod(id, { method: "emandate" });
    await world.pass(2 * HOUR);
    expect(world.account.books.totals()).toMatchObject({ captured_paise: 117_882 + 500, refunded_paise: 500 });
  });

  test.each([
    ["card_domestic", ["card_domestic", "upi", "emandate"], []],
    ["upi", ["card_domestic"], ["upi", "emandate"]],
    ["emandate", ["card_domestic"], ["upi", "emandate"]],
  ] as const)("from %s is to %j, and not to %j", async (from, allowed, refused) => {
    for (const method of refused)
      await expect(world.account.person.changeMethod(await running(from), { method })).rejects.toThrow(/card/);
    for (const method of allowed) await world.account.person.changeMethod(await running(from), { method });
  });
});

test("a charge by hand is possible at the dashboard, for cards from abroad and eMandates only", async () => {
  const abroad = await running("card_international");
  failing(abroad, 1);
  const domestic = await running("card_domestic");
  failing(domestic, 1);
  await passDays(world, 30);
  expect((await subscription(abroad)).status).toBe("pending");
  await world.account.dashboard.chargeNow(abroad);
  expect((await subscription(abroad)).status).toBe("active");
  await expect(world.account.dashboard.chargeNow(domestic)).rejects.toThrow(/not possible/);
});

test("an empty form is a body as good as none", async () => {
  const { id: plan_id } = await aPlan(world);
  const { id } = await made(world, "/subscriptions", { plan_id, total_count: 3 });
  const answer = await world.call("POST", `/subscriptions/${id}/cancel`, undefined, {
    "content-type": "application/x-www-form-urlencoded",
  });
  expect(answer).toMatchObject({ status: 200, body: { status: "cancelled" } });
});
