import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { openSimulated, passDays, type Simulated, type Wire } from "./simulator.ts";
import { aCustomer, aMandate, askDebit, type Mandated, made, seconds, seen } from "./stories.ts";

/** Tokens and the debits on them. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { body: unknown }>;
const tokenOf = ({ customer_id, token }: Mandated) => seen(world, `/customers/${customer_id}/tokens/${token}`);
const payment = (id: string) => seen(world, `/payments/${id}`);
const ordering = async (method: string, token: Wire, amount = 100) => {
  const { id: customer_id } = await aCustomer(world);
  return world.call("POST", "/orders", { amount, currency: "INR", customer_id, method, token });
};

describe("a mandate is asked for", () => {
  test("within what its method allows", async () => {
    const status = async (method: string, max_amount: number, amount = 100) =>
      (await ordering(method, { max_amount, frequency: "as_presented" }, amount)).status;
    expect([await status("upi", 9_999_900), await status("upi", 9_999_901)]).toEqual([200, 400]);
    expect([await status("card", 1_500_000), await status("card", 1_500_001)]).toEqual([200, 400]);
    expect([await status("emandate", 1_000_000_000), await status("emandate", 1_000_000_001)]).toEqual([200, 400]);
    expect([await status("upi", 99), await status("wallet", 1_000)]).toEqual([400, 400]);
    const over = await ordering("upi", { max_amount: 1_000, frequency: "monthly" }, 1_001);
    expect(over.body).toMatchObject({
      error: { description: "The order amount cannot be greater than the token max amount for upi recurring." },
    });
    expect(await status("emandate", 1_000, 0)).toBe(200);
    expect(await status("upi", 1_000, 0)).toBe(400);
  });

  test("at a frequency that its method knows", async () => {
    const status = async (method: string, frequency: string) =>
      (await ordering(method, { max_amount: 1_000, frequency })).status;
    expect([await status("upi", "fortnightly"), await status("card", "fortnightly")]).toEqual([200, 400]);
    expect([await status("card", "yearly"), await status("card", "hourly")]).toEqual([200, 400]);
  });

  test("of a customer, with an end that is to come", async () => {
    const token = { max_amount: 1_000, frequency: "monthly" };
    expect((await world.call("POST", "/orders", { amount: 100, method: "upi", token })).status).toBe(400);
    expect((await ordering("upi", { ...token, expire_at: seconds(world.clock.now()) - 1 })).status).toBe(400);
  });

  test("only where Recurring Payments were activated", async () => {
    world.account.knobs.recurring = false;
    const { body } = await ordering("upi", { max_amount: 1_000, frequency: "monthly" });
    expect(body).toEqual(ERRORS.feature_or_route_missing_400!.body);
    const debit = await world.call("POST", "/payments/create/recurring", {});
    expect(debit.body).toEqual(ERRORS.feature_or_route_missing_400!.body);
  });
});

describe("a mandate is registered", () => {
  test("at once by UPI and by card, for ten years unless told otherwise", async () => {
    for (const method of ["upi", "card"] as const) {
      const mandate = await aMandate(world, method);
      expect(await tokenOf(mandate)).toMatchObject({ method, recurring_details: { status: "confirmed" } });
    }
    const { customer_id, token } = await aMandate(world, "upi", { expire_at: undefined });
    const { expired_at } = await tokenOf({ customer_id, token });
    expect(Number(expired_at) - seconds(world.clock.now())).toBeGreaterThan(3_600 * 86_400);
    expect((await seen(world, `/customers/${customer_id}/tokens`)).count).toBe(3);
    expect(await world.sdk.customers.fetchToken(customer_id, token)).toMatchObject({ id: token });
  });

  test("a day later by eMandate, and nothing can be debited before", async () => {
    const { id: customer_id } = await aCustomer(world);
    const order = await made(world, "/orders", {
      ...{ amount: 0, currency: "INR", customer_id, method: "emandate" },
      token: { max_amount: 50_000_000, frequency: "as_presented" },
    });
    await world.account.person.pay(order.id, { method: "emandate" });
    const { id: token } = world.account.books.tokens()[0]!;
    expect(await tokenOf({ customer_id, token })).toMatchObject({ recurring_details: { status: "initiated" } });
    expect((await askDebit(world, { customer_id, token }, 100_000)).body.error).toMatchObject({
      reason: "mandate_not_active",
    });
    await world.pass(25 * HOUR);
    expect(await tokenOf({ customer_id, token })).toMatchObject({ recurring_details: { status: "confirmed" } });
  });

  test("for less than was asked for, where the bank says so", async () => {
    const mandate = await aMandate(world, "upi", { max_amount: 1_500_000 }, { mandateMaxPaise: 500_000 });
    expect(await tokenOf(mandate)).toMatchObject({ max_amount: 500_000 });
    expect((await askDebit(world, mandate, 500_001)).body).toEqual(ERRORS.recurring_over_cap_400!.body);
  });

  test("though its payment says that it failed", async () => {
    const mandate = await aMandate(world, "upi", {}, { dummy: true });
    const [registration] = world.account.books.payments();
    expect(registration).toMatchObject({
      status: "failed",
      error_reason: "upi_dummy_payment",
      token_id: mandate.token,
    });
    expect(await tokenOf(mandate)).toMatchObject({ recurring_details: { status: "confirmed" } });
    expect(world.heard().sort()).toEqual(["payment.failed", "token.confirmed"]);
  });

  test("not at all where the person declines, and the same order can be tried again", async () => {
    const { id: customer_id } = await aCustomer(world);
    const token = { max_amount: 1_500_000, frequency: "as_presented" };
    const { id } = await made(world, "/orders", { amount: 100, customer_id, method: "upi", token });
    await expect(world.account.person.pay(id, { method: "upi", fail: "payment_cancelled" })).rejects.toThrow();
    await world.server.run();
    expect(world.heard()).toEqual(["payment.failed", "token.rejected"]);
    await world.account.person.pay(id, { method: "upi" });
    const statuses = world.account.books.tokens().map(({ recurring_details }) => recurring_details.status);
    expect(statuses).toEqual(["rejected", "confirmed"]);
    await expect(world.account.person.pay(id, { method: "upi" })).rejects.toThrow(/already paid/);
  });

  test("by the method that was agreed only", async () => {
    const { body } = await ordering("upi", { max_amount: 1_000, frequency: "monthly" });
    await expect(world.account.person.pay(String(body.id), { method: "card_domestic" })).rejects.toThrow(/by upi/);
  });
});

describe("a debit", () => {
  test.each([
    ["upi", 25 * HOUR],
    ["card", 36 * HOUR + 5 * MINUTE],
    ["emandate", 24 * HOUR],
  ] as const)("by %s is decided after its time, not before", async (method, takes) => {
    const mandate = await aMandate(world, method);
    const { payment_id, order_id, body } = await askDebit(world, mandate, 76_582);
    expect(Object.keys(body)).toEqual(["razorpay_payment_id"]);
    await world.pass(takes - 10 * MINUTE);
    expect(await payment(payment_id)).toMatchObject({ status: "created", captured: false });
    expect(await seen(world, `/orders/${order_id}`)).toMatchObject({ status: "attempted" });
    await world.pass(10 * MINUTE);
    expect(await payment(payment_id)).toMatchObject({
      status: "captured",
      description: "Usage",
      notes: { invoice: "I1" },
    });
    expect(await seen(world, `/orders/${order_id}`)).toMatchObject({ status: "paid" });
  });

  test("may be answered with its order and a signature as well", async () => {
    world.account.knobs.recurringAnswersAll = true;
    const { body, order_id, payment_id } = await askDebit(world, await aMandate(world), 76_582);
    expect(body.razorpay_order_id).toBe(order_id);
    expect(world.razorpay.verifyCheckout(`${order_id}|${payment_id}`, String(body.razorpay_signature))).toBe(true);
  });

  test("fails for the reason that was given, and the next one goes through", async () => {
    const mandate = await aMandate(world);
    world.account.outcomes(mandate.token, ["insufficient_funds"]);
    const first = await askDebit(world, mandate, 76_582);
    await world.pass(26 * HOUR);
    expect(await payment(first.payment_id)).toMatchObject({
      ...{ status: "failed", error_reason: "insufficient_funds", error_step: "payment_debit_request" },
    });
    const again = await askDebit(world, mandate, 76_582, { id: first.order_id });
    await world.pass(26 * HOUR);
    expect(await payment(again.payment_id)).toMatchObject({ status: "captured", order_id: first.order_id });
  });

  test("waits for the one before it: there is one at a time", async () => {
    const mandate = await aMandate(world);
    await askDebit(world, mandate, 10_000);
    const second = await askDebit(world, mandate, 10_000);
    expect([second.status, second.body.error]).toMatchObject([400, { reason: "transaction_frequency_limit_exceeded" }]);
    await world.pass(26 * HOUR);
    expect((await askDebit(world, mandate, 10_000)).status).toBe(200);
  });

  test("is not made on an order that is paid, of another amount, of another's token, or in half", async () => {
    const mandate = await aMandate(world);
    const { order_id } = await askDebit(world, mandate, 10_000);
    await world.pass(26 * HOUR);
    const again = await askDebit(world, mandate, 10_000, { id: order_id });
    expect(again.body.error).toMatchObject({ reason: "order_already_paid" });
    const { id } = await made(world, "/orders", { amount: 20_000 });
    expect((await askDebit(world, mandate, 10_000, { id })).status).toBe(400);
    const stranger = await aCustomer(world, { email: "other@example.com" });
    expect((await askDebit(world, { ...mandate, customer_id: stranger.id }, 10_000)).status).toBe(400);
    const bare = await world.call("POST", "/payments/create/recurring", { order_id: id, ...mandate });
    expect(bare.status).toBe(400);
  });

  test("over ₹15,000 is not made without its owner by UPI, and is by eMandate", async () => {
    const upi = await aMandate(world, "upi", { max_amount: 4_000_000 });
    const { payment_id } = await askDebit(world, upi, 1_500_001);
    await world.pass(26 * HOUR);
    expect(await payment(payment_id)).toMatchObject({
      status: "failed",
      error_reason: "per_transaction_limit_exceeded",
    });
    const bank = await aMandate(world, "emandate", { max_amount: 40_000_000 });
    const large = await askDebit(world, bank, 4_000_000);
    await world.pass(26 * HOUR);
    expect(await payment(large.payment_id)).toMatchObject({ status: "captured" });
    world.account.knobs.unattendedMaxPaise = 10_000_000;
    const allowed = await askDebit(world, upi, 1_500_001);
    await world.pass(26 * HOUR);
    expect(await payment(allowed.payment_id)).toMatchObject({ status: "captured" });
  });

  test("by UPI goes through once in a cycle, unless it is made as presented", async () => {
    const yearly = await aMandate(world, "upi", { frequency: "yearly" });
    const free = await aMandate(world, "upi", { frequency: "as_presented" });
    const reasons = [];
    for (const mandate of [yearly, yearly, free, free]) {
      const { payment_id } = await askDebit(world, mandate, 10_000);
      await world.pass(26 * HOUR);
      reasons.push((await payment(payment_id)).error_reason);
    }
    expect(reasons).toEqual([null, "mandate_current_cycle_allowed_debit_exceeds", null, null]);
  });

  test.each([
    ["paused", "mandate_paused"],
    ["cancelled", "mandate_cancelled"],
    ["expired", "mandate_expired"],
  ])("on a mandate that is %s meanwhile fails for that", async (change, reason) => {
    const mandate = await aMandate(world);
    const { payment_id } = await askDebit(world, mandate, 10_000);
    if (change === "paused") await world.account.person.pauseToken(mandate.token);
    if (change === "cancelled") await world.account.person.cancelToken(mandate.token);
    if (change === "expired") await world.account.dashboard.expireToken(mandate.token);
    await world.pass(26 * HOUR);
    expect(await payment(payment_id)).toMatchObject({ status: "failed", error_reason: reason });
  });

  test("over a limit that the bank lowered later is refused", async () => {
    const mandate = await aMandate(world);
    await world.account.dashboard.lowerToken(mandate.token, 50_000);
    expect((await askDebit(world, mandate, 50_001)).body).toEqual(ERRORS.recurring_over_cap_400!.body);
  });
});

describe("with a notice to the payer", () => {
  const noticed = async (mandate: Mandated, after: number) => ({
    notification: { token_id: mandate.token, payment_after: seconds(world.clock.now() + after) },
  });

  test("a debit waits for its date, and then is quick", async () => {
    const mandate = await aMandate(world);
    expect((await world.call("POST", "/orders", { amount: 10_000, ...(await noticed(mandate, HOUR)) })).status).toBe(
      400,
    );
    const { id } = await made(world, "/orders", { amount: 10_000, ...(await noticed(mandate, 26 * HOUR)) });
    world.heard();
    await world.pass(10 * MINUTE);
    expect(world.heard()).toEqual(["order.notification.delivered"]);
    const early = await askDebit(world, mandate, 10_000, { id });
    expect(early.body.error).toMatchObject({ reason: "BAD_REQUEST_MANDATE_PROMISED_DEBIT_DATE_NOT_HONOURED" });
    await world.pass(27 * HOUR);
    const { payment_id } = await askDebit(world, mandate, 10_000, { id });
    await world.pass(2 * HOUR);
    expect(await payment(payment_id)).toMatchObject({ status: "captured" });
  });

  test("that does not arrive, the debit fails", async () => {
    const mandate = await aMandate(world);
    world.account.knobs.failNotices = 1;
    const { id } = await made(world, "/orders", { amount: 10_000, ...(await noticed(mandate, 26 * HOUR)) });
    world.heard();
    await world.pass(27 * HOUR);
    expect(world.heard()).toEqual(["order.notification.failed"]);
    const { payment_id } = await askDebit(world, mandate, 10_000, { id });
    await world.pass(2 * HOUR);
    expect(await payment(payment_id)).toMatchObject({ error_reason: "pre_debit_notification_not_sent" });
  });
});

describe("a token", () => {
  test("is cancelled by the merchant for good, and paused and resumed by its owner", async () => {
    const mandate = await aMandate(world);
    world.heard();
    await world.account.person.pauseToken(mandate.token);
    expect((await askDebit(world, mandate, 10_000)).body.error).toMatchObject({ reason: "mandate_paused" });
    await world.account.person.resumeToken(mandate.token);
    const cancel = `/customers/${mandate.customer_id}/tokens/${mandate.token}/cancel`;
    expect((await world.call("PUT", cancel)).body).toEqual({ status: "cancellation_initiated" });
    await world.server.run();
    expect(world.heard()).toEqual(["token.paused", "token.confirmed", "token.cancelled"]);
    expect((await askDebit(world, mandate, 10_000)).body.error).toMatchObject({ reason: "mandate_cancelled" });
    expect((await world.call("PUT", cancel)).status).toBe(400);
  });

  test("is one customer's, and gone after it was deleted", async () => {
    const mandate = await aMandate(world);
    const other = await aCustomer(world, { email: "other@example.com" });
    expect((await world.call("GET", `/customers/${other.id}/tokens/${mandate.token}`)).status).toBe(400);
    expect(await world.sdk.customers.deleteToken(mandate.customer_id, mandate.token)).toEqual({ deleted: true });
    expect((await seen(world, `/customers/${mandate.customer_id}/tokens`)).count).toBe(0);
    await passDays(world, 1);
  });
});

test("cycles of a mandate are reckoned in Indian time, and their last day is no day for UPI", async () => {
  const { mandateCycle } = await import("../../../src/sandbox/razorpay/calendar.ts");
  const at = (text: string) => seconds(Date.parse(text));
  expect(mandateCycle("monthly", at("2026-11-30T18:29:59Z")).lastDay).toBe(true);
  expect(mandateCycle("monthly", at("2026-11-30T18:30:00Z")).lastDay).toBe(false);
  expect(mandateCycle("monthly", at("2026-11-15T00:00:00Z")).name).toBe(
    mandateCycle("monthly", at("2026-11-02T00:00:00Z")).name,
  );
  for (const frequency of ["daily", "weekly", "fortnightly", "bimonthly", "quarterly", "half_yearly", "yearly"]) {
    const [now, later] = [at("2026-11-15T12:00:00Z"), at("2027-11-15T12:00:00Z") + 86_400];
    expect(mandateCycle(frequency, now).name).not.toBe(mandateCycle(frequency, later + 16 * 86_400).name);
  }
});
