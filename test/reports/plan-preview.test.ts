import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";

const RUPEE = 1_000_000;
const MARK_UP = { type: "markup", multiplier_ppm: 1_000_000 };
const TERMS = {
  ...{ price_paise: 50_000, included_micros: 100 * RUPEE, pricing: MARK_UP },
  overage: { enabled: true, cap_micros: 1_000 * RUPEE },
};
const CALLS = 3;

interface Bill {
  readonly base_micros: number;
  readonly use_micros: number;
  readonly included_micros: number;
  readonly prepaid_micros: number;
  readonly overage_micros: number;
  readonly beyond_micros: number;
  readonly pays_micros: number;
  readonly cost_micros: number;
  readonly margin_micros: number;
}
interface Row {
  readonly customer_id: string;
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly cycle: { readonly id: string; readonly version: number };
  readonly running: boolean;
  readonly estimated: boolean;
  readonly before: Bill;
  readonly after: Bill;
  readonly difference_micros: number;
  readonly limits_passed: readonly object[];
}
interface Preview {
  readonly changes: readonly string[];
  readonly customers: number;
  readonly limits_left_out: number;
  readonly totals: Record<string, unknown>;
  readonly data: readonly Row[];
  readonly has_more: boolean;
  readonly last_id: string;
}

let shop: Shop;
/** A plan with one customer, who made these calls. */
let plan: string;
let buyer: Customer;
beforeAll(async () => {
  shop = await openShop();
  plan = await shop.plan(TERMS);
  buyer = await user(plan);
});
afterAll(() => shop.close());

