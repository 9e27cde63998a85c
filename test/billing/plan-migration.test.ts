import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRecentAudit } from "../../src/db/audit.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Migrated {
  readonly moves: number;
  readonly must_approve: number;
  readonly ends: number;
  readonly by_default: number | null;
  readonly data: readonly Record<string, unknown>[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}
const migrate = (plan: string, body: object = {}) => shop.admin<Migrated>("POST", `plans/${plan}/migrate`, body);
const change = (plan: string, terms: object) => shop.admin("PATCH", `plans/${plan}`, terms);

async function subscribed(plan_id: string): Promise<Customer & { readonly subscription_id: string }> {
  const customer = await shop.customer();
  const { id, razorpay_subscription_id: at_razorpay } = await shop.admin<{
    id: string;
    razorpay_subscription_id: string | null;
  }>("POST", `tenants/${customer.id}/subscription`, { plan_id });
  if (at_razorpay) await shop.account.person.authenticate(at_razorpay, { method: "card_domestic" });
  await shop.pass(0);
  return { ...customer, subscription_id: id };
}

/** The version that is in force for a customer, and what it includes. */
async function inForce(customer: Customer) {
  const { plan, grants } = await customer.api<{
    plan: { version: number } | null;
    grants: { kind: string; amount_micros: number; expires_at: string }[];
  }>("GET", "billing");
  const now = new Date(shop.clock.now()).toISOString();
  const included = grants.find(({ kind, expires_at }) => kind === "included" && expires_at > now);
  return { version: plan?.version, included: included?.amount_micros };
}

describe("the customers of a plan", () => {
  test("move to its present version when their next cycle begins, and not before", async () => {
    const plan = await shop.plan({ included_micros: 1_000_000 });
    const customer = await subscribed(plan);
    await change(plan, { included_micros: 3_000_000 });

    const tried = await migrate(plan);
    expect(tried).toMatchObject({ dry_run: true, to_version: 2, moves: 1, must_approve: 0, by_default: 0 });
    expect(tried.data).toEqual([
      expect.objectContaining({
        ...{ tenant_id: customer.id, from_version: 1, action: "moves", noted_version: null },
        at: expect.stringMatching(/Z$/),
      }),
    ]);
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toEqual({ version: 1, included: 1_000_000 });

    const since = shop.clock.wall();
    const first = await migrate(plan, { dry_run: false });
    expect(await listRecentAudit(shop.db.read, since)).toMatchObject([
      {
        action: "plan.migrated",
        subject_id: plan,
        after: { to_version: 2, subscriptions: [customer.subscription_id] },
      },
    ]);
    expect(first.data).toMatchObject([{ from_version: 1, noted_version: 2 }]);
    expect(await inForce(customer)).toEqual({ version: 1, included: 1_000_000 });
    // Asked for again, it is the same.
    expect((await migrate(plan, { dry_run: false })).data).toEqual(first.data);
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toEqual({ version: 2, included: 3_000_000 });
    expect(await migrate(plan, { dry_run: false })).toMatchObject({ moves: 0, data: [] });
    const { data } = await shop.admin<{ data: Record<string, unknown>[] }>(
      "GET",
      `cycles?tenant_id=${customer.id}&limit=10`,
    );
    expect(data.map(({ plan_version_id }) => plan_version_id)).toEqual([`${plan}.2`, `${plan}.1`, `${plan}.1`]);
  });

  test("who would have to approve another price are told, and stay as they are", async () => {
    const plan = await shop.plan({ price_paise: 50_000, included_micros: 1_000_000 });
    const customer = await subscribed(plan);
    await change(plan, { price_paise: 60_000 });
    const told = await migrate(plan, { dry_run: false });
    expect(told).toMatchObject({ moves: 0, must_approve: 1 });
    expect(told.data).toMatchObject([{ action: "must_approve", because: expect.stringContaining("Razorpay") }]);
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toMatchObject({ version: 1 });

    // At the price that was approved, Razorpay has no part in it.
    await change(plan, { price_paise: 50_000, included_micros: 2_000_000 });
    expect(await migrate(plan, { dry_run: false })).toMatchObject({ moves: 1, must_approve: 0 });
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toEqual({ version: 3, included: 2_000_000 });
  });

  test("who leave at the end of their cycle are told, and leave", async () => {
    const plan = await shop.plan({ included_micros: 1_000_000 });
    const customer = await subscribed(plan);
    await shop.admin("POST", `tenants/${customer.id}/subscription/cancel`, { at: "cycle_end" });
    await change(plan, { included_micros: 3_000_000 });
    expect(await migrate(plan, { dry_run: false })).toMatchObject({ moves: 0, ends: 1 });
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toEqual({ version: undefined, included: undefined });
  });

  test("move in parts, or those alone that are named", async () => {
    const plan = await shop.plan({ included_micros: 1_000_000 });
    const [a, b, c] = [await subscribed(plan), await subscribed(plan), await subscribed(plan)];
    await change(plan, { included_micros: 3_000_000 });
    const [{ customer_id }] = (await migrate(plan)).data.filter(({ tenant_id }) => tenant_id === b.id) as [
      { customer_id: string },
    ];
    expect(await migrate(plan, { customer_ids: [customer_id], dry_run: false })).toMatchObject({
      ...{ moves: 1, by_default: null, data: [{ tenant_id: b.id }] },
    });
    await shop.pass(32 * DAY);
    expect([(await inForce(a)).version, (await inForce(b)).version]).toEqual([1, 2]);

    const part = await migrate(plan, { limit: 1, dry_run: false });
    expect(part).toMatchObject({ moves: 1, has_more: true, data: [{ tenant_id: a.id }] });
    const rest = await migrate(plan, { limit: 1, after_id: part.last_id, dry_run: false });
    expect(rest).toMatchObject({ has_more: false, data: [{ tenant_id: c.id }] });
    await shop.pass(32 * DAY);
    expect([(await inForce(a)).version, (await inForce(c)).version]).toEqual([2, 2]);
  });

  test("by default keep the version with which their month began, and have the present one from the next", async () => {
    const plan = await shop.plan({ included_micros: 1_000_000 });
    const customer = await shop.customer({ tenant: { default_plan_id: plan } });
    await customer.spend(1);
    await change(plan, { included_micros: 3_000_000 });
    // What makes billing look at a customer anew begins no new cycle.
    const mandate = { max_amount_paise: 100_000, method: "upi" };
    const { id } = await customer.api<{ id: string }>("POST", "billing/mandate", mandate);
    await customer.api("DELETE", `billing/mandate/${id}`);
    expect(await inForce(customer)).toEqual({ version: 1, included: 1_000_000 });
    expect(await migrate(plan)).toMatchObject({ moves: 0, by_default: 1, data: [] });
    await shop.pass(32 * DAY);
    expect(await inForce(customer)).toEqual({ version: 2, included: 3_000_000 });
  });
});

test("a plan that is not there, and words that are not known, are refused", async () => {
  expectRefusal(await asAdmin(shop, "POST", "plans/plan_none/migrate", {}), { status: 404, code: "not_found" });
  const plan = await shop.plan({});
  expectRefusal(await asAdmin(shop, "POST", `plans/${plan}/migrate`, { customers: "all" }), {
    ...{ status: 400, code: "invalid_request", says: /customers/ },
  });
});
