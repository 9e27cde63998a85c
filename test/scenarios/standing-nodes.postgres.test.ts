import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { openWorld, type World } from "../support/world.ts";

/** Two nodes on one database: what billing says on one of them, the other one's calls feel within seconds. */

let shop: Shop;
let other: World;
beforeAll(async () => {
  shop = await openShop();
  other = await openWorld({ joins: shop });
});
afterAll(async () => {
  await other.close();
  await shop.close();
});

/** Both nodes see the same business time: what is let pass on one passes on the other. */
async function pass(ms: number): Promise<void> {
  await shop.pass(ms);
  other.clock.advance(Math.max(0, shop.clock.now() - other.clock.now()));
}

const PLAN = { price_paise: 50_000, included_micros: 500_000_000, grace_days: 1 };

async function subscribed(plan: Record<string, unknown> = PLAN): Promise<{ customer: Customer; id: string }> {
  const customer = await shop.customer();
  const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
    ...(["POST", "billing/subscription", { plan_id: await shop.plan(plan) }] as const),
  );
  await shop.account.person.authenticate(id, { method: "card_domestic" });
  await pass(0);
  await served(customer);
  return { customer, id };
}

/** How the other node answers a call. */
async function answered({ key }: Customer): Promise<string> {
  const answer = await other.messages(key);
  const { error } = (await answer.json()) as { error?: { code: string } };
  return error?.code ?? String(answer.status);
}
const soon = { timeout: 10_000, interval: 200 };
const refused = (customer: Customer, code: string) => expect.poll(() => answered(customer), soon).toBe(code);
const served = (customer: Customer) => expect.poll(() => answered(customer), soon).toBe("200");

describe("a subscription that, on one node,", () => {
  test("was paused stops service on the other, and resumed it is served there again", async () => {
    const { customer } = await subscribed();
    await customer.api("POST", "billing/subscription/pause", {});
    await refused(customer, "subscription_halted");
    await customer.api("POST", "billing/subscription/resume", {});
    await pass(0);
    await served(customer);
  });

  test("was cancelled stops service on the other", async () => {
    const overage = { enabled: true, cap_micros: 1_000_000_000 };
    const { customer } = await subscribed({ price_paise: 50_000, overage });
    await customer.api("POST", "billing/subscription/cancel", { at: "now" });
    await expect.poll(() => answered(customer), soon).toMatch(/no_subscription|quota_exhausted|wallet_empty/);
  });

  test("is halted because its charges fail stops service on the other, and a new card brings it back", async () => {
    const { customer, id } = await subscribed();
    shop.account.outcomes(id, Array(8).fill("insufficient_funds"));
    const status = () => shop.account.books.subscriptions().find((one) => one.id === id)!.status;
    for (let day = 0; day < 60 && status() !== "halted"; day++) await pass(DAY);
    await refused(customer, "subscription_halted");
    await shop.account.person.changeMethod(id, { method: "card_domestic" });
    await pass(0);
    await served(customer);
  });

  test("was paused by its customer at the bank is felt on the other once Razorpay has told of it", async () => {
    const { customer, id } = await subscribed();
    await shop.account.person.pauseSubscription(id);
    await pass(0);
    await refused(customer, "subscription_halted");
  });
});

test("a customer that is suspended on one node for what it owes is refused on the other, and served when it has paid", async () => {
  const overage = { enabled: true, cap_micros: 60_000_000_000 };
  const pricing = { type: "markup", multiplier_ppm: 20_000_000 };
  const { customer } = await subscribed({ price_paise: 50_000, grace_days: 2, overage, pricing });
  await customer.spend(2_000_000_000);
  const standing = async () => (await customer.api<{ standing: string }>("GET", "billing")).standing;
  for (let day = 0; day < 80 && (await standing()) !== "suspended"; day++) await pass(DAY);
  await refused(customer, "subscription_halted");
  const { open } = await customer.api<{ open: { pay_url: string }[] }>("GET", "billing");
  await shop.account.person.payLink(open[0]!.pay_url.split("/").at(-1)!, { method: "upi" });
  await pass(0);
  await served(customer);
});

test("a tenant that an administrator suspends on one node is refused on the other, and served when it is let in again", async () => {
  const { customer } = await subscribed();
  await shop.admin("PATCH", `tenants/${customer.id}`, { status: "suspended" });
  await refused(customer, "tenant_suspended");
  await shop.admin("PATCH", `tenants/${customer.id}`, { status: "active" });
  await served(customer);
});

test("another plan on one node is the price on the other", async () => {
  const customer = await shop.customer();
  const free = { price_paise: 0, collection: "subscription" } as const;
  const plan = async (multiplier_ppm: number) =>
    shop.plan({ ...free, collection: "prepaid", pricing: { type: "markup", multiplier_ppm } });
  await shop.admin("POST", `tenants/${customer.id}/credits`, { amount_micros: 1_000_000_000, reason: "a gift" });
  await shop.admin("PATCH", `tenants/${customer.id}`, { default_plan_id: await plan(1_000_000) });
  const cost = async (): Promise<number> => {
    const answer = await other.messages(customer.key);
    await answer.text();
    const { data } = await shop.admin<{ data: { spend_micros: number }[] }>(
      "GET",
      `events?tenant_id=${customer.id}&limit=1`,
    );
    return data[0]!.spend_micros;
  };
  const once = await cost();
  await shop.admin("PATCH", `tenants/${customer.id}`, { default_plan_id: await plan(3_000_000) });
  await pass(0);
  await expect.poll(cost, soon).toBeGreaterThan(2.9 * once);
});
