import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY } from "../../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../shop.ts";
import { billing, invoices, type Shown, shown, subscriber } from "./subscriber.ts";

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({ price_paise: 50_000, included_micros: 900_000_000, grace_days: 2 });
});
afterAll(() => shop.close());

interface ForCheckout {
  readonly subscription_id: string;
  readonly key_id: string;
  readonly subscription_card_change: true;
  readonly short_url: string;
  readonly change_method_to: readonly string[];
}

/** A subscription whose charges have failed so often. */
async function failing(status: "pending" | "halted"): Promise<Customer> {
  const customer = await subscriber(shop, plan_id);
  const { razorpay_subscription_id: id } = await shown(customer);
  shop.account.outcomes(
    id,
    Array.from({ length: 4 }, () => "insufficient_funds"),
  );
  for (let day = 0; day < 80 && (await shown(customer)).status !== status; day++) await shop.pass(DAY / 2);
  expect((await shown(customer)).status).toBe(status);
  return customer;
}

/** What a person does on the page that Checkout opens. */
const payAt = async (address: string, method: string): Promise<Record<string, string>> => {
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ method }) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, string>;
};

test.each(["pending", "halted"] as const)(
  "one that is %s is paid another way at Checkout, and serves again",
  async (status) => {
    const customer = await failing(status);
    const checkout = await customer.api<ForCheckout>("POST", "billing/subscription/payment_method", {});
    expect(checkout).toMatchObject({ subscription_card_change: true, key_id: shop.account.key_id, status });
    const answer = await payAt(`${shop.razorpay.url}/checkout/${checkout.subscription_id}`, "card_international");
    expect(await customer.api<Shown>("POST", "billing/subscription/verify", answer)).toMatchObject({
      status: "active",
    });
    await shop.pass(0);
    expect(await shown(customer)).toMatchObject({ status: "active", method: "card_international" });
    expect((await billing(customer)).standing).toBe("ok");
    expect(await customer.spend(1)).toBe(200);
    expect((await invoices(customer)).filter(({ kind }) => kind === "base").length).toBeGreaterThan(1);
    await shop.balanced();
  },
);

test("it can be paid another way while all is well; before it is approved and after its end it says what to do instead", async () => {
  const customer = await shop.customer();
  const attempt = () => customer.try("POST", "billing/subscription/payment_method", {});
  expect((await attempt()).status).toBe(404);
  const made = await customer.api<Shown>("POST", "billing/subscription", { plan_id });
  expect(await attempt()).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining("waits to be approved"), details: { status: "created" } } },
  });
  await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "upi" });
  await shop.pass(0);
  expect(await attempt()).toMatchObject({
    status: 200,
    body: { change_method_to: ["card_domestic", "card_international"] },
  });
});
