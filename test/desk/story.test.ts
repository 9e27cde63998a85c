import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";

interface List<T = Record<string, unknown>> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly link: string;
}
interface Story {
  readonly [list: string]: unknown;
  readonly subscriptions: List<{ status: string; history: { to: string }[] }>;
  readonly invoices: List<{ id: string; total_paise: number }>;
  readonly statement: { closing_micros: number; lines: { balance_micros: number }[]; link: string };
}

let shop: Shop;
let customer: Customer;
let id: string;
beforeAll(async () => {
  shop = await openShop();
  const plan_id = await shop.plan({ price_paise: 99_900, included_micros: 500_000_000 });
  customer = await shop.customer();
  const { razorpay_subscription_id } = await customer.api<{ razorpay_subscription_id: string }>(
    ...(["POST", "billing/subscription", { plan_id }] as const),
  );
  await shop.account.person.authenticate(razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  for (let i = 0; i < 11; i++) {
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
      credit_micros: 10_000_000,
    });
    await shop.account.person.pay(order_id, { method: "upi" });
  }
  await shop.pass(0);
  await customer.spend(1);
  ({ customer_id: id } = await customer.api<{ customer_id: string }>("GET", "billing"));
});
afterAll(() => shop.close());

const told = () => shop.admin<Story>("GET", `customers/${id}/story`);
const LISTS = [
  ...["grants", "mandates", "subscriptions", "invoices", "credit_notes", "payments", "refunds", "collections"],
  ...["open_holds", "refusals", "alerts", "webhooks"],
];

describe("the story of a customer", () => {
  test("says who it is, its plan, how it stands, and how far its cycle is used", async () => {
    expect(await told()).toMatchObject({
      customer: { id, tenant: { id: customer.id }, user: null, profile: { email: "pay@example.com" } },
      standing: "ok",
      plan: { version: 1 },
      cycle: { state: "open", included: { amount_micros: 500_000_000, used_micros: expect.any(Number) } },
      wallet: { left_micros: 110_000_000 },
    });
  });

  test("tells what became of its subscription, step by step, newest first", async () => {
    const [subscription] = (await told()).subscriptions.data;
    expect(subscription!.status).toBe("active");
    expect(subscription!.history[0]!.to).toBe("active");
    expect(subscription!.history.length).toBeGreaterThan(1);
  });

  test("has of each list ten rows at most, and leads to the rest", async () => {
    const story = await told();
    for (const name of LISTS) {
      const { data, has_more, link } = story[name] as List;
      expect(data.length, name).toBeLessThanOrEqual(10);
      expect(typeof has_more, name).toBe("boolean");
      expect((await asAdmin(shop, "GET", link.replace("/api/admin/", ""))).status, link).toBe(200);
    }
    expect(story).toMatchObject({ invoices: { has_more: true }, payments: { has_more: true }, refunds: { data: [] } });
    expect((await asAdmin(shop, "GET", story.statement.link.replace("/api/admin/", ""))).status).toBe(200);
  });

  test("ends with the account as its statement has it", async () => {
    const { statement } = await told();
    const whole = await shop.admin<{ lines: { balance_micros: number }[]; closing_micros: number }>(
      "GET",
      `tenants/${customer.id}/statement`,
    );
    expect(statement.closing_micros).toBe(whole.closing_micros);
    expect(statement.lines.map(({ balance_micros }) => balance_micros)).toEqual(
      whole.lines
        .map(({ balance_micros }) => balance_micros)
        .slice(-10)
        .toReversed(),
    );
  });

  test("has nothing of another customer", async () => {
    const other = await shop.customer();
    const { text } = await asAdmin(shop, "GET", `customers/${id}/story`);
    expect(text).not.toContain(other.id);
  });

  test("says what its calls were refused for", async () => {
    const poor = await shop.customer();
    expect((await shop.messages(poor.key)).status).toBe(402);
    const { data } = await shop.admin<{ data: { customer_id: string }[] }>("GET", `search?q=${poor.id}`);
    const refusals = async () =>
      (await shop.admin<{ refusals: List }>("GET", `customers/${data[0]!.customer_id}/story`)).refusals.data;
    await expect.poll(refusals, { timeout: 20_000 }).toMatchObject([{ type: "quota.exhausted" }]);
  });

  test("is told of a user who pays, with the user's own routes", async () => {
    const tenant = await shop.customer({ tenant: { billing: "user" }, profile: false });
    const user = await shop.admin<{ id: string }>("POST", `tenants/${tenant.id}/users`, { external_id: "ben" });
    await shop.admin("POST", `users/${user.id}/credits`, { amount_micros: 5, reason: "welcome" });
    const { data } = await shop.admin<{ data: { customer_id: string }[] }>("GET", "search?q=ben");
    expect(await shop.admin("GET", `customers/${data[0]!.customer_id}/story`)).toMatchObject({
      customer: { user: { id: user.id, external_id: "ben" }, profile: null },
      grants: { data: [{ kind: "promotional", amount_micros: 5 }], link: `/api/admin/users/${user.id}/credits` },
    });
  });

  test("of nobody is refused", async () => {
    expectRefusal(await asAdmin(shop, "GET", "customers/cus_nobody/story"), { status: 404, code: "not_found" });
  });
});

test("open holds are listed by customer, user and key", async () => {
  const { data } = await shop.admin<List>("GET", `holds?customer_id=${id}`);
  expect(data).toEqual([]);
  expectRefusal(await asAdmin(shop, "GET", "holds?key_id=key_nobody"), { status: 404, code: "not_found" });
});
