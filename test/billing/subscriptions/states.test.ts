import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, type Shop } from "../shop.ts";
import { type Shown, shown, subscriber } from "./subscriber.ts";

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({ price_paise: 50_000 });
});
afterAll(() => shop.close());

test("what is possible is listed, and what is not is refused before Razorpay is asked, with what to do instead", async () => {
  const customer = await subscriber(shop, plan_id);
  expect((await shown(customer)).possible).toEqual([
    ...["pause", "cancel_now", "cancel_at_cycle_end", "payment_method", "change_now", "change_at_cycle_end"],
  ]);
  const resume = await customer.try("POST", "billing/subscription/resume", {});
  expect(resume).toMatchObject({ status: 409, body: { error: { details: { status: "active" } } } });
  await customer.api("POST", "billing/subscription/pause", {});
  expect((await shown(customer)).possible).toEqual(["resume", "cancel_now", "change_now"]);
  const cancel = await customer.try("POST", "billing/subscription/cancel", { at: "cycle_end" });
  expect(cancel).toMatchObject({
    status: 409,
    body: { error: { message: "The subscription is paused. Resume it first, or cancel it with at: now." } },
  });
  await customer.api("POST", "billing/subscription/resume", {});
  await customer.api("POST", "billing/subscription/cancel", { at: "now" });
  expect((await customer.try("GET", "billing/subscription")).status).toBe(404);
});

test("a customer's own pause at the bank is seen when somebody asks, and only the customer ends one of UPI's", async () => {
  const customer = await subscriber(shop, plan_id, "upi");
  const { razorpay_subscription_id: id } = await shown(customer);
  shop.account.webhook(null);
  await shop.account.person.pauseSubscription(id);
  // We still believe that it is active; before a refusal Razorpay is looked at.
  const resume = await customer.try("POST", "billing/subscription/resume", {});
  expect(resume).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining("can be resumed by the customer only") } },
  });
  expect((await shown(customer)).status).toBe("paused");
});

test("the operator sees what Razorpay allows by the method of a subscription, and by all of them", async () => {
  const customer = await subscriber(shop, plan_id, "upi");
  expect(await shop.admin("GET", `tenants/${customer.id}/subscription`)).toMatchObject({
    method: "upi",
    method_rules: { update: { allowed: false }, change_method_to: ["card_domestic", "card_international"] },
  });
  expect(await shown(customer)).not.toHaveProperty("method_rules");
  expect(await shop.admin("GET", "razorpay/methods")).toMatchObject({
    data: [
      { method: "card_domestic", subscription: { pause: { allowed: true } }, mandate: { method: "card" } },
      { method: "card_international", subscription: { update: { allowed: true } }, mandate: null },
      { method: "upi", mandate: { unattended_max_paise: 1_500_000 } },
      { method: "emandate", mandate: { mandate_max_paise: 1_000_000_000 } },
    ],
  });
});

test("plans that are paid in advance have nothing to pause", async () => {
  const customer = await shop.customer();
  const prepaid = await shop.plan({ price_paise: 0, collection: "prepaid" });
  await customer.api<Shown>("POST", "billing/subscription", { plan_id: prepaid });
  expect((await shown(customer)).possible).toEqual([
    ...["cancel_now", "cancel_at_cycle_end", "change_now", "change_at_cycle_end"],
  ]);
  expect(await customer.try("POST", "billing/subscription/pause", {})).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining("paid in advance") } },
  });
});
