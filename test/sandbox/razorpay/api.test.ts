import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { clientOf, openSimulated, type Simulated } from "./simulator.ts";
import { aCustomer, aPlan, aSubscription, made, seconds, seen } from "./stories.ts";

/** What all of the API has in common, customers, and plans. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { http_status: number; body: unknown }>;
const documented = (name: string) => ({ status: ERRORS[name]!.http_status, body: ERRORS[name]!.body });
const ORDER = { amount: 50_000, currency: "INR" };
const NOBODY = "order_AAAAAAAAAAAAAA";

describe("errors are Razorpay's, word for word", () => {
  test("a call without a key, with one that is unknown, or with another's secret", async () => {
    const as = (key: string) =>
      world.call("GET", "/plans", undefined, { authorization: `Basic ${Buffer.from(key).toString("base64")}` });
    expect(await world.call("GET", "/plans", undefined, { authorization: "" })).toEqual(documented("auth_failed_401"));
    expect(await as("rzp_test_simulated:wrong")).toEqual(documented("auth_failed_401"));
    expect(await as("rzp_test_nobody:wrong")).toEqual(documented("bad_key_401"));
  });

  test("an address that does not exist", async () => {
    expect(await world.call("GET", "/nothing")).toEqual(documented("feature_or_route_missing_400"));
    expect(await world.call("DELETE", `/plans/${NOBODY}`)).toEqual(documented("feature_or_route_missing_400"));
  });

  test("an id that is nobody's, and one that cannot be an id", async () => {
    expect(await world.call("GET", `/orders/${NOBODY}`)).toEqual(documented("unknown_id_400"));
    expect(await world.call("GET", "/subscriptions/sub_bad")).toEqual(documented("malformed_id_400"));
  });

  test("a field that is not known, and an amount below a rupee", async () => {
    const { id: plan_id } = await aPlan(world);
    const order = await world.call("POST", "/orders", { ...ORDER, token_id: "token_1" });
    expect(order.body).toEqual({
      error: { code: "BAD_REQUEST_ERROR", description: "token_id is/are not required and should not be sent" },
    });
    const customer = await world.call("POST", "/customers", { name: "A", offer_id: "x" });
    expect(customer).toEqual(documented("unexpected_field_400"));
    expect(await world.call("POST", "/orders", { amount: 99 })).toEqual(documented("min_amount_400"));
    const subscription = await world.call("POST", "/subscriptions", { plan_id, total_count: 12, customer_id: "x" });
    expect(subscription.status).toBe(400);
  });

  test("bodies that are no object, amounts that are no whole number, currencies that are none", async () => {
    for (const body of [
      7,
      [],
      { amount: 10.5 },
      { amount: "many" },
      {},
      { amount: 1e20 },
      { ...ORDER, currency: "rupees" },
    ])
      expect((await world.call("POST", "/orders", body)).status).toBe(400);
  });

  test("the official client rejects with them", async () => {
    await expect(world.sdk.orders.fetch(NOBODY)).rejects.toMatchObject({
      statusCode: 400,
      error: { description: "The id provided does not exist" },
    });
  });
});

describe("notes", () => {
  test("are a list while they are empty and an object otherwise", async () => {
    expect((await made(world, "/orders", ORDER)).notes).toEqual([]);
    expect((await made(world, "/orders", { ...ORDER, notes: { a: 1 } })).notes).toEqual({ a: "1" });
  });

  test("are fifteen at most, of 256 letters at most", async () => {
    const many = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`key${index}`, "x"]));
    expect((await world.call("POST", "/orders", { ...ORDER, notes: many })).status).toBe(400);
    expect((await world.call("POST", "/orders", { ...ORDER, notes: { a: "x".repeat(257) } })).status).toBe(400);
    expect((await world.call("POST", "/orders", { ...ORDER, notes: { a: "x".repeat(256) } })).status).toBe(200);
  });

  test("of orders and payments can be replaced", async () => {
    const { id } = await made(world, "/orders", ORDER);
    expect(await world.sdk.orders.edit(id, { notes: { a: "2" } })).toMatchObject({ notes: { a: "2" } });
    const { razorpay_payment_id } = await world.account.person.pay(id, { method: "upi" });
    expect(await world.sdk.payments.edit(razorpay_payment_id, { notes: { b: "3" } })).toMatchObject({
      notes: { b: "3" },
    });
  });
});

describe("lists", () => {
  test("come newest first, ten at a time, with no total", async () => {
    for (let number = 0; number < 12; number++) await made(world, "/orders", { ...ORDER, receipt: `r${number}` });
    const page = await world.sdk.orders.all();
    expect([page.count, page.items.length, page.items[0]!.receipt]).toEqual([10, 10, "r11"]);
    const rest = await world.sdk.orders.all({ skip: 10, count: 5 });
    expect(rest.items.map(({ receipt }) => receipt)).toEqual(["r1", "r0"]);
    expect(Object.keys(page).sort()).toEqual(["count", "entity", "items"]);
  });

  test("of more than a hundred, or by words instead of numbers, are refused", async () => {
    expect((await world.call("GET", "/orders?count=101")).status).toBe(400);
    expect((await world.call("GET", "/orders?skip=some")).status).toBe(400);
    expect((await world.call("GET", "/orders?count=100")).status).toBe(200);
  });

  test("go by the time of making, and by what they can be asked for", async () => {
    await made(world, "/orders", { ...ORDER, receipt: "old" });
    await world.pass(10 * MINUTE);
    const from = seconds(world.clock.now());
    await made(world, "/orders", { ...ORDER, receipt: "new" });
    expect((await world.sdk.orders.all({ from })).items.map(({ receipt }) => receipt)).toEqual(["new"]);
    expect((await world.sdk.orders.all({ to: from - 60 })).items.map(({ receipt }) => receipt)).toEqual(["old"]);
    expect((await world.sdk.orders.all({ receipt: "old" })).count).toBe(1);
    const id = await aSubscription(world);
    const { plan_id } = await seen(world, `/subscriptions/${id}`);
    expect(await seen(world, `/subscriptions?plan_id=${plan_id}`)).toMatchObject({ count: 1, items: [{ id }] });
  });

  test("can lag behind what an id tells", async () => {
    world.account.knobs.listLagSeconds = 300;
    const { id } = await made(world, "/orders", ORDER);
    expect((await world.sdk.orders.all()).count).toBe(0);
    expect((await world.sdk.orders.fetch(id)).id).toBe(id);
    await world.pass(6 * MINUTE);
    expect((await world.sdk.orders.all()).count).toBe(1);
  });
});

describe("customers", () => {
  test("are one for an address and a number: again they are refused, or, where asked for, the same", async () => {
    const { id } = await aCustomer(world);
    const again = { name: "Other", email: "pay@example.com", contact: "+919800000000" };
    await expect(world.sdk.customers.create(again)).rejects.toMatchObject({
      error: { description: "Customer already exists for the merchant" },
    });
    expect(await made(world, "/customers", { ...again, fail_existing: "0" })).toMatchObject({ id, name: "A Customer" });
    const other = await world.sdk.customers.create({ ...again, contact: "+919800000001" });
    expect(other.id).not.toBe(id);
    expect(await world.sdk.customers.fetch(id)).toMatchObject({ id, email: "pay@example.com" });
    expect((await seen(world, "/customers")).count).toBe(2);
  });
});

describe("plans", () => {
  const item = { name: "Team", amount: 100_000, currency: "INR" };

  test("of days are of seven at least, or eight, as the documents contradict each other", async () => {
    const daily = (interval: number) => world.call("POST", "/plans", { period: "daily", interval, item });
    expect((await daily(6)).status).toBe(400);
    expect((await daily(7)).status).toBe(200);
    world.account.knobs.dailyIntervalMin = 8;
    expect((await daily(7)).status).toBe(400);
  });

  test("have a known period; they are found and listed, never changed", async () => {
    expect((await world.call("POST", "/plans", { period: "hourly", interval: 1, item })).status).toBe(400);
    const { id } = await world.sdk.plans.create({ period: "monthly", interval: 1, item });
    expect(await world.sdk.plans.fetch(id)).toMatchObject({ id, period: "monthly", item: { amount: 100_000 } });
    expect((await seen(world, "/plans")).count).toBe(1);
    expect((await world.call("PATCH", `/plans/${id}`, { item })).status).toBe(400);
  });
});

test("two accounts know nothing of each other", async () => {
  const other = world.server.account({ key_id: "rzp_test_other", key_secret: "another secret" });
  const { id } = await made(world, "/orders", ORDER);
  const basic = Buffer.from("rzp_test_other:another secret").toString("base64");
  const seenByOther = await world.call("GET", `/orders/${id}`, undefined, { authorization: `Basic ${basic}` });
  expect(seenByOther).toEqual(documented("unknown_id_400"));
  expect([other.books.orders().length, world.server.accounts().length]).toEqual([0, 2]);
});

test("one that nobody serves is a network error to the client, not an answer", async () => {
  const gone = clientOf("http://127.0.0.1:9");
  await expect(gone.orders.fetch(NOBODY)).rejects.toThrow(TypeError);
});
