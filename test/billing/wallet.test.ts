import { asc, eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { listRecentAudit } from "../../src/db/audit.ts";
import { mails } from "../../src/db/schema.ts";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
afterEach(() => shop.balanced());

const RUPEE = 1_000_000;
interface Wallet {
  readonly left_micros: number;
  readonly low_at_micros: number;
  readonly proposal: { topup_id: string; pay_url: string | null; payable_paise: number } | null;
}
interface Grant {
  readonly kind: string;
  readonly amount_micros: number;
  readonly used_micros: number;
  readonly expires_at: string | null;
}
const wallet = (customer: Customer) => customer.api<Wallet>("GET", "billing/wallet");
const grants = async (customer: Customer) => (await customer.api<{ grants: Grant[] }>("GET", "billing")).grants;

async function bought(customer: Customer, rupees: number): Promise<void> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: rupees * RUPEE,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
}

const told = async (customer: Customer, type: string) =>
  (
    await shop.admin<{ data: { data: Record<string, unknown> }[] }>(
      ...(["GET", `alerts?tenant_id=${customer.id}&type=${type}&limit=1000`] as const),
    )
  ).data.map(({ data }) => data);
/** The mails of a customer, without those that bring an invoice. */
const subjects = async (customer: Customer) =>
  (
    await shop.db.read
      .select({ subject: mails.subject, source: mails.source })
      .from(mails)
      .where(eq(mails.tenant_id, customer.id as TenantId))
      .orderBy(asc(mails.id))
  ).flatMap(({ subject, source }) => (source.startsWith("invoice:") ? [] : [subject.split(":")[0]]));

describe("credit that runs low", () => {
  test("is told once, at a fifth of what was bought, and again after the next top-up", async () => {
    const customer = await shop.customer();
    await bought(customer, 100);
    await shop.pass(2 * MINUTE);
    expect(await wallet(customer)).toMatchObject({ left_micros: 100 * RUPEE, low_at_micros: 20 * RUPEE });
    expect(await told(customer, "wallet.low")).toEqual([]);
    while ((await wallet(customer)).left_micros >= 20 * RUPEE) expect(await customer.spend(1)).toBe(200);
    await shop.pass(2 * MINUTE);
    await shop.pass(2 * DAY);
    expect(await told(customer, "wallet.low")).toMatchObject([{ threshold_micros: 20 * RUPEE }]);
    expect(await subjects(customer)).toEqual(["Prepaid credit is low"]);
    await bought(customer, 100);
    await shop.pass(2 * MINUTE);
    while ((await wallet(customer)).left_micros >= 20 * RUPEE) expect(await customer.spend(1)).toBe(200);
    await shop.pass(2 * MINUTE);
    expect(await told(customer, "wallet.low")).toHaveLength(2);
  });

  test("is told at what the customer chose, and never where that is 0", async () => {
    const [chosen, never] = [await shop.customer(), await shop.customer()];
    for (const customer of [chosen, never]) await bought(customer, 100);
    await chosen.api("PUT", "billing/wallet", { low_micros: 1_000 * RUPEE });
    await never.api("PUT", "billing/wallet", { low_micros: 0 });
    await never.spend(1e12);
    await shop.pass(2 * MINUTE);
    expect(await told(chosen, "wallet.low")).toMatchObject([{ threshold_micros: 1_000 * RUPEE }]);
    expect(await told(never, "wallet.low")).toEqual([]);
  });

  test.each([
    ["low_micros", { low_micros: -1 }],
    ["auto_topup.below_micros", { auto_topup: { below_micros: 0, credit_micros: 10 * RUPEE } }],
    ["auto_topup.credit_micros", { auto_topup: { below_micros: 1, credit_micros: 1 } }],
    ["auto_topup.credit_micros", { auto_topup: { below_micros: 1, credit_micros: 10 * RUPEE + 1 } }],
    ["credit_days", { credit_days: 30 }],
  ])("refuses a bad %s by its name", async (field, body) => {
    const customer = await shop.customer();
    const answer = await customer.try("PUT", "billing/wallet", body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(field)]);
  });
});

