import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Tiers, tieredSpend } from "../../src/catalog/tiers.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { correct } from "../usage/receipt-calls.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const MODELS = ["claude-sonnet-5-5", "claude-haiku-5-5"];

interface Cycle {
  readonly id: string;
  readonly state: string;
  readonly totals: Record<string, number> | null;
}
interface Invoice {
  readonly kind: string;
  readonly fx: unknown;
  readonly total_paise: number;
  readonly lines: readonly {
    readonly net_micros: number;
    readonly details: {
      readonly model: string;
      readonly output_tokens: number;
      readonly tiers?: readonly { readonly multiplier: string; readonly list_micros: number }[];
    };
  }[];
}

/** A customer in arrears, on these terms by default: what they do not pay by their plan is invoiced after the month. */
async function on(terms: Record<string, unknown>): Promise<Customer> {
  const overage = { enabled: true, cap_micros: 90_000_000_000 };
  const default_plan_id = await shop.plan({ collection: "mandate", included_micros: 3_000_000, overage, ...terms });
  return shop.customer({ tenant: { default_plan_id } });
}

const call = async ({ key }: Customer, model: string, output: number): Promise<void> => {
  const messages = [{ role: "user", content: `[[output_tokens=${output}]] go` }];
  const answer = await shop.messages(key, { model, max_tokens: output + 10, messages });
  expect(answer.status).toBe(200);
  await answer.text();
};

const cyclesOf = async ({ id }: Customer) =>
  (await shop.admin<{ data: Cycle[] }>("GET", `cycles?tenant_id=${id}&limit=10`)).data.reverse();
const invoicesOf = async (customer: Customer) =>
  (await customer.api<{ data: Invoice[] }>("GET", "billing/invoices")).data.reverse();
const eventsOf = async ({ id }: Customer) =>
  (
    await shop.admin<{ data: { spend_micros: number; tiered: { list_micros: number } | null }[] }>(
      "GET",
      `events?tenant_id=${id}&limit=100`,
    )
  ).data;
const sumOf = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((sum, row) => sum + of(row), 0);

describe("a cycle under graduated tiers", () => {
  const tiers = [{ up_to_micros: 8_000_000, multiplier_ppm: 1_500_000 }, { multiplier_ppm: 700_000 }];

  test("is invoiced for what its spend at list comes to as a whole, and each line says what lay in which tier", async () => {
    const customer = await on({ tiers });
    for (const output of [1_234, 9_876, 5_432]) for (const model of MODELS) await call(customer, model, output);
    const events = await eventsOf(customer);
    const list = sumOf(events, ({ tiered }) => tiered!.list_micros);
    const spend = tieredSpend(Tiers.parse(tiers), 0, list);
    expect(sumOf(events, ({ spend_micros }) => spend_micros)).toBe(spend);

    await shop.pass(32 * DAY);
    const [cycle] = await cyclesOf(customer);
    expect(cycle).toMatchObject({
      state: "closed",
      totals: { spend_micros: spend, included_micros: 3_000_000, overage_micros: spend - 3_000_000 },
    });
    const [invoice] = await invoicesOf(customer);
    expect(invoice).toMatchObject({ kind: "overage", fx: { rate_micros: 85_000_000 } });
    expect(sumOf(invoice!.lines, ({ net_micros }) => net_micros)).toBe(spend - 3_000_000);
    expect(invoice!.lines.map(({ details }) => details.model).sort()).toEqual([...MODELS].sort());
    const parts = invoice!.lines.flatMap(({ details }) => details.tiers!);
    const inTier = (by: string) =>
      sumOf(
        parts.filter(({ multiplier }) => multiplier === by),
        ({ list_micros }) => list_micros,
      );
    expect([inTier("1.5"), inTier("0.7")]).toEqual([8_000_000, list - 8_000_000]);
    expect(await customer.api("GET", "billing/statement")).toMatchObject({
      closing_micros: invoice!.total_paise * 10_000,
      lines: [{ kind: "invoice" }],
    });
    await shop.balanced();
  });
});

describe("a cycle at prices of a card", () => {
  const pricing = {
    type: "rate_card",
    rates: [{ model: "claude-*", per_million: { input: "0", output: "1000" } }],
  };

  test("is invoiced at these, without an exchange rate", async () => {
    const customer = await on({ pricing });
    await call(customer, MODELS[0]!, 10_000);
    await shop.pass(32 * DAY);
    expect(await invoicesOf(customer)).toMatchObject([
      { kind: "overage", fx: null, lines: [{ net_micros: 7_000_000, details: { output_tokens: 10_000 } }] },
    ]);
    await shop.balanced();
  });
});

describe("a call whose price was put right", () => {
  test("after its cycle is of the cycle whose grants it draws on, and both close", async () => {
    const model = "claude-opus-5-5";
    await correct(shop, model, { input: "0", output: "10" }, "2020-01-01T00:00:00Z");
    const customer = await on({ grace_days: 90 });
    await call(customer, model, 10_000);
    await shop.pass(32 * DAY);
    await correct(shop, model, { output: "11" }, "2020-01-01T00:00:00Z");
    await shop.admin("POST", "rerate", {
      ...{ from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", tenant_id: customer.id, dry_run: false },
    });
    await call(customer, model, 10_000);
    await shop.pass(32 * DAY);
    const [first, second] = await cyclesOf(customer);
    // USD 0.10, then 0.11: INR 8.50, 0.85 more, and 9.35.
    expect(first).toMatchObject({ state: "closed", totals: { spend_micros: 8_500_000, included_micros: 3_000_000 } });
    expect(second).toMatchObject({ state: "closed", totals: { spend_micros: 10_200_000, included_micros: 3_000_000 } });
    const nets = (await invoicesOf(customer)).map(({ lines }) => sumOf(lines, ({ net_micros }) => net_micros));
    expect(nets).toEqual([5_500_000, 7_200_000]);
    await shop.balanced();
  });
});
