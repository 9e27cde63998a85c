import { pino } from "pino";
import { expect, vi } from "vitest";
import { openBilling } from "../../src/billing/billing.ts";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import { DAY, HOUR, iso } from "../../src/kernel/clock.ts";
import { type Reconciled, reconcileOnce } from "../../src/reconcile/once.ts";
import type { ReconcileParts } from "../../src/reconcile/step.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { elsewhere } from "../billing/subscriptions/elsewhere.ts";
import { approve, type Shown } from "../billing/subscriptions/subscriber.ts";
import { RAZORPAY, ROOT_SECRET, TEST_ACTOR, WEBHOOK_SECRET } from "../support/secrets.ts";
import { ADMIN_KEY, SANDBOX_KEY } from "../support/world.ts";

/** A month in which everything went well: what was sold, used, collected, given back and disputed, beside another product in the same accounts. */
export interface Month {
  readonly shop: Shop;
  readonly parts: ReconcileParts;
  readonly from: string;
  readonly to: string;
  readonly subscriber: Customer;
  readonly wallet: Customer;
  /** Razorpay's id of the payment that bought the wallet's credit. */
  readonly bought: string;
  /** An order for credit that nobody paid. */
  readonly left: string;
  /** A day of the month on which the provider was used. */
  readonly usedOn: string;
  prove(repair?: boolean): Promise<Reconciled>;
  close(): Promise<void>;
}

const day = (at: number): string => iso(at).slice(0, 10);
/** Another product's key at the provider. */
export const OTHER_KEY = "sk-ant-other-product";

export async function openMonth(): Promise<Month> {
  const shop = await openShop({ providerOnClock: true, sandbox: { keys: [SANDBOX_KEY, OTHER_KEY] } });
  const { clock, account } = shop;
  const from = day(clock.now());
  const plan_id = await shop.plan({
    ...{ price_paise: 100_000, included_micros: 5_000_000, overage: { enabled: true, cap_micros: 900_000_000 } },
  });
  const subscriber = await shop.customer();
  const { razorpay_subscription_id } = await subscriber.api<Shown>("POST", "billing/subscription", { plan_id });
  await approve(shop, subscriber, razorpay_subscription_id, "upi");

  const wallet = await shop.customer();
  const { order_id } = await wallet.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 500_000_000 });
  const { razorpay_payment_id: bought } = await account.person.pay(order_id, { method: "upi" });
  const again = await wallet.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 100_000_000 });
  await account.person.pay(again.order_id, { method: "upi" });
  const { order_id: left } = await wallet.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 200_000_000,
  });
  await shop.pass(HOUR);

  // In arrears, by tiers: what a month came to is debited after it.
  const default_plan_id = await shop.plan({
    ...{ collection: "mandate", included_micros: 3_000_000, overage: { enabled: true, cap_micros: 90_000_000_000 } },
    tiers: [{ up_to_micros: 8_000_000, multiplier_ppm: 1_500_000 }, { multiplier_ppm: 700_000 }],
  });
  const mandated = await shop.customer({ tenant: { default_plan_id } });
  const mandate = await mandated.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 500_000, method: "upi" },
  });
  await account.person.pay(mandate.order_id, { method: "upi" });

  await shop.admin("PUT", "limits", {
    ...{ scope: "tenant", subject_id: wallet.id },
    limits: [{ metric: "total_tokens", window: "lifetime", amount: 1_000_000_000 }],
  });
  await shop.pass(DAY);
  const usedOn = day(clock.now());
  expect(await subscriber.spend(60_000_000)).toBe(200);
  expect(await wallet.spend(40_000_000)).toBe(200);
  expect(await mandated.spend(90_000_000)).toBe(200);
  for (const key of [subscriber.key, wallet.key]) {
    const said = { model: "claude-haiku-4-5", messages: [{ role: "user", content: "[[output_tokens=300]] tagged" }] };
    await (await shop.messages(key, said, { "x-tollgate-tags": "feature=summary" })).text();
  }
  // Its client sees a stream that breaks off: what was under way at the provider nobody knows.
  const broken = { stream: true, messages: [{ role: "user", content: "[[cut_after=3]] broken" }] };
  await (await shop.messages(wallet.key, broken)).text().catch(() => "");
  await leftBeforeAnything(shop, wallet.key);
  await shop.admin("POST", "refunds", { payment_id: bought, amount_paise: 10_000, reason: "asked for" });
  await shop.pass(2 * DAY);

  await otherProduct(shop);
  const charged = account.books.invoices().find((one) => one.subscription_id === razorpay_subscription_id);
  await account.dashboard.dispute(charged?.payment_id ?? "", { amountPaise: 5_000 });
  await shop.pass(38 * DAY);
  // In the cycle that is under way.
  expect(await mandated.spend(1_000_000)).toBe(200);
  await shop.pass(2 * DAY);
  await shop.pass(HOUR);
  await shop.app.jobs.close();
  // What happens at Razorpay from now on is heard of by nobody.
  account.webhook(null);

  const parts = provingParts(shop);
  const to = day(clock.now());
  return {
    ...{ shop, parts: parts.parts, from, to, subscriber, wallet, bought, left, usedOn },
    prove: (repair = false) => reconcileOnce(parts.parts, { from, to, repair }, { actor: TEST_ACTOR }),
    async close() {
      await parts.close();
      await shop.close();
    },
  };
}