const call = async ({ key }: Pick<Customer, "key">, more: Record<string, string> = {}) => {
  const body = { model: "claude-sonnet-5-5", max_tokens: 60_000 };
  const messages = [{ role: "user", content: "[[output_tokens=50000]] go" }];
  const answer = await fetch(`${shop.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json", ...more },
    body: JSON.stringify({ ...body, messages }),
  });
  await answer.text();
  return answer.status;
};

/** Somebody who subscribes to a plan, and makes so many calls. */
async function user(plan_id: string, calls = CALLS): Promise<Customer> {
  const customer = await shop.customer();
  const path = `tenants/${customer.id}/subscription`;
  const made = await shop.admin<{ razorpay_subscription_id: string | null }>("POST", path, { plan_id });
  if (made.razorpay_subscription_id)
    await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  // A key of its own: what is known of the first is a second old.
  const { secret } = await shop.admin<{ secret: string }>("POST", `tenants/${customer.id}/keys`, { name: "calls" });
  for (let made = 0; made < calls; made++) expect(await call({ key: secret })).toBe(200);
  return { ...customer, key: secret };
}

const preview = (plan_id: string, changes: object) => shop.admin<Preview>("POST", `plans/${plan_id}/preview`, changes);
const of = ({ data }: Preview, { id }: Customer): Row => data.find(({ tenant_id }) => tenant_id === id)!;

const CARD = { type: "rate_card", rates: [{ model: "*", per_million: { input: "400", output: "1900" } }] };
const TIERS = [{ up_to_micros: 120 * RUPEE, multiplier_ppm: 1_000_000 }, { multiplier_ppm: 700_000 }];

describe("what is previewed is what is charged for the same use:", () => {
  test.each<[string, object]>([
    ["another mark-up", { pricing: { type: "markup", multiplier_ppm: 1_375_000 } }],
    ["prices of its own", { pricing: CARD }],
    ["tiers", { tiers: TIERS }],
    ["prices of its own in tiers", { pricing: CARD, tiers: TIERS }],
    ["more that is included", { included_micros: 150 * RUPEE }],
    ["a higher price", { price_paise: 70_000 }],
    ["tax within the price", { tax: "inclusive" }],
    ["all of it", { price_paise: 90_000, included_micros: 20 * RUPEE, pricing: CARD, tiers: TIERS, tax: "inclusive" }],
  ])("%s", async (_what, changes) => {
    const told = of(await preview(plan, changes), buyer);
    const other = await shop.plan({ ...TERMS, ...changes });
    const same = await user(other);
    const charged = of(await preview(other, {}), same).before;
    // Each call is rounded by itself, and each prompt is a little different.
    for (const name of Object.keys(charged) as (keyof Bill)[])
      expect(Math.abs(told.after[name] - charged[name]), `${name}: ${told.after[name]}`).toBeLessThanOrEqual(CALLS);
    expect(told.difference_micros).toBe(told.after.pays_micros - told.before.pays_micros);
    expect(told.difference_micros).not.toBe(0);
  });
});

describe("a preview", () => {
  test("of nothing changes nothing, and tells what the cycle came to", async () => {
    const { changes, data, totals, customers } = await preview(plan, {});
    expect([changes, customers]).toEqual([[], 1]);
    expect(data[0]).toMatchObject({ running: true, estimated: false, difference_micros: 0 });
    const { before, after } = data[0]!;
    expect(after).toEqual(before);
    expect(totals).toMatchObject({ customers: 1, pay_more: 0, pay_less: 0, before, after, difference_micros: 0 });
    expect(before.base_micros).toBe(500 * RUPEE);
    expect(before.included_micros).toBe(100 * RUPEE);
    expect(before.overage_micros).toBe(before.use_micros - 100 * RUPEE);
    expect(before.pays_micros).toBe(before.base_micros + before.overage_micros);
    expect(before.margin_micros).toBe(before.pays_micros - before.cost_micros);
  });

  test("tells what would be refused, which costs nothing", async () => {
    const stopped = of(await preview(plan, { overage: { enabled: false, cap_micros: 0 } }), buyer);
    const { use_micros, cost_micros } = stopped.before;
    expect(stopped.after).toMatchObject({ overage_micros: 0, beyond_micros: use_micros - 100 * RUPEE });
    expect(stopped.after.cost_micros).toBe(Math.round((cost_micros * 100 * RUPEE) / use_micros));
    const capped = of(await preview(plan, { overage: { enabled: true, cap_micros: 20 * RUPEE } }), buyer);
    expect(capped.after).toMatchObject({ overage_micros: 20 * RUPEE, beyond_micros: use_micros - 120 * RUPEE });
    const unnamed = {
      type: "rate_card",
      rates: [{ model: "claude-haiku-*", per_million: { input: "1", output: "1" } }],
    };
    expect(of(await preview(plan, { pricing: unnamed }), buyer)).toMatchObject({
      unpriced_models: ["claude-sonnet-5-5"],
      after: { use_micros: 0, cost_micros: 0, pays_micros: 500 * RUPEE },
    });
  });

  test("takes of another period what falls to the cycle", async () => {
    const changes = { period: "yearly", price_paise: 600_000, included_micros: 1_200 * RUPEE };
    expect(of(await preview(plan, changes), buyer).after).toMatchObject({
      ...{ base_micros: 500 * RUPEE, included_micros: 100 * RUPEE },
    });
  });

  test("tells who would pass a limit, and which limits it cannot tell of", async () => {
    const limit = { metric: "requests", amount: 2 };
    const { data, limits_left_out, totals } = await preview(plan, {
      limits: [
        ...[
          { ...limit, window: "day" },
          { ...limit, window: "cycle", amount: CALLS },
          { ...limit, window: "minute" },
        ],
        { metric: "output_tokens", window: "month", amount: 149_999, models: ["claude-sonnet-*"] },
        { metric: "output_tokens", window: "month", amount: 0, models: ["claude-haiku-*"] },
        { metric: "spend_micros", window: "week", amount: RUPEE, scope: "plan_pool" },
      ],
    });
    expect(limits_left_out).toBe(2);
    expect(totals).toMatchObject({ pass_limits: 1 });
    expect(data[0]!.limits_passed).toEqual([
      expect.objectContaining({ metric: "requests", window: "day", amount: 2, peak: CALLS }),
      expect.objectContaining({ metric: "output_tokens", window: "month", amount: 149_999, peak: 150_000 }),
    ]);
  });

  test("is of the last cycle that is over, and agrees with its statement", async () => {
    const own = await shop.plan(TERMS);
    const [one, idle] = [await user(own, 2), await user(own, 0)];
    await shop.pass(32 * DAY);
    expect(await call(one)).toBe(200);
    const told = await preview(own, { price_paise: 40_000 });
    const row = of(told, one);
    expect([row.running, of(told, idle).before.use_micros]).toEqual([false, 0]);
    const { data } = await shop.admin<{ data: Record<string, unknown>[] }>(
      "GET",
      `reports/subscriptions?customer_id=${row.customer_id}`,
    );
    const { base_micros, overage_micros, included_used_micros, metered_micros, ...cycle } = data.find(
      ({ id }) => id === row.cycle.id,
    )!;
    expect(cycle.state).toBe("closed");
    expect(row.before).toMatchObject({
      ...{ base_micros, overage_micros, use_micros: metered_micros, included_micros: included_used_micros },
    });
    expect(told.totals).toMatchObject({ customers: 2, pay_less: 2, pay_more: 0, difference_micros: -200 * RUPEE });
  });

  test("is of each user, where each pays; who has a plan by default pays no base", async () => {
    const own = await shop.plan({ included_micros: 200 * RUPEE });
    const tenant = await shop.customer({ profile: false, tenant: { billing: "user", default_plan_id: own } });
    for (const name of ["asha", "asha", "ravi"]) expect(await call(tenant, { "x-tollgate-user": name })).toBe(200);
    const { data, customers } = await preview(own, { included_micros: 50 * RUPEE });
    expect(customers).toBe(2);
    const [most, least] = data.toSorted((a, b) => b.before.use_micros - a.before.use_micros);
    expect(new Set([most!.user_id, least!.user_id]).size).toBe(2);
    expect(most).toMatchObject({ before: { base_micros: 0, beyond_micros: 0 }, after: { base_micros: 0 } });
    expect(most!.after.beyond_micros).toBe(most!.before.use_micros - 50 * RUPEE);
    expect(least!.after).toEqual(least!.before);
  });

  test("comes in pages, each customer once", async () => {
    const own = await shop.plan({ included_micros: 200 * RUPEE });
    for (let made = 0; made < 3; made++) await user(own, 0);
    const seen: string[] = [];
    for (let after_id: string | undefined; ; ) {
      const page = await preview(own, { limit: 2, ...(after_id && { after_id }) });
      expect(page.customers).toBe(3);
      seen.push(...page.data.map(({ customer_id }) => customer_id));
      if (!page.has_more) break;
      after_id = page.last_id;
    }
    expect([seen.length, new Set(seen).size]).toEqual([3, 3]);
  });

  test("of terms that cannot be sold is refused, and of a plan that nobody knows", async () => {
    const asked = (path: string, body: object) => asAdmin(shop, "POST", `plans/${path}/preview`, body);
    const refused = { status: 400, code: "invalid_request" } as const;
    expectRefusal(await asked(plan, { overage: { enabled: true, cap_micros: 0 } }), {
      ...refused,
      says: /overage.cap/,
    });
    expectRefusal(await asked(plan, { limit: 1_000 }), { ...refused, says: /limit/ });
    expectRefusal(await asked(plan, { price: 5 }), { ...refused, says: /price/ });
    expectRefusal(await asked("pln_unknown", {}), { status: 404, code: "not_found" });
  });
});