describe("a top-up that is proposed by link", () => {
  const AUTO = { auto_topup: { below_micros: 50 * RUPEE, credit_micros: 200 * RUPEE } };
  const links = (customer: Customer) =>
    shop.account.books.links().filter(({ notes }) => notes.tenant_id === customer.id);

  test("comes once when credit is low; paid, it is credited once with its invoice", async () => {
    const customer = await shop.customer();
    await customer.api("PUT", "billing/wallet", AUTO);
    await shop.pass(2 * MINUTE);
    await shop.pass(2 * MINUTE);
    const { proposal } = await wallet(customer);
    expect(proposal).toMatchObject({ payable_paise: 23_600, pay_url: expect.stringContaining("http") });
    expect(links(customer)).toHaveLength(1);
    expect(await told(customer, "wallet.topup_proposed")).toMatchObject([{ pay_url: proposal!.pay_url }]);
    expect(await subjects(customer)).toEqual(["Top up your prepaid credit"]);

    await shop.account.person.payLink(links(customer)[0]!.id, { method: "upi" });
    await shop.pass(HOUR);
    await shop.pass(HOUR);
    expect(await grants(customer)).toMatchObject([{ kind: "prepaid", amount_micros: 200 * RUPEE }]);
    expect(await customer.api("GET", "billing/invoices")).toMatchObject({
      data: [{ kind: "topup", status: "paid", total_paise: 23_600 }],
    });
    expect(await wallet(customer)).toMatchObject({ left_micros: 200 * RUPEE, proposal: null });
    expect(links(customer)).toHaveLength(1);
  });

  test("is credited though no webhook told of its payment", async () => {
    const customer = await shop.customer();
    await customer.api("PUT", "billing/wallet", AUTO);
    await shop.pass(2 * MINUTE);
    shop.account.webhookFaults.drop = () => true;
    await shop.account.person.payLink(links(customer)[0]!.id, { method: "upi" });
    await shop.pass(MINUTE);
    shop.account.webhookFaults.drop = undefined;
    await shop.pass(HOUR);
    expect(await grants(customer)).toMatchObject([{ kind: "prepaid", amount_micros: 200 * RUPEE }]);
  });

  test("that nobody pays is not repeated in the same dip, and is when credit is low the next time", async () => {
    const customer = await shop.customer();
    await customer.api("PUT", "billing/wallet", AUTO);
    await shop.pass(16 * DAY);
    expect(links(customer).map(({ status }) => status)).toEqual(["expired"]);
    await bought(customer, 60);
    await shop.pass(2 * MINUTE);
    await customer.spend(30 * RUPEE);
    await shop.pass(2 * MINUTE);
    expect(links(customer).map(({ status }) => status)).toEqual(["expired", "created"]);
  });

  test("is withdrawn when credit was bought otherwise, and when it is no longer wanted", async () => {
    const [other, off] = [await shop.customer(), await shop.customer()];
    for (const customer of [other, off]) await customer.api("PUT", "billing/wallet", AUTO);
    await shop.pass(2 * MINUTE);
    await bought(other, 100);
    await off.api("PUT", "billing/wallet", {});
    await shop.pass(2 * MINUTE);
    for (const customer of [other, off]) {
      expect(links(customer).map(({ status }) => status)).toEqual(["cancelled"]);
      expect(await wallet(customer)).toMatchObject({ proposal: null });
    }
  });

  test.each(["commit-then-drop", "500"] as const)(
    "is one link, whatever becomes of Razorpay's first answer (%s)",
    async (fault) => {
      const customer = await shop.customer();
      await customer.api("PUT", "billing/wallet", AUTO);
      shop.account.faults.impose({ method: "POST", path: /payment_links$/, fault, times: 1 });
      await shop.pass(2 * MINUTE);
      await shop.pass(HOUR);
      expect(links(customer)).toHaveLength(1);
      expect(await wallet(customer)).toMatchObject({ proposal: { pay_url: expect.stringContaining("http") } });
      expect(await told(customer, "wallet.topup_proposed")).toHaveLength(1);
    },
  );

  test("counts when it is paid in the moment in which it is withdrawn", async () => {
    const customer = await shop.customer();
    await customer.api("PUT", "billing/wallet", AUTO);
    await shop.pass(2 * MINUTE);
    shop.account.webhookFaults.drop = () => true;
    await shop.account.person.payLink(links(customer)[0]!.id, { method: "upi" });
    await customer.api("PUT", "billing/wallet", {});
    await shop.pass(2 * MINUTE);
    shop.account.webhookFaults.drop = undefined;
    await shop.pass(HOUR);
    expect(links(customer).map(({ status }) => status)).toEqual(["paid"]);
    expect(await grants(customer)).toMatchObject([{ kind: "prepaid", amount_micros: 200 * RUPEE }]);
  });

  test("needs a billing profile first", async () => {
    const customer = await shop.customer({ profile: false });
    const { status, body } = await customer.try("PUT", "billing/wallet", AUTO);
    expect([status, JSON.stringify(body)]).toEqual([409, expect.stringContaining("billing profile")]);
    expect(await wallet(customer)).toMatchObject({ auto_topup: null });
  });
});