/** A client that goes before a byte of a whole answer came: the provider has generated some of it, and nobody here knows how much. */
async function leftBeforeAnything({ url, sandbox, app }: Shop, key: string): Promise<void> {
  const leaving = new AbortController();
  const { inFlight } = sandbox.tally;
  const asked = fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({
      ...{ model: "claude-opus-4-6", max_tokens: 4_000 },
      messages: [{ role: "user", content: "[[output_tokens=3000]] [[stall_after=50]] never mind" }],
    }),
    signal: leaving.signal,
  }).catch(() => null);
  await vi.waitFor(() => expect(sandbox.tally.inFlight).toBe(inFlight + 1));
  leaving.abort();
  await asked;
  await vi.waitFor(() => expect(sandbox.tally.inFlight).toBe(inFlight));
  await app.idle();
}

/** Somebody else's money and use in the same accounts: none of ours. */
async function otherProduct(shop: Shop): Promise<void> {
  const other = elsewhere(shop);
  await other.subscription(await other.plan(77_700));
  const order = await other.razorpay.createOrder({ amount: 12_300, currency: "INR", receipt: "another-1" });
  const { razorpay_payment_id } = await shop.account.person.pay(order.id, { method: "card_domestic" });
  await shop.account.dashboard.strayPayment(45_600);
  await shop.account.dashboard.refund(razorpay_payment_id, 2_300);
  await shop.account.dashboard.dispute(razorpay_payment_id, { amountPaise: 1_000 });
  await fetch(`${shop.sandbox.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": OTHER_KEY, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-haiku-4-5", max_tokens: 50, messages: [{ role: "user", content: "Hi" }] }),
  }).then((answer) => answer.text());
}

/** The parts that the command works with. */
export function provingParts(shop: Shop): { readonly parts: ReconcileParts; close(): Promise<void> } {
  const { db, clock, razorpay, sandbox } = shop;
  const log = pino({ level: process.env.TEST_LOG ?? "silent" });
  const secrets = secretsFrom(ROOT_SECRET);
  const operator = { ...RAZORPAY, webhook_secrets: [WEBHOOK_SECRET] };
  const collectors = openCollectors({ db, clock, secrets, base_url: razorpay.url, operator });
  const shared = { db, clock, log, catalogs: openCatalog({ db, clock }), collectors };
  const { appliers, charges, close } = openBilling(shared);
  const provider = { base_url: sandbox.url, admin_key: ADMIN_KEY, operator_key: SANDBOX_KEY };
  return { parts: { ...shared, secrets, appliers, charges, provider }, close };
}
