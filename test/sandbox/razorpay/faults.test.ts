import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { openSimulated, passDays, type Simulated } from "./simulator.ts";
import { aMandate, aSubscription, made, seen } from "./stories.ts";

/** What goes wrong on the way: to the API, and from it. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { http_status: number; body: unknown }>;
const ORDER = { amount: 50_000, currency: "INR" };
const orders = () => world.account.books.orders().length;

describe("a call", () => {
  test.each(["order", "add-on", "unattended debit", "immediate refund"])(
    "is done although its answer is lost: of an %s",
    async (what) => {
      const { account } = world;
      const subscription = await aSubscription(world, "card_international");
      const mandate = await aMandate(world);
      const { id: order_id } = await made(world, "/orders", ORDER);
      const { razorpay_payment_id } = await account.person.pay(order_id, { method: "upi" });
      const { id: debited } = await made(world, "/orders", ORDER);
      const item = { name: "Usage", amount: 10_000, currency: "INR" };
      const debit = {
        ...mandate,
        ...ORDER,
        order_id: debited,
        email: "pay@example.com",
        contact: "+919800000000",
        recurring: true,
      };
      const [path, body, count] = {
        order: ["/orders", ORDER, async () => account.books.orders().length],
        "add-on": [`/subscriptions/${subscription}/addons`, { item }, async () => (await seen(world, "/addons")).count],
        "immediate refund": [`/payments/${razorpay_payment_id}/refund`, {}, async () => account.books.refunds().length],
        "unattended debit": [
          "/payments/create/recurring",
          debit,
          async () => (await seen(world, `/orders/${debited}/payments`)).count,
        ],
      }[what] as [string, object, () => Promise<number>];
      const before = await count();
      account.faults.impose({ method: "POST", fault: "commit-then-drop", times: 1 });
      await expect(world.call("POST", path, body)).rejects.toThrow();
      expect(await count()).toBe(before + 1);
    },
  );

  test("is done although its answer never comes", async () => {
    world.account.faults.impose({ method: "POST", fault: "commit-then-hang", times: 1 });
    const basic = Buffer.from(`${world.account.key_id}:${world.account.key_secret}`).toString("base64");
    const given = new AbortController();
    const asked = fetch(`${world.server.url}/v1/orders`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/json" },
      body: JSON.stringify(ORDER),
      signal: given.signal,
    });
    await expect.poll(orders).toBe(1);
    given.abort();
    await expect(asked).rejects.toThrow();
  });

  test("is not done where it is dropped, limited, or fails", async () => {
    const { impose } = world.account.faults;
    impose({ fault: "drop", times: 1 });
    await expect(world.call("POST", "/orders", ORDER)).rejects.toThrow();
    for (const [fault, example] of [
      ["429", "rate_limited_429"],
      ["500", "server_500"],
    ] as const) {
      impose({ fault, times: 1 });
      const { http_status: status, body } = ERRORS[example]!;
      expect(await world.call("POST", "/orders", ORDER)).toEqual({ status, body });
    }
    for (const name of ["gateway_502", "refund_idem_in_progress_409"]) {
      const { http_status: status, body } = ERRORS[name]!;
      impose({ fault: { status, body }, times: 1 });
      expect(await world.call("POST", "/orders", ORDER)).toEqual({ status, body });
    }
    impose({ fault: "502-html", times: 1 });
    await expect(world.sdk.orders.create(ORDER)).rejects.toMatchObject({ statusCode: 502, error: undefined });
    expect(orders()).toBe(0);
  });

  test("is slow, and done", async () => {
    world.account.faults.impose({ fault: { slowMs: 20 }, times: 1 });
    expect((await world.call("POST", "/orders", ORDER)).status).toBe(200);
  });

  test("meets the faults that were imposed on it only, until they are undone", async () => {
    const undo = world.account.faults.impose({ method: "POST", path: /^\/plans$/, fault: "500" });
    expect((await world.call("POST", "/orders", ORDER)).status).toBe(200);
    expect((await world.call("GET", "/plans")).status).toBe(200);
    expect((await world.call("POST", "/plans", {})).status).toBe(500);
    undo();
    expect((await world.call("POST", "/plans", {})).status).toBe(400);
  });
});

describe("webhooks", () => {
  const paid = async () => {
    const { id } = await made(world, "/orders", ORDER);
    await world.account.person.pay(id, { method: "upi" });
    return id;
  };

  test("carry one id for all tries and copies, are signed over their bytes, and name themselves", async () => {
    world.account.webhookFaults.copies = () => 2;
    await paid();
    await world.server.run();
    expect(world.received).toHaveLength(6);
    expect(new Set(world.received.map(({ id }) => id)).size).toBe(3);
    expect(world.received.every(({ id, signed }) => signed && /^[A-Za-z0-9]{14}$/.test(id))).toBe(true);
  });

  test("that were tampered with do not fit their signature", async () => {
    world.account.webhookFaults.tamper = ({ type }) => type === "payment.captured";
    await paid();
    await world.server.run();
    expect(world.received.filter(({ signed }) => !signed).map(({ type }) => type)).toEqual(["payment.captured"]);
  });

  test("come late, and overtake each other", async () => {
    world.account.webhookFaults.delayMs = ({ type }) => (type === "payment.authorized" ? HOUR : 0);
    await paid();
    await world.pass(2 * HOUR);
    expect(world.heard()).toEqual(["payment.captured", "order.paid", "payment.authorized"]);
    delete world.account.webhookFaults.delayMs;
    world.account.webhookFaults.reorderMs = HOUR;
    for (let number = 0; number < 5; number++) await paid();
    await world.pass(2 * HOUR);
    const order = ["payment.authorized", "payment.captured", "order.paid"];
    expect(world.heard()).not.toEqual(Array.from({ length: 5 }, () => order).flat());
  });

  test("of before a change of the secret keep the old one", async () => {
    world.receiver.status = 500;
    await paid();
    await world.server.run();
    world.receiver.status = 200;
    world.account.webhook({ ...world.endpoint, secret: "the new secret" });
    await world.pass(MINUTE);
    expect(world.received.map(({ signed }) => signed)).toEqual([true, true, true]);
    await paid();
    await world.server.run();
    expect(world.received.slice(3).map(({ signed }) => signed)).toEqual([false, false, false]);
  });

  test("say that they contain less than they do", async () => {
    await aSubscription(world);
    const event = world.account.books.events().find(({ type }) => type === "subscription.activated")!;
    const { contains, payload } = JSON.parse(event.body) as { contains: string[]; payload: object };
    expect([contains, Object.keys(payload)]).toEqual([["subscription"], ["subscription", "payment"]]);
  });

  test("are only of the types that were asked for", async () => {
    world.account.webhook({ ...world.endpoint, events: ["order.paid"] });
    await paid();
    await world.server.run();
    expect(world.heard()).toEqual(["order.paid"]);
  });

  test("climb the ladder on the clock, and begin lower for a failure than for a success", async () => {
    world.receiver.status = 503;
    await paid();
    const { id } = await made(world, "/orders", ORDER);
    await expect(world.account.person.pay(id, { method: "upi", fail: "payment_cancelled" })).rejects.toThrow();
    await world.server.run();
    await world.pass(3 * SECOND);
    const tries = () =>
      Object.fromEntries(world.account.books.events().map(({ type, deliveries }) => [type, deliveries.length]));
    expect(tries()).toMatchObject({ "payment.captured": 2, "payment.failed": 1 });
    await world.pass(4 * SECOND);
    expect(tries()).toMatchObject({ "payment.captured": 3, "payment.failed": 2 });
    for (let half = 0; half < 60; half++) await world.pass(30 * MINUTE);
    expect(tries()).toMatchObject({ "payment.captured": 16, "payment.failed": 15 });
  });

  test("stop when nothing was taken for a day, until the endpoint is set again", async () => {
    world.receiver.status = 400;
    await paid();
    await passDays(world, 2);
    expect(world.account.webhookDisabledAt()).not.toBeNull();
    world.receiver.status = 200;
    await paid();
    await passDays(world, 1);
    expect(world.heard()).toEqual([]);
    world.account.webhook(world.endpoint);
    await paid();
    await world.server.run();
    expect(world.heard()).toEqual(["payment.authorized", "payment.captured", "order.paid"]);
  });

  test("go on where something was taken, or where an account is more patient", async () => {
    await paid();
    await world.server.run();
    world.receiver.status = 400;
    world.account.knobs.disableFailingEndpoint = false;
    await paid();
    await passDays(world, 2);
    expect(world.account.webhookDisabledAt()).toBeNull();
    world.account.disableWebhook();
    expect(world.account.webhookDisabledAt()).not.toBeNull();
  });
});

test("what is due next is known, and is done at its own time", async () => {
  const id = await aSubscription(world, "card_domestic");
  const { current_end } = await seen(world, `/subscriptions/${id}`);
  await passDays(world, 28);
  await world.server.run();
  expect(world.server.nextDue()).toBe(Number(current_end) * 1_000);
  await world.pass(3 * DAY);
  const [latest] = (await seen(world, `/invoices?subscription_id=${id}`)).items as { issued_at: number }[];
  expect(latest!.issued_at).toBe(current_end);
});

test("a seed tells the same story twice, to the letter of its ids", async () => {
  const story = async (): Promise<string[]> => {
    const other = await openSimulated();
    const id = await aSubscription(other);
    const told = other.account.books.events().map(({ id, type }) => `${id} ${type}`);
    await other.close();
    return [id, ...told];
  };
  expect(await story()).toEqual(await story());
});
