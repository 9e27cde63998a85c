import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import type { MadeEvent } from "../../src/sandbox/razorpay/webhooks.ts";
import { expectMirrored, sidesOf } from "../billing/mirrored.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { untouchedBy } from "../billing/untouched.ts";
import { WEBHOOK_SECRET } from "../support/world.ts";
import { begin, type Life, liveOn, MOVES, sellElsewhere, WEEKLY } from "./lives.ts";

/** Five thousand webhooks in the worst weather: what they do to us is what happened at Razorpay, and nothing else. */

const SEED = 20_261_121;
const FORMER_SECRET = "the secret before the rotation";
const WEBHOOKS_MIN = 5_000;
const LIVES = 2 * MOVES.length;
const WEEKS = 9;
/** Each copy is late by itself, by up to so much: many come after what happened later. */
const LATE_MAX_MS = 12 * HOUR;
const GUST_MS = 12 * HOUR;
/** What another product sells on the same account each week: one order, three webhooks. */
const FOREIGN_A_WEEK = 130;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ webhookSecrets: [WEBHOOK_SECRET, FORMER_SECRET] });
});
afterAll(() => shop.close());

/** What becomes of an event on its way, the same for the same event: 10 % dropped, 2 % forged, 2 % with the old secret, the rest as it should be. */
function fateOf({ id }: MadeEvent): {
  dropped: boolean;
  forged: boolean;
  former: boolean;
  lateMs: (copy: number) => number;
} {
  const bytes = createHmac("sha256", String(SEED)).update(id).digest();
  const share = bytes.readUInt32BE(0) / 2 ** 32;
  return {
    ...{ dropped: share < 0.1, forged: share >= 0.1 && share < 0.12, former: share >= 0.12 && share < 0.14 },
    lateMs: (copy) => Math.floor((bytes.readUInt32BE(4 + 4 * copy) / 2 ** 32) * LATE_MAX_MS),
  };
}

/** Lets time pass in gusts: what Razorpay sends in some hours comes at once, and only then does our own timed work have its turn. */
async function blow(ms: number): Promise<void> {
  const { clock, razorpay, app } = shop;
  for (let passed = 0; passed < ms; passed += GUST_MS) {
    clock.advance(GUST_MS);
    await razorpay.run();
    await app.jobs.runDue();
  }
}

const refusedWebhooks = async (): Promise<number> => {
  const page = await (await fetch(`${shop.url}/metrics`)).text();
  return Number(/^tollgate_webhooks_refused_total\{account="operator"\} (\d+)/m.exec(page)?.[1] ?? 0);
};

test("5,000 webhooks, tripled, shuffled, some lost, forged or signed with the old secret: our state comes to be Razorpay's", {
  timeout: 300_000,
}, async () => {
  const { account } = shop;
  const { webhookFaults, books } = account;
  webhookFaults.drop = (event) => fateOf(event).dropped;
  webhookFaults.copies = (event) => (fateOf(event).forged ? 1 : 3);
  webhookFaults.delayMs = (event, copy) => fateOf(event).lateMs(copy);
  webhookFaults.secret = (event) =>
    fateOf(event).forged ? "nobody's secret" : fateOf(event).former ? FORMER_SECRET : undefined;

  const plan_id = await shop.plan(WEEKLY);
  const lives: Life[] = [];
  for (let turn = 0; turn < LIVES; turn++) lives.push(await begin(shop, plan_id, turn));
  for (let week = 0; week < WEEKS; week++) {
    await sellElsewhere(shop, FOREIGN_A_WEEK);
    await blow(7 * DAY);
    for (const life of lives) await liveOn(shop, life, week);
  }
  expect(books.events().length).toBeGreaterThanOrEqual(WEBHOOKS_MIN);

  // The weather clears, and what was lost is looked for. What is made from now on is as it should be.
  const stormy = new Set(books.events().map(({ id }) => id));
  for (const name of ["drop", "copies", "delayMs", "secret"] as const) delete webhookFaults[name];
  await blow(3 * DAY);
  await shop.pass(0);
  await expectMirrored(shop);

  const kinds = Object.entries(await sidesOf(shop)).map(([kind, { theirs }]) => [kind, Object.keys(theirs).length > 0]);
  expect(Object.fromEntries(kinds)).toEqual({
    ...{ subscriptions: true, payments: true, refunds: true, disputes: true, tokens: true, links: true },
    "top-ups": true,
  });
  const webhooks = await shop.admin<{ data: unknown[] }>("GET", "webhooks?status=foreign&limit=1000");
  expect(webhooks.data).toHaveLength(1_000);
  for (const status of ["received", "failed"])
    expect(await shop.admin("GET", `webhooks?status=${status}`)).toMatchObject({ data: [] });
  const answers = books
    .events()
    .flatMap((event) => event.deliveries.map(({ status }) => [status, stormy.has(event.id) && fateOf(event).forged]));
  // 0 would be an answer that did not come within Razorpay's five seconds.
  expect(answers.filter(([status, forged]) => status !== (forged ? 400 : 200))).toEqual([]);
  const refused = answers.filter(([status]) => status === 400).length;
  expect(refused).toBeGreaterThan(0);
  expect(await refusedWebhooks()).toBe(refused);
});

test("a webhook that somebody made up is refused, counted, and changes nothing", async () => {
  const { books } = shop.account;
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 10_000_000,
  });
  const order = books.orders().find(({ id }) => id === order_id);
  const payment = { id: "pay_invented000000", order_id, amount: order?.amount, status: "captured", captured: true };
  const body = JSON.stringify({ event: "payment.captured", payload: { payment: { entity: payment } } });
  const signed = (secret: string, text = body) => createHmac("sha256", secret).update(text).digest("hex");
  const post = (headers: Record<string, string>, path = "/webhooks/razorpay") =>
    fetch(shop.url + path, { method: "POST", body, headers: { "x-razorpay-event-id": "invented", ...headers } });
  const before = await refusedWebhooks();
  const forgeries: Record<string, string>[] = [
    {},
    { "x-razorpay-signature": "" },
    { "x-razorpay-signature": signed("a guess") },
    { "x-razorpay-signature": signed("") },
    { "x-razorpay-signature": signed(WEBHOOK_SECRET, `${body} `) },
    { "x-razorpay-signature": signed(WEBHOOK_SECRET).slice(0, 63) },
    { "x-razorpay-signature": `${signed(WEBHOOK_SECRET)},${signed(WEBHOOK_SECRET)}` },
  ];
  await untouchedBy(shop, async () => {
    for (const headers of forgeries) expect((await post(headers)).status).toBe(400);
  });
  expect(await refusedWebhooks()).toBe(before + forgeries.length);
});
