import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { balanceOf, type LedgerAccount } from "../../src/billing/journal/journal.ts";
import { DAY, MINUTE } from "../../src/kernel/clock.ts";
import type { CustomerId, TenantId } from "../../src/kernel/id.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

/** What becomes of prepaid credit: it is used, in a plan or without one, or its time is over. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
afterEach(() => shop.balanced());

const RUPEE = 1_000_000;
interface Grant {
  readonly kind: string;
  readonly amount_micros: number;
  readonly used_micros: number;
}
const grants = async (customer: Customer) => (await customer.api<{ grants: Grant[] }>("GET", "billing")).grants;
async function bought(customer: Customer, rupees: number): Promise<{ payment_id: string }> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: rupees * RUPEE,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  return { payment_id };
}
const told = async (customer: Customer, type: string) =>
  (
    await shop.admin<{ data: { data: Record<string, unknown> }[] }>(
      ...(["GET", `alerts?tenant_id=${customer.id}&type=${type}&limit=1000`] as const),
    )
  ).data.map(({ data }) => data);
/** What stands on an account of the journal for a customer. */
async function standing(customer: Customer, ledger_account: LedgerAccount): Promise<number> {
  const { customer_id } = await customer.api<{ customer_id: CustomerId }>("GET", "billing/wallet");
  const of = { tenant_id: customer.id as TenantId, customer_id, ledger_account, currency: "INR" };
  return balanceOf(shop.db.read, of);
}

describe("credit whose time is over", () => {
  test("that was bought lapses into revenue for what was not used, and what was used stays used", async () => {
    const plan_id = await shop.plan({ collection: "prepaid" });
    const customer = await shop.customer({ tenant: { default_plan_id: plan_id } });
    await shop.admin("PUT", `tenants/${customer.id}/wallet`, { credit_days: 10 });
    await shop.pass(2 * MINUTE);
    await bought(customer, 100);
    expect(await standing(customer, "wallet")).toBe(-100 * RUPEE);
    await customer.spend(20 * RUPEE);
    const [{ used_micros }] = (await grants(customer)) as [Grant];
    await shop.pass(11 * DAY);
    expect(await grants(customer)).toEqual([]);
    expect(await standing(customer, "revenue.breakage")).toBe(-(100 * RUPEE - used_micros));
    expect(await told(customer, "credit.expired")).toMatchObject([
      { kind: "prepaid", amount_micros: 100 * RUPEE - used_micros },
    ]);
    await shop.pass(32 * DAY);
    expect(await standing(customer, "wallet")).toBe(0);
    expect(await customer.try("POST", "billing/topups", { credit_micros: 10 * RUPEE })).toMatchObject({ status: 201 });
  });

  test("and whose money goes back all the same is no revenue, and nobody owes it: whoever gives it back", async () => {
    const plan_id = await shop.plan({ collection: "prepaid" });
    const [asked, dashboard] = [
      await shop.customer({ tenant: { default_plan_id: plan_id } }),
      await shop.customer({ tenant: { default_plan_id: plan_id } }),
    ];
    const payments = new Map<Customer, string>();
    for (const customer of [asked, dashboard]) {
      await shop.admin("PUT", `tenants/${customer.id}/wallet`, { credit_days: 10 });
      payments.set(customer, (await bought(customer, 100)).payment_id);
    }
    await shop.pass(11 * DAY);
    expect(await standing(asked, "revenue.breakage")).toBe(-100 * RUPEE);
    expect(await standing(dashboard, "revenue.breakage")).toBe(-100 * RUPEE);
    await shop.admin("POST", "refunds", { payment_id: payments.get(asked), reason: "a kindness" });
    await shop.account.dashboard.refund(payments.get(dashboard)!);
    await shop.pass(2 * DAY);
    for (const customer of [asked, dashboard]) {
      expect(await standing(customer, "revenue.breakage")).toBe(0);
      expect(await standing(customer, "wallet")).toBe(0);
      expect(await customer.api("GET", "billing/invoices")).toMatchObject({
        data: [{ kind: "topup", total_paise: 11_800, credited_paise: 11_800 }],
      });
      expect(await customer.api("GET", "billing")).toMatchObject({ standing: "ok" });
    }
    const refund = { payment_id: payments.get(asked), reason: "once more" };
    await expect(shop.admin("POST", "refunds", refund)).rejects.toThrow(/409/);
  });

  test("that was a gift just ends", async () => {
    const customer = await shop.customer();
    const expires_at = new Date(shop.clock.now() + DAY).toISOString();
    await shop.admin("POST", `tenants/${customer.id}/credits`, {
      amount_micros: 5 * RUPEE,
      reason: "hello",
      expires_at,
    });
    await shop.pass(2 * DAY);
    expect(await told(customer, "credit.expired")).toMatchObject([{ kind: "promotional", amount_micros: 5 * RUPEE }]);
    expect(await standing(customer, "revenue.breakage")).toBe(0);
  });

  test("that was paid for elsewhere is owed like what was bought here, until it lapses", async () => {
    const customer = await shop.customer();
    await shop.admin("POST", `tenants/${customer.id}/credits`, {
      ...{ amount_micros: 5 * RUPEE, reason: "from the old system", kind: "prepaid" },
      expires_at: new Date(shop.clock.now() + DAY).toISOString(),
    });
    expect(await standing(customer, "wallet")).toBe(-5 * RUPEE);
    expect(await standing(customer, "opening")).toBe(5 * RUPEE);
    await shop.pass(2 * DAY);
    expect(await standing(customer, "wallet")).toBe(0);
  });
});

describe("credit that is used without a plan", () => {
  test("is revenue when the month is over, once, also where a plan came in the middle of it", async () => {
    const customer = await shop.customer();
    await bought(customer, 500);
    const gift = { amount_micros: 5 * RUPEE, reason: "hello" };
    await shop.admin("POST", `tenants/${customer.id}/credits`, gift);
    const used = async () => (await grants(customer)).find(({ kind }) => kind === "prepaid")!.used_micros;
    const isBooked = async () => {
      expect(await standing(customer, "revenue.prepaid")).toBe(-(await used()));
      expect(await standing(customer, "wallet")).toBe(-500 * RUPEE + (await used()));
    };
    await customer.spend(20 * RUPEE);
    await shop.pass(40 * DAY);
    expect(await used()).toBeGreaterThan(0);
    await isBooked();
    expect(await standing(customer, "revenue.promotional")).toBe(-5 * RUPEE);

    await customer.spend(20 * RUPEE);
    const plan_id = await shop.plan({ collection: "mandate", price_paise: 0 });
    await customer.api("POST", "billing/subscription", { plan_id });
    const mandate = { max_amount_paise: 100_000, method: "upi" };
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", mandate);
    await shop.account.person.pay(order_id, { method: "upi" });
    await shop.pass(DAY);
    await customer.spend(20 * RUPEE);
    await shop.pass(80 * DAY);
    await isBooked();
  });
});
