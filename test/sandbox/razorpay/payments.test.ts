import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { openSimulated, passDays, type Simulated, type Wire } from "./simulator.ts";
import { made, seen } from "./stories.ts";

/** Orders, their payments, captures and refunds. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { http_status: number; body: unknown }>;
const ORDER = { amount: 100_000, currency: "INR" };
const payment = (id: string) => seen(world, `/payments/${id}`);
const order = async (fields: Wire = {}) => (await made(world, "/orders", { ...ORDER, ...fields })).id;
const paid = async (fields: Wire = {}) =>
  (await world.account.person.pay(await order(fields), { method: "card_domestic" })).razorpay_payment_id;

describe("orders", () => {
  test("go from created over attempted to paid, and stay paid after a refund", async () => {
    const id = await order();
    await expect(world.account.person.pay(id, { method: "upi", fail: "payment_timed_out" })).rejects.toThrow();
    expect(await seen(world, `/orders/${id}`)).toMatchObject({ status: "attempted", attempts: 1, amount_due: 100_000 });
    const { razorpay_payment_id } = await world.account.person.pay(id, { method: "upi" });
    const after = { status: "paid", attempts: 2, amount_paid: 100_000, amount_due: 0 };
    expect(await seen(world, `/orders/${id}`)).toMatchObject(after);
    await world.account.dashboard.refund(razorpay_payment_id);
    expect(await seen(world, `/orders/${id}`)).toMatchObject(after);
    const { items } = await world.sdk.orders.fetchPayments(id);
    expect(items.map(({ status }) => status)).toEqual(["failed", "refunded"]);
  });

  test("may share a receipt, or not, as the account is", async () => {
    await order({ receipt: "r1" });
    await order({ receipt: "r1" });
    expect((await world.sdk.orders.all({ receipt: "r1" })).count).toBe(2);
    world.account.knobs.uniqueReceipts = true;
    const again = await world.call("POST", "/orders", { ...ORDER, receipt: "r1" });
    expect(again).toMatchObject({
      status: 400,
      body: { error: { description: "An order with the same receipt value has already been created" } },
    });
    expect((await world.call("POST", "/orders", { ...ORDER, receipt: "x".repeat(41) })).status).toBe(400);
  });

  test("are listed by whether a payment of theirs was authorised", async () => {
    const [open, done] = [await order(), await order()];
    await world.account.person.pay(done, { method: "upi" });
    const listed = async (query: string) =>
      ((await seen(world, `/orders?${query}`)).items as Wire[]).map(({ id }) => id);
    expect([await listed("authorized=1"), await listed("authorized=0")]).toEqual([[done], [open]]);
  });

  test("are paid in parts only where they allow it", async () => {
    const whole = await order();
    const part = { method: "upi", amountPaise: 40_000 } as const;
    await expect(world.account.person.pay(whole, part)).rejects.toThrow(/different from the amount due/);
    const id = await order({ partial_payment: true });
    await world.account.person.pay(id, part);
    expect(await seen(world, `/orders/${id}`)).toMatchObject({
      status: "attempted",
      amount_paid: 40_000,
      amount_due: 60_000,
    });
    await world.account.person.pay(id, { method: "upi" });
    expect(await seen(world, `/orders/${id}`)).toMatchObject({ status: "paid", amount_due: 0 });
  });
});

test("a payment is signed for by Checkout, and its events are three", async () => {
  const id = await order({ notes: { a: "b" } });
  const answer = await world.account.person.pay(id, { method: "upi" });
  expect(answer.razorpay_order_id).toBe(id);
  expect(world.razorpay.verifyCheckout(`${id}|${answer.razorpay_payment_id}`, answer.razorpay_signature)).toBe(true);
  await world.server.run();
  expect(world.heard()).toEqual(["payment.authorized", "payment.captured", "order.paid"]);
  expect(await payment(answer.razorpay_payment_id)).toMatchObject({
    status: "captured",
    captured: true,
    notes: { a: "b" },
  });
  expect(await world.sdk.payments.all()).toMatchObject({ count: 1, items: [{ id: answer.razorpay_payment_id }] });
});

test("the fee is two percent with GST on it; a failed payment costs nothing", async () => {
  expect(await payment(await paid())).toMatchObject({ fee: 2_360, tax: 360 });
  const id = await order();
  await expect(world.account.person.pay(id, { method: "upi", fail: "insufficient_funds" })).rejects.toThrow();
  const [failed] = (await world.sdk.orders.fetchPayments(id)).items;
  expect(failed).toMatchObject({ status: "failed", fee: null, tax: null, error_reason: "insufficient_funds" });
});

test("money that comes to an order which is paid goes back by itself", async () => {
  const id = await order();
  await world.account.person.pay(id, { method: "upi" });
  const { razorpay_payment_id } = await world.account.person.pay(id, { method: "card_domestic" });
  expect(await payment(razorpay_payment_id)).toMatchObject({ status: "refunded", amount_refunded: 100_000 });
  expect(await seen(world, `/orders/${id}`)).toMatchObject({ amount_paid: 100_000 });
  await world.server.run();
  expect(world.heard().filter((type) => type === "order.paid")).toHaveLength(1);
});

describe("late authorisation", () => {
  test("makes a failed payment a captured one, and pays what it was for", async () => {
    const link = await made(world, "/payment_links", { ...ORDER, reference_id: "L1" });
    await expect(world.account.person.payLink(link.id, { method: "upi", fail: "payment_timed_out" })).rejects.toThrow();
    const [failed] = world.account.books.payments();
    await world.pass(2 * DAY);
    world.heard();
    await world.account.dashboard.lateCapture(failed!.id);
    await world.server.run();
    expect(world.heard()).toEqual(["payment.authorized", "payment.captured", "order.paid", "payment_link.paid"]);
    expect(await payment(failed!.id)).toMatchObject({ status: "captured", error_code: null, error_reason: null });
    expect((await seen(world, `/payment_links/${link.id}`)).status).toBe("paid");
  });

  test("after another payment goes back; after three days there is none", async () => {
    const id = await order();
    const { person, dashboard, books } = world.account;
    await expect(person.pay(id, { method: "upi", fail: "payment_timed_out" })).rejects.toThrow();
    await person.pay(id, { method: "upi" });
    const [failed] = books.payments();
    await dashboard.lateCapture(failed!.id);
    expect(await payment(failed!.id)).toMatchObject({ status: "refunded" });
    await expect(person.pay(await order(), { method: "upi", fail: "payment_timed_out" })).rejects.toThrow();
    await world.pass(4 * DAY);
    await expect(dashboard.lateCapture(books.payments().at(-1)!.id)).rejects.toThrow(/three days/);
  });
});

describe("capturing by hand", () => {
  test("waits for the call, which takes the whole amount once", async () => {
    const id = await paid({ payment_capture: false });
    expect(await payment(id)).toMatchObject({ status: "authorized", captured: false, fee: null });
    expect((await world.call("POST", `/payments/${id}/capture`, { amount: 1_000, currency: "INR" })).status).toBe(400);
    expect((await world.call("POST", `/payments/${id}/refund`, {})).status).toBe(400);
    expect(await world.sdk.payments.capture(id, 100_000, "INR")).toMatchObject({ status: "captured", captured: true });
    expect((await world.call("POST", `/payments/${id}/capture`, { amount: 100_000 })).status).toBe(400);
  });

  test("that does not come lets the money go back", async () => {
    const id = await paid({ payment_capture: false });
    await passDays(world, 6);
    expect(await payment(id)).toMatchObject({ status: "refunded", captured: false });
    expect(world.account.books.totals()).toMatchObject({ captured_paise: 0, refunded_paise: 0 });
    expect((await world.call("POST", `/payments/${id}/capture`, { amount: 100_000 })).status).toBe(400);
  });
});

describe("refunds", () => {
  const refund = (id: string, body: Wire, key?: string) =>
    world.call("POST", `/payments/${id}/refund`, body, key ? { "x-refund-idempotency": key } : {});

  test("are pending, then processed; parts of them add up", async () => {
    const id = await paid();
    const { body } = await refund(id, { amount: 30_000, receipt: "c1", notes: { a: "b" } });
    expect(body).toMatchObject({ status: "pending", amount: 30_000, receipt: "c1", acquirer_data: { arn: null } });
    expect(await payment(id)).toMatchObject({ status: "captured", refund_status: "partial", amount_refunded: 30_000 });
    await world.pass(2 * HOUR);
    expect(await world.sdk.refunds.fetch(String(body.id))).toMatchObject({ status: "processed" });
    await refund(id, {});
    expect(await payment(id)).toMatchObject({ status: "refunded", refund_status: "full", amount_refunded: 100_000 });
    expect((await world.sdk.payments.fetchMultipleRefund(id)).count).toBe(2);
    expect((await world.sdk.refunds.all()).count).toBe(2);
    await world.pass(2 * HOUR);
    expect(world.heard().filter((type) => type.startsWith("refund"))).toEqual([
      ...["refund.created", "refund.processed", "refund.created", "refund.processed"],
    ]);
  });

  test("can fail, and then the payment is whole again", async () => {
    const id = await paid();
    world.account.knobs.failRefunds = 1;
    await refund(id, { amount: 30_000 });
    await world.pass(2 * HOUR);
    expect(world.heard()).toContain("refund.failed");
    expect(await payment(id)).toMatchObject({ refund_status: null, amount_refunded: 0 });
  });

  test("over what was paid, again in full, or after six months are refused", async () => {
    const id = await paid();
    expect((await refund(id, { amount: 100_001 })).body).toEqual(ERRORS.refund_over_amount_400!.body);
    await refund(id, {});
    expect((await refund(id, { amount: 100 })).body).toEqual(ERRORS.refund_already_full_400!.body);
    const old = await paid();
    await passDays(world, 190);
    expect((await refund(old, {})).status).toBe(400);
  });

  test("with one key are one, and with that key nothing else is done", async () => {
    const id = await paid();
    const first = await refund(id, { amount: 10_000 }, "refund-key-1");
    const again = await refund(id, { amount: 10_000 }, "refund-key-1");
    expect(again.body.id).toBe(first.body.id);
    expect(world.account.books.refunds()).toHaveLength(1);
    expect(await refund(id, { amount: 20_000 }, "refund-key-1")).toEqual({
      ...{ status: 409, body: ERRORS.refund_idem_conflict_409!.body },
    });
    expect((await refund(id, { amount: 10_000 }, "short")).status).toBe(400);
  });

  test("with one key tell what became of it, not what it was", async () => {
    const id = await paid();
    await refund(id, { amount: 10_000 }, "refund-key-1");
    await world.pass(2 * HOUR);
    expect((await refund(id, { amount: 10_000 }, "refund-key-1")).body.status).toBe("processed");
  });
});
