import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY } from "../../src/kernel/clock.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

interface Answer {
  readonly totals: readonly { currency: string; booked_micros: number }[];
  readonly data: readonly {
    readonly tenant_id: string;
    readonly booked_micros: number;
    readonly unspent_micros: number | null;
    readonly drawn_micros: number | null;
    readonly agrees: boolean | null;
  }[];
  readonly has_more: boolean;
}

let shop: Shop;
const customers: Customer[] = [];
beforeAll(async () => {
  shop = await openShop();
  for (let i = 0; i < 3; i++) {
    const customer = await shop.customer();
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
      credit_micros: 200_000_000,
    });
    await shop.account.person.pay(order_id, { method: "upi" });
    customers.push(customer);
  }
  await shop.pass(0);
});
afterAll(() => shop.close());

const liability = (query = "") => shop.admin<Answer>("GET", `reports/credit_liability${query}`);
const leftOf = async ({ api }: Customer) => (await api<{ left_micros: number }>("GET", "billing/wallet")).left_micros;

test("what is owed for prepaid credit is what the grants have left, and what was drawn and is not booked yet", async () => {
  const [spender] = customers;
  await spender!.spend(1);
  const { data, totals } = await liability();
  expect(data.map(({ tenant_id }) => tenant_id).sort()).toEqual(customers.map(({ id }) => id).sort());
  for (const row of data) {
    expect(row).toMatchObject({ booked_micros: 200_000_000, agrees: true });
    expect(row.unspent_micros).toBe(await leftOf(customers.find(({ id }) => id === row.tenant_id)!));
    expect(row.unspent_micros! + row.drawn_micros!).toBe(row.booked_micros);
  }
  expect(totals).toEqual([{ currency: "INR", booked_micros: 600_000_000 }]);
});

test("once usage is booked the journal has what the grants have, and a date before has what it had", async () => {
  const before = new Date(shop.clock.now()).toISOString();
  await shop.pass(40 * DAY);
  const { data, totals } = await liability();
  for (const row of data)
    expect(row).toMatchObject({ drawn_micros: 0, booked_micros: row.unspent_micros, agrees: true });
  expect(totals[0]!.booked_micros).toBe(-(await shop.standing("wallet")));
  expect(totals[0]!.booked_micros).toBeLessThan(600_000_000);
  const then = await liability(`?at=${before}`);
  expect(then.totals).toEqual([{ currency: "INR", booked_micros: 600_000_000 }]);
  expect(then.data[0]).toMatchObject({ unspent_micros: null, drawn_micros: null, agrees: null });
});

test("it comes in pages, and whole as CSV", async () => {
  const first = await liability("?limit=2");
  expect([first.data.length, first.has_more]).toEqual([2, true]);
  const rest = await liability(`?limit=2&after_id=${first.data[1]!.tenant_id}`);
  expect([rest.data.length, rest.has_more]).toEqual([1, false]);
  const { text } = await asAdmin(shop, "GET", "reports/credit_liability?format=csv");
  const [head, ...rows] = text.trim().split("\r\n");
  expect(head).toBe("tenant_id,currency,booked_micros,unspent_micros,drawn_micros,agrees");
  expect(rows.map((row) => row.split(",")[0]).sort()).toEqual(customers.map(({ id }) => id).sort());
});

test("of a time to come is refused", async () => {
  const at = new Date(shop.clock.now() + DAY).toISOString();
  expectRefusal(await asAdmin(shop, "GET", `reports/credit_liability?at=${at}`), {
    ...{ status: 400, code: "invalid_request", says: /^at: / },
  });
});
