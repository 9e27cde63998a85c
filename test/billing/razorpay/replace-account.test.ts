import { afterAll, beforeAll, expect, test } from "vitest";
import { type Customer, openShop, SELLER, type Shop } from "../shop.ts";

let shop: Shop;
let customer: Customer;
const OWN = { key_id: "rzp_test_own", key_secret: "the first secret", webhook_secret: "their own webhooks" };
const OTHER = { key_id: "rzp_test_other", key_secret: "of another account", webhook_secret: "their own webhooks" };
const SECOND = { key_id: "rzp_test_second", key_secret: "the second secret", webhook_secret: "their own webhooks" };

beforeAll(async () => {
  shop = await openShop();
  const own = shop.razorpay.account(OWN);
  customer = await shop.customer({ tenant: { razorpay: OWN } });
  own.webhook({ url: `${shop.url}/webhooks/razorpay/${customer.id}`, secret: OWN.webhook_secret });
  await shop.admin("PUT", `sellers/${customer.id}`, { ...SELLER, invoice_series: "OWN" });
  const plan_id = await shop.plan({ price_paise: 50_000 });
  const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
  await own.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
});
afterAll(() => shop.close());

const patched = (razorpay: unknown) => shop.admin("PATCH", `tenants/${customer.id}`, { razorpay });
const keyNow = async () => (await shop.admin("GET", `tenants/${customer.id}`)).razorpay;

test("while a subscription stands at a tenant's own account, the account is neither taken away nor exchanged for another", async () => {
  await expect(patched(null)).rejects.toThrow(/409.*subscriptions: 1/);
  shop.razorpay.account(OTHER);
  await expect(patched(OTHER)).rejects.toThrow(/409.*subscriptions: 1/);
  await expect(patched({ ...OTHER, key_id: "rzp_test_unknown" })).rejects.toThrow(/400.*api key provided is invalid/);
  expect(await keyNow()).toEqual({ key_id: OWN.key_id });
});

test("other credentials of the same account are taken at any time: another webhook secret, another pair of keys", async () => {
  await patched({ ...OWN, webhook_secret: "the next secret of webhooks" });
  shop.razorpay.secondKey(shop.razorpay.account(OWN), SECOND);
  await patched(SECOND);
  expect(await keyNow()).toEqual({ key_id: SECOND.key_id });
});

test("once nothing is under way there, the account can be exchanged, and taken away", async () => {
  await customer.api("POST", "billing/subscription/cancel", { at: "now" });
  await patched(OTHER);
  await patched(null);
  expect(await keyNow()).toBe(null);
});
