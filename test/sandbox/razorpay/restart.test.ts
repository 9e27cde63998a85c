import { expect, test } from "vitest";
import { DAY, HOUR, movableClock } from "../../../src/kernel/clock.ts";
import type { Keeper } from "../../../src/sandbox/keeper.ts";
import { openSandboxRazorpay, type SandboxRazorpay } from "../../../src/sandbox/razorpay/server.ts";
import { clientOf, KEY } from "./simulator.ts";

/** A simulator that is kept forgets nothing: what exists, what is due, and what was not delivered yet. */

function inMemory(): Keeper & { text: string | null; saves: number } {
  const keeper = {
    text: null as string | null,
    saves: 0,
    load: async () => keeper.text,
    async save(text: string) {
      keeper.text = text;
      keeper.saves += 1;
    },
  };
  return keeper;
}

const ITEM = { name: "Team", amount: 100_000, currency: "INR" };
async function subscribed(server: SandboxRazorpay): Promise<string> {
  const sdk = clientOf(server.url);
  const plan = await sdk.plans.create({ period: "monthly", interval: 1, item: ITEM });
  const { id } = await sdk.subscriptions.create({ plan_id: plan.id, total_count: 12, customer_notify: true });
  await server.account(KEY).person.authenticate(id, { method: "card_domestic" });
  return id;
}

test("a subscription goes on after a restart, and is charged when its next cycle begins", async () => {
  const [clock, keeper] = [movableClock(), inMemory()];
  const before = await openSandboxRazorpay({ now: clock.now, keeper });
  before.account(KEY);
  const id = await subscribed(before);
  const seen = await clientOf(before.url).subscriptions.fetch(id);
  await before.close();

  const after = await openSandboxRazorpay({ now: clock.now, keeper });
  expect(await clientOf(after.url).subscriptions.fetch(id)).toEqual(seen);
  clock.advance(32 * DAY);
  await after.run();
  expect(await clientOf(after.url).subscriptions.fetch(id)).toMatchObject({ status: "active", paid_count: 2 });
  // The chance that makes ids goes on where it stood: no id is made twice.
  const again = await subscribed(after);
  expect(again).not.toBe(id);
  expect(after.account(KEY).books.payments()).toHaveLength(3);
  await after.close();
});

test("a process that is killed has kept everything that it answered", async () => {
  const [clock, keeper] = [movableClock(), inMemory()];
  const killed = await openSandboxRazorpay({ now: clock.now, keeper });
  killed.account(KEY);
  const { id } = await clientOf(killed.url).orders.create({ amount: 50_000, currency: "INR", receipt: "r1" });
  const { text } = keeper;

  const after = await openSandboxRazorpay({ now: clock.now, keeper: { load: async () => text, save: async () => {} } });
  expect(after.port).not.toBe(killed.port);
  expect(await clientOf(after.url).orders.fetch(id)).toMatchObject({ id, receipt: "r1" });
  await after.close();
  await killed.close();
});

test("webhooks that were not taken yet are tried again, signed as before", async () => {
  const [clock, keeper] = [movableClock(), inMemory()];
  const before = await openSandboxRazorpay({ now: clock.now, keeper });
  const account = before.account(KEY);
  account.webhook({ url: "http://127.0.0.1:9/", secret: "s" });
  const { id } = await clientOf(before.url).orders.create({ amount: 50_000, currency: "INR" });
  await account.person.pay(id, { method: "upi" });
  await before.run();
  const made = account.books.events().map(({ id, body }) => ({ id, body }));
  await before.close();

  const after = await openSandboxRazorpay({ now: clock.now, keeper });
  clock.advance(HOUR);
  await after.run();
  const kept = after.account(KEY).books.events();
  expect(kept.map(({ id, body }) => ({ id, body }))).toEqual(made);
  expect(kept.every(({ deliveries }) => deliveries.length > 5)).toBe(true);
  await after.close();
});

test("addresses of hosted pages stay good: at the same port, or at the new one where that is taken", async () => {
  const [clock, keeper] = [movableClock(), inMemory()];
  const first = await openSandboxRazorpay({ now: clock.now, keeper });
  first.account(KEY);
  const link = await clientOf(first.url).paymentLink.create({
    ...{ amount: 50_000, currency: "INR", reference_id: "L1", customer: {}, description: "Usage" },
  });
  await first.close();
  const second = await openSandboxRazorpay({ now: clock.now, keeper });
  expect((await fetch(link.short_url)).status).toBe(200);
  const third = await openSandboxRazorpay({ now: clock.now, keeper });
  const moved = await clientOf(third.url).paymentLink.fetch(link.id);
  expect(moved.short_url).toBe(link.short_url.replace(second.url, third.url));
  await second.close();
  await third.close();
});

test("nothing is written where nothing changed, and calls at one time share a write", async () => {
  const [clock, keeper] = [movableClock(), inMemory()];
  const server = await openSandboxRazorpay({ now: clock.now, keeper });
  server.account(KEY);
  const sdk = clientOf(server.url);
  await Promise.all(Array.from({ length: 20 }, () => sdk.orders.create({ amount: 50_000, currency: "INR" })));
  const { saves } = keeper;
  expect(saves).toBeLessThanOrEqual(20);
  await sdk.orders.all();
  await server.run();
  await server.close();
  expect(keeper.saves).toBe(saves);
});
