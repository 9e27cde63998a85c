import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY } from "../../../src/kernel/clock.ts";
import { ADMIN_TOKEN } from "../../support/world.ts";
import { type Customer, openShop, type Shop } from "../shop.ts";
import { elsewhere } from "./elsewhere.ts";
import { billing, invoices, remote, type Shown, shown, subscriber } from "./subscriber.ts";

let shop: Shop;
let old: ReturnType<typeof elsewhere>;
let plan_id: string;
let oldPlan: string;
beforeAll(async () => {
  shop = await openShop();
  old = elsewhere(shop);
  plan_id = await shop.plan({ price_paise: 100_000, included_micros: 800_000_000 });
  oldPlan = await old.plan(118_000);
});
afterAll(() => shop.close());

const adopt = (customer: Customer, razorpay_subscription_id: string, plan = plan_id) =>
  attempt(`tenants/${customer.id}/subscription`, { plan_id: plan, razorpay_subscription_id });

async function attempt(
  path: string,
  body: unknown,
): Promise<{ status: number; body: Shown & { error?: { message: string } } }> {
  const answer = await fetch(`${shop.url}/api/admin/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Shown };
}

describe("a live subscription of the operator's", () => {
  test("is taken over: its plan serves from its present cycle on, and only what it charges from now on is invoiced", async () => {
    const id = await old.subscription(oldPlan, { method: "upi" });
    await shop.pass(40 * DAY);
    const customer = await shop.customer();
    expect(await adopt(customer, id)).toMatchObject({ status: 201, body: { status: "active", method: "upi" } });
    expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 800_000_000 }]);
    await shop.pass(DAY);
    expect(await invoices(customer)).toEqual([]);
    await shop.pass(31 * DAY);
    expect(await invoices(customer)).toMatchObject([{ kind: "base", total_paise: 118_000, status: "paid" }]);
    expect(await customer.spend(1)).toBe(200);
    await shop.balanced();
  });

  test("is taken over once, however often it is asked for, and its grants are given once", async () => {
    const id = await old.subscription(oldPlan);
    const customer = await shop.customer();
    const first = await adopt(customer, id);
    const [again, third] = await Promise.all([adopt(customer, id), adopt(customer, id)]);
    expect([again.status, third.status]).toEqual([200, 200]);
    expect(again.body.id).toBe(first.body.id);
    expect((await billing(customer)).grants).toHaveLength(1);
  });

  test("is found by the looking, when several customers want it at once it is one's", async () => {
    const id = await old.subscription(oldPlan);
    const customers = await Promise.all([shop.customer(), shop.customer(), shop.customer()]);
    const answers = await Promise.all(customers.map((customer) => adopt(customer, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error?.message).toMatch(/another customer's/);
  });

  test("of an international card is known as such, and can be changed like any other", async () => {
    const id = await old.subscription(oldPlan, { method: "card_international" });
    const customer = await shop.customer();
    expect((await adopt(customer, id)).body.method).toBe("card_international");
    await customer.api("POST", "billing/subscription/pause", {});
    expect(remote(shop, id).status).toBe("paused");
  });

  test("that charges another amount, currency or period than the plan is refused, with both said", async () => {
    const customer = await shop.customer();
    const dear = await old.subscription(await old.plan(120_000));
    expect(await adopt(customer, dear)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("charges 120000 paise and the plan costs 118000") } },
    });
    const twice = await old.subscription(oldPlan, { quantity: 2 });
    expect((await adopt(customer, twice)).status).toBe(400);
    const yearly = await old.subscription(await old.plan(118_000, { period: "yearly" }));
    expect((await adopt(customer, yearly)).body.error?.message).toMatch(/every 1 yearly/);
    const named = await shop.plan({ price_paise: 90_000, razorpay_plan_id: await old.plan(111_111) });
    expect((await adopt(customer, dear, named)).status).toBe(400);
    expect((await customer.try("GET", "billing/subscription")).status).toBe(404);
  });

  test("by the very plan that ours names fits, whatever it charges", async () => {
    const bargain = await old.plan(99_900);
    const named = await shop.plan({ price_paise: 100_000, razorpay_plan_id: bargain });
    const customer = await shop.customer();
    expect((await adopt(customer, await old.subscription(bargain), named)).status).toBe(201);
  });

  test("that is over, not approved, unknown, or beside another is refused", async () => {
    const customer = await shop.customer();
    const over = await old.subscription(oldPlan);
    await old.razorpay.cancelSubscription(over, { at_cycle_end: false });
    expect((await adopt(customer, over)).body.error?.message).toMatch(/is cancelled at Razorpay/);
    const { id: created } = await old.razorpay.createSubscription({ plan_id: oldPlan, total_count: 3 });
    expect((await adopt(customer, created)).status).toBe(409);
    expect(await adopt(customer, "sub_AAAAAAAAAAAAAA")).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("knows no such subscription") } },
    });
    expect((await adopt(customer, "tgs_1")).status).toBe(400);
    const busy = await subscriber(shop, plan_id);
    expect((await adopt(busy, await old.subscription(oldPlan))).status).toBe(409);
  });

  test("is not for customers to claim", async () => {
    const customer = await shop.customer();
    const razorpay_subscription_id = await old.subscription(oldPlan);
    const answer = await customer.try("POST", "billing/subscription", { plan_id, razorpay_subscription_id });
    expect(answer.status).toBe(400);
    const token = { token_id: "token_AAAAAAAAAAAAAA", method: "upi", max_amount_paise: 100 };
    expect((await customer.try("POST", "billing/mandate", token)).status).toBe(400);
  });
});

describe("a mandate of the operator's", () => {
  test("is taken over once, with what its bank confirmed, and bounds the overage from then on", async () => {
    const { token_id, razorpay_customer_id } = await old.token("one@example.com", { max_amount: 700_000 });
    const customer = await subscriber(
      shop,
      await shop.plan({ price_paise: 100_000, overage: { enabled: true, cap_micros: 90_000_000_000 } }),
    );
    const body = { token_id, razorpay_customer_id, method: "upi" };
    expect(await attempt(`tenants/${customer.id}/mandate`, body)).toMatchObject({
      status: 201,
      body: { status: "confirmed", max_amount_paise: 700_000, token_id },
    });
    expect((await attempt(`tenants/${customer.id}/mandate`, body)).status).toBe(200);
    expect(await customer.api("GET", "billing")).toMatchObject({ mandate: { max_amount_paise: 700_000 } });
    expect((await billing(customer)).grants).toMatchObject([{ kind: "overage", amount_micros: 5_932_203_389 }]);
    const other = await shop.customer();
    expect((await attempt(`tenants/${other.id}/mandate`, body)).status).toBe(409);
  });

  test("begins a subscription that waited for one", async () => {
    const waiting = await shop.plan({ price_paise: 100_000, collection: "mandate", included_micros: 1_000_000 });
    const customer = await shop.customer();
    expect(await customer.api("POST", "billing/subscription", { plan_id: waiting })).toMatchObject({
      status: "created",
    });
    const found = await old.token("two@example.com", { contact: "+919812345679" });
    expect((await attempt(`tenants/${customer.id}/mandate`, found)).status).toBe(201);
    expect(await shown(customer)).toMatchObject({ status: "active", collection: "mandate" });
  });

  test("that is cancelled, another person's, unknown, or by another method is refused", async () => {
    const customer = await shop.customer();
    const path = `tenants/${customer.id}/mandate`;
    const found = await old.token("three@example.com", { contact: "+919812345670" });
    const stranger = await old.token("four@example.com", { contact: "+919812345671" });
    expect((await attempt(path, { ...found, razorpay_customer_id: stranger.razorpay_customer_id })).status).toBe(400);
    expect((await attempt(path, { ...found, method: "card" })).body.error?.message).toMatch(/is upi at Razorpay/);
    expect((await attempt(path, { ...found, max_amount_paise: 1_400_000 })).status).toBe(400);
    expect((await attempt(path, { ...found, token_id: "token_AAAAAAAAAAAAAA" })).status).toBe(400);
    await shop.account.person.cancelToken(found.token_id);
    expect((await attempt(path, found)).body.error?.message).toMatch(/is cancelled at Razorpay/);
    expect(await customer.api("GET", "billing")).toMatchObject({ mandate: null });
  });
});
