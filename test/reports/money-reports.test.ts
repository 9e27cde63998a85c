import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { ADMIN_TOKEN } from "../support/world.ts";

/** A month of two customers: one pays base and usage by a mandate, the other owes its overage. */

let shop: Shop;
let paying: Customer;
let owing: Customer;
beforeAll(async () => {
  shop = await openShop();
  const plan = {
    ...{ collection: "mandate", price_paise: 50_000, tax: "exclusive", included_micros: 100_000_000, grace_days: 40 },
    ...{ overage: { enabled: true, cap_micros: 9_000_000_000 } },
  };
  paying = await shop.customer();
  await paying.api("POST", "billing/subscription", { plan_id: await shop.plan(plan) });
  const { order_id } = await paying.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(2 * MINUTE);
  owing = await shop.customer({ tenant: { default_plan_id: await shop.plan({ ...plan, price_paise: 0 }) } });
  for (const customer of [paying, owing]) expect(await customer.spend(250_000_000)).toBe(200);
  await shop.pass(40 * DAY);
}, 300_000);
afterAll(() => shop.close());

type Row = Record<string, number> & { readonly [name: string]: unknown };
interface Report {
  readonly data: Row[];
  readonly totals: Row[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}
const range = () => {
  const at = (ms: number) => new Date(shop.clock.now() + ms).toISOString();
  return `from=${at(-90 * DAY)}&to=${at(DAY)}`;
};
const ask = (path: string) => shop.admin<Report>("GET", `reports/${path}`);
const sum = (rows: readonly Row[], name: string) => rows.reduce((total, row) => total + (row[name] as number), 0);

test("a cycle's row says what was owed, invoiced and collected, and they agree to a paisa for each line", async () => {
  for (const [customer, base] of [
    [paying, 500_000_000],
    [owing, 0],
  ] as const) {
    const { data } = await ask(`subscriptions?tenant_id=${customer.id}&state=closed`);
    const row = data.at(-1)!;
    const { totals } = await ask(`spend?tenant_id=${customer.id}&${range()}`);
    expect(row).toMatchObject({
      ...{ tenant_id: customer.id, base_micros: base, included_micros: 100_000_000, included_used_micros: 100_000_000 },
      ...{ metered_micros: totals[0]!.spend_micros, overage_micros: totals[0]!.overage_micros },
      invoiced_paise: row.collected_paise! + row.open_paise!,
    });
    expect(Math.abs(row.variance_micros!)).toBeLessThan(20_000);
    expect(customer === paying ? row.open_paise : row.collected_paise).toBe(0);
  }
  const all = await ask("subscriptions?limit=1");
  expect(all).toMatchObject({ has_more: true, data: [{ currency: "INR" }] });
});

test("revenue is the journal's, by month as a whole and by tenant", async () => {
  const whole = (await ask(`revenue?${range()}`)).totals.find(({ currency }) => currency === ("INR" as never))!;
  for (const [name, account] of Object.entries({ base_micros: "revenue.base", overage_micros: "revenue.overage" }))
    expect(whole[name]).toBe(-(await shop.standing(account)));
  for (const by of ["month", "tenant", "day,tenant", "hour", "week,customer"]) {
    const rows = (await ask(`revenue?${range()}&group_by=${by}&limit=1000`)).data.filter(
      (row) => row.currency === ("INR" as never),
    );
    expect(sum(rows, "revenue_micros")).toBe(whole.revenue_micros);
  }
});

test("collections are what Razorpay captured", async () => {
  // The rupee that a mandate by UPI begins with is given back.
  const captured = shop.account.books.payments().filter(({ status }) => ["captured", "refunded"].includes(status));
  const ours = await ask(`collections?${range()}&group_by=method`);
  expect(sum(ours.data, "collected_paise")).toBe(captured.reduce((total, { amount }) => total + amount, 0));
  expect(ours.totals).toMatchObject([{ payments: captured.length }]);
});

test("ageing is what is open, by the days since it was due", async () => {
  const { data } = await ask("ageing");
  const invoices = await owing.api<{ data: { total_paise: number }[] }>("GET", "billing/invoices");
  const open = invoices.data.reduce((total, { total_paise }) => total + total_paise, 0);
  expect(data.filter(({ tenant_id }) => tenant_id === (owing.id as never))).toMatchObject([{ open_paise: open }]);
  expect(data.some(({ tenant_id }) => tenant_id === (paying.id as never))).toBe(false);
  for (const row of data) {
    const parts = ["not_due_paise", "days_0_30_paise", "days_30_60_paise", "days_60_90_paise", "days_90_paise"];
    expect(parts.reduce((total, part) => total + row[part]!, 0)).toBe(row.open_paise);
  }
});

test("each report of money comes as CSV as well, every row of it, and says before how many there will be", async () => {
  const paths = [`revenue?${range()}&group_by=tenant,hour`, `collections?${range()}&group_by=customer,method,day`];
  for (const path of [...paths, "ageing?limit=1", "subscriptions?limit=1", `top?of=user&${range()}`]) {
    const response = await fetch(`${shop.url}/api/admin/reports/${path}&format=csv`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const [head, ...lines] = (await response.text()).trimEnd().split("\r\n");
    const rows: Row[] = [];
    for (let after = ""; ; ) {
      const page = await ask(`${path.replace("limit=1", "limit=2")}${after}`);
      rows.push(...page.data);
      if (!page.has_more) break;
      after = `&after_id=${page.last_id}`;
    }
    expect([path, response.headers.get("x-tollgate-rows")]).toEqual([path, String(rows.length)]);
    expect(rows.length).toBeGreaterThan(0);
    expect(head).toBe(Object.keys(rows[0]!).join(","));
    expect(lines).toEqual(rows.map((row) => Object.values(row).join(",")));
  }
});

test("what is owed is shown after a row of its own report only", async () => {
  await expect(ask("ageing?after_id=cus_1")).rejects.toThrow("after_id");
});
