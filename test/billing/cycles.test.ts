import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Cycle {
  readonly plan_id: string;
  readonly start_at: string;
  readonly end_at: string;
  readonly state: string;
  readonly totals: {
    readonly prepaid_micros: number;
    readonly included_micros: number;
    readonly requests: number;
  } | null;
}

test("whatever plans a customer goes through, its cycles touch without overlap, and each call is counted in one of them", async () => {
  const free = await shop.plan({ collection: "prepaid" });
  const monthly = await shop.plan({ collection: "mandate", price_paise: 10_000, included_micros: 30_000_000 });
  const weekly = await shop.plan({ collection: "mandate", price_paise: 5_000, period: "weekly" });
  const customer = await shop.customer({ tenant: { default_plan_id: free, timezone: "America/New_York" } });
  let calls = 0;
  const call = async () => {
    expect(await customer.spend(1)).toBe(200);
    calls += 1;
  };
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 900_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  const mandate = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  await shop.account.person.pay(mandate.order_id, { method: "upi" });
  await shop.pass(0);

  for (const [plan_id, days] of [
    [monthly, 12],
    [weekly, 10],
    [monthly, 45],
  ] as const) {
    await call();
    await shop.pass(3 * DAY);
    await customer.api("POST", "billing/subscription", { plan_id });
    await call();
    await shop.pass(days * DAY);
    await call();
    await customer.api("POST", "billing/subscription/cancel", { at: "now" });
    // The payer that a key stands for is believed for a second.
    await expect.poll(async () => (await customer.api<{ plan: { id: string } }>("GET", "billing")).plan.id).toBe(free);
    await call();
    await shop.pass(2 * DAY);
  }
  await shop.pass(40 * DAY);
  await shop.pass(HOUR);

  const { data } = await shop.admin<{ data: Cycle[] }>("GET", `cycles?tenant_id=${customer.id}&limit=1000`);
  const cycles = data.toSorted((a, b) => (a.start_at < b.start_at ? -1 : 1));
  expect(new Set(cycles.map(({ plan_id }) => plan_id))).toEqual(new Set([free, monthly, weekly]));
  for (const [index, cycle] of cycles.entries()) {
    const next = cycles[index + 1];
    if (next) expect(cycle.end_at, `cycle ${index}`).toBe(next.start_at);
  }
  const closed = cycles.slice(0, -1).map(({ state, totals }) => ({ state, ...totals! }));
  expect(closed.every(({ state }) => state === "closed")).toBe(true);
  const sum = (of: (totals: NonNullable<Cycle["totals"]>) => number) =>
    closed.reduce((total, totals) => total + of(totals), 0);
  expect(sum(({ requests }) => requests)).toBe(calls);
  const { grants } = await customer.api<{ grants: { kind: string; used_micros: number }[] }>("GET", "billing");
  expect(sum(({ prepaid_micros }) => prepaid_micros)).toBe(grants.find(({ kind }) => kind === "prepaid")!.used_micros);
  await shop.pass(2 * MINUTE);
  await shop.balanced();
});
