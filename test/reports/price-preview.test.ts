import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";

const MODEL = "claude-sonnet-5-5";
const RUPEE = 1_000_000;

interface Effect {
  readonly model: string;
  readonly currency: string;
  readonly requests: number;
  readonly cost_micros: number;
  readonly cost_after_micros: number;
  readonly spend_micros: number;
  readonly spend_after_micros: number;
  readonly margin_micros: number;
  readonly margin_after_micros: number;
}

let shop: Shop;
/** Three tenants that made a call each: at cost and half as much, by a card that names the model, and with a price of its own. */
const who: Record<"marked" | "card" | "own", { id: string; key: string }> = {} as never;
let marked: string;
beforeAll(async () => {
  shop = await openShop();
  marked = await shop.plan({
    ...{ included_micros: 1_000 * RUPEE, pricing: { type: "markup", multiplier_ppm: 1_500_000 } },
  });
  const rates = [{ model: "claude-*", per_million: { input: "400", output: "1900" } }];
  const card = await shop.plan({ included_micros: 1_000 * RUPEE, pricing: { type: "rate_card", rates } });
  for (const [name, plan] of [
    ["marked", marked],
    ["card", card],
    ["own", marked],
  ] as const)
    who[name] = await shop.customer({ profile: false, tenant: { default_plan_id: plan } });
  await shop.admin("POST", "prices", { model: MODEL, tenant_id: who.own.id, usd_per_million: { output: "40" } });
  for (const { key } of Object.values(who)) await call(key);
});
afterAll(() => shop.close());

async function call(key: string): Promise<void> {
  const answer = await shop.messages(key, {
    ...{ model: MODEL, max_tokens: 60_000 },
    messages: [{ role: "user", content: "[[output_tokens=50000]] go" }],
  });
  await answer.text();
  expect(answer.status).toBe(200);
}

const preview = async (fields: object) =>
  (await shop.admin<{ data: Effect[] }>("POST", "prices/preview", { model: MODEL, ...fields })).data;
const margin = async (tenant_id: string) => {
  const { totals } = await shop.admin<{ totals: { cost_micros: number; spend_micros: number }[] }>(
    "GET",
    `reports/margin?tenant_id=${tenant_id}&group_by=`,
  );
  const { cost_micros, spend_micros } = totals[0]!;
  return { cost_micros, spend_micros };
};

describe("a preview of prices", () => {
  test("is what the same use comes to when they are in force", async () => {
    const { id: tenant_id, key } = await shop.customer({ profile: false, tenant: { default_plan_id: marked } });
    await call(key);
    const usd_per_million = { input: "7", output: "23.5" };
    const [told] = await preview({ usd_per_million, tenant_id });
    const before = await margin(tenant_id);
    expect(told).toMatchObject({ model: MODEL, currency: "INR", requests: 1, ...before });
    await shop.admin("POST", "prices", { model: MODEL, tenant_id, usd_per_million });
    await call(key);
    const after = await margin(tenant_id);
    expect(Math.abs(told!.cost_after_micros - (after.cost_micros - before.cost_micros))).toBeLessThan(100);
    expect(Math.abs(told!.spend_after_micros - (after.spend_micros - before.spend_micros))).toBeLessThan(100);
    expect(told!.margin_after_micros).toBe(told!.spend_after_micros - told!.cost_after_micros);
  });

  test("lets what a card names stay at its prices", async () => {
    const [told] = await preview({ usd_per_million: { output: "99" }, tenant_id: who.card.id });
    expect(told!.cost_after_micros).toBeGreaterThan(5 * told!.cost_micros);
    expect(told!.spend_after_micros).toBe(told!.spend_micros);
  });

  test("leaves those alone who have prices of their own, where it is of everybody's", async () => {
    const usd_per_million = { output: "99" };
    const more = (effects: readonly Effect[]) =>
      effects.reduce((sum, { cost_micros, cost_after_micros }) => sum + cost_after_micros - cost_micros, 0);
    const alone = await Promise.all(
      [who.marked, who.card].map(({ id }) => preview({ usd_per_million, tenant_id: id })),
    );
    // Rounded once for each plan and tenant.
    expect(Math.abs(more(await preview({ usd_per_million })) - more(alone.flat()))).toBeLessThanOrEqual(4);
  });

  test("is of every model that a name with wildcards is for, and of none that is not used", async () => {
    expect(await preview({ model: "claude-sonnet-*", usd_per_million: { output: "99" } })).toMatchObject([
      { model: MODEL },
    ]);
    expect(await preview({ model: "claude-haiku-5-5", usd_per_million: { output: "99" } })).toEqual([]);
  });

  test("that makes no sense is refused", async () => {
    const tried = (fields: object) => asAdmin(shop, "POST", "prices/preview", { model: MODEL, ...fields });
    const refused = { status: 400, code: "invalid_request" } as const;
    expectRefusal(await tried({ usd_per_million: {} }), { ...refused, says: /names no meter/ });
    expectRefusal(await tried({ usd_per_million: { output: "much" } }), { ...refused, says: /output/ });
    expectRefusal(await tried({ usd_per_million: { output: "9" }, list: "fast" }), { ...refused, says: /list/ });
    expectRefusal(await tried({ usd_per_million: { output: "9" }, tenant_id: "ten_unknown" }), {
      ...{ status: 404, code: "not_found" },
    });
  });
});