describe("credit that repeats", () => {
  const repeats = (customer: Customer) => `tenants/${customer.id}/credits/repeats`;
  const give = (customer: Customer, fields: Record<string, unknown>) =>
    shop.admin<{ id?: string; repeats: { id: string; status: string; given: number } }>(
      ...(["POST", `tenants/${customer.id}/credits`] as const),
      { amount_micros: 10 * RUPEE, reason: "a grant for students", ...fields },
    );
  const listed = async (customer: Customer) =>
    (await shop.admin<{ data: { id: string; status: string; given: number }[] }>("GET", repeats(customer))).data;

  test("is given once in each calendar month of the tenant, and lapses with it", async () => {
    const customer = await shop.customer();
    const made = await give(customer, { repeats: { every: "month" } });
    expect(made).toMatchObject({ amount_micros: 10 * RUPEE, repeats: { status: "active", given: 1 } });
    expect(await customer.spend(1)).toBe(200);
    const months = new Set<string>();
    for (let step = 0; step < 7; step++) {
      const live = await grants(customer);
      expect(live).toHaveLength(1);
      const [{ expires_at }] = live as [Grant];
      // The first of the month, in India.
      expect(expires_at).toMatch(/T18:30:00\.000Z$/);
      months.add(expires_at!);
      if (step < 6) await shop.pass(10 * DAY);
    }
    expect(await listed(customer)).toMatchObject([{ status: "active", given: months.size }]);
  });

  test("is given once in each cycle, the first as soon as there is one", async () => {
    const plan_id = await shop.plan({ collection: "mandate", price_paise: 0, period: "weekly" });
    const customer = await shop.customer();
    expect(await give(customer, { repeats: { every: "cycle", lasts: "forever" } })).toMatchObject({
      repeats: { given: 0, status: "active" },
    });
    await customer.api("POST", "billing/subscription", { plan_id });
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
      ...{ max_amount_paise: 100_000, method: "upi" },
    });
    await shop.account.person.pay(order_id, { method: "upi" });
    await shop.pass(2 * MINUTE);
    expect(await grants(customer)).toHaveLength(1);
    await shop.pass(15 * DAY);
    expect((await grants(customer)).length).toBe(3);
    expect(await listed(customer)).toMatchObject([{ given: 3 }]);
  });

  test("ends after so many times, at its date, and when it is cancelled", async () => {
    const customer = await shop.customer();
    await give(customer, { reason: "twice", repeats: { every: "month", times: 2 } });
    const until = new Date(shop.clock.now() + 40 * DAY).toISOString();
    await give(customer, { reason: "until", repeats: { every: "month", until } });
    const { repeats: cancelled } = await give(customer, { reason: "cancelled", repeats: { every: "month" } });
    const since = shop.clock.wall();
    await shop.admin("DELETE", `${repeats(customer)}/${cancelled.id}`);
    await shop.admin("DELETE", `${repeats(customer)}/${cancelled.id}`);
    expect((await listRecentAudit(shop.db.read, since)).map(({ action }) => action)).toEqual([
      "credit.repeats_cancelled",
    ]);
    await shop.pass(100 * DAY);
    expect((await listed(customer)).map(({ status }) => status).sort()).toEqual(["cancelled", "ended", "ended"]);
    const { data } = await shop.admin<{ data: { reason: string }[] }>(
      ...(["GET", `tenants/${customer.id}/credits?limit=100`] as const),
    );
    const times = (reason: string) => data.filter((grant) => grant.reason === reason).length;
    expect([times("twice"), times("cancelled")]).toEqual([2, 1]);
    expect(times("until")).toBeGreaterThanOrEqual(2);
    expect(times("until")).toBeLessThanOrEqual(3);
    expect(await grants(customer)).toEqual([]);
  });

  test.each([
    ["repeats.every", { repeats: { every: "day" } }],
    ["repeats.times", { repeats: { every: "month", times: 0 } }],
    ["repeats.until", { repeats: { every: "month", until: "2020-01-01T00:00:00Z" } }],
    ["expires_at", { repeats: { every: "month" }, expires_at: "2099-01-01T00:00:00Z" }],
  ])("refuses a bad %s by its name", async (field, fields) => {
    const customer = await shop.customer();
    await expect(give(customer, fields)).rejects.toThrow(field);
    expect(await listed(customer)).toEqual([]);
  });

  test("of another customer is not to be found", async () => {
    const [one, other] = [await shop.customer(), await shop.customer()];
    const { repeats: made } = await give(one, { repeats: { every: "month" } });
    await expect(shop.admin("DELETE", `${repeats(other)}/${made.id}`)).rejects.toThrow(/404/);
    expect(await listed(one)).toMatchObject([{ status: "active" }]);
  });
});

test("what an administrator says of a wallet is written down", async () => {
  const customer = await shop.customer();
  const since = shop.clock.wall();
  await shop.admin("PUT", `tenants/${customer.id}/wallet`, { credit_days: 90, low_micros: 5 });
  expect(await shop.admin("GET", `tenants/${customer.id}/wallet`)).toMatchObject({ credit_days: 90, low_micros: 5 });
  await customer.api("PUT", "billing/wallet", { low_micros: 7 });
  expect(await wallet(customer)).toMatchObject({ credit_days: 90, low_micros: 7 });
  expect(await listRecentAudit(shop.db.read, since)).toMatchObject([
    { action: "wallet.changed", before: { credit_days: null }, after: { credit_days: 90, low_micros: 5 } },
  ]);
});
