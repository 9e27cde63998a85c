import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, ask, expectRefusal } from "./ask.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const MARK_UP = { type: "markup", multiplier_ppm: 1_000_000 };
let made = 0;
const create = (fields: Record<string, unknown>) =>
  asAdmin<{ id: string; version: number; limits: Record<string, unknown>[] }>(shop, "POST", "plans", {
    ...{ name: `Terms ${made++}`, pricing: MARK_UP },
    ...fields,
  });

describe("the terms of a plan", () => {
  const per_million = { input: "1", output: "1" };
  test.each([
    ["pricing.rates", { pricing: { type: "rate_card", rates: [] } }],
    [
      "pricing.rates.0.per_million.output",
      { pricing: { type: "rate_card", rates: [{ model: "*", per_million: { input: "1" } }] } },
    ],
    [
      "pricing.rates.0.per_million.input",
      { pricing: { type: "rate_card", rates: [{ model: "*", per_million: { ...per_million, input: 1 } }] } },
    ],
    ["pricing.rates.0.model", { pricing: { type: "rate_card", rates: [{ model: "cla ude", per_million }] } }],
    [
      "pricing.rates",
      {
        pricing: {
          type: "rate_card",
          rates: [
            { model: "*", per_million },
            { model: "*", per_million },
          ],
        },
      },
    ],
    ["pricing", { pricing: { type: "rate_card", rates: [{ model: "*", per_million }], multiplier_ppm: 1 } }],
    ["tiers", { tiers: [] }],
    ["tiers", { tiers: [{ up_to_micros: 5, multiplier_ppm: 1 }] }],
    ["tiers.0.multiplier_ppm", { tiers: [{ multiplier_ppm: 1.5 }] }],
    ["limits.0.metric", { limits: [{ metric: "money", window: "day", amount: 1 }] }],
    ["limits.0.scope", { limits: [{ scope: "tenant", metric: "requests", window: "day", amount: 1 }] }],
    [
      "limits",
      {
        limits: [
          { metric: "requests", window: "day", amount: 1 },
          { metric: "requests", window: "day", amount: 2 },
        ],
      },
    ],
    ["unit.micros", { unit: { name: "credits", micros: 0 } }],
  ])("with a bad %s are refused by its name", async (field, fields) => {
    expectRefusal(await create(fields), {
      status: 400,
      code: "invalid_request",
      says: new RegExp(field.replaceAll(".", "\\.")),
    });
  });

  test("of prices and tiers make a new version where they change, and none where they are said again", async () => {
    const pricing = { type: "rate_card", rates: [{ model: "*", per_million }] };
    const tiers = [{ up_to_micros: 5_000, multiplier_ppm: 1_000_000 }, { multiplier_ppm: 900_000 }];
    const { body } = await create({ pricing, tiers });
    const patch = (fields: object) => shop.admin<{ version: number }>("PATCH", `plans/${body.id}`, fields);
    expect(await patch({ pricing, tiers })).toMatchObject({ version: 1 });
    expect(await patch({ tiers: null })).toMatchObject({ version: 2, tiers: null });
    expect(await patch({ pricing: MARK_UP })).toMatchObject({ version: 3, pricing: MARK_UP });
  });
});

describe("the limits in the body of a plan", () => {
  const limits = [
    { metric: "requests", window: "day", amount: 2 },
    { scope: "plan_each_user", metric: "output_tokens", window: "month", amount: 50_000, models: ["claude-*"] },
    { scope: "plan_pool", metric: "spend_micros", window: "month", amount: 9_000_000, enforcement: "soft" },
  ];

  test("are the limits of its scopes, shown with it, and make no version", async () => {
    const { status, body } = await create({ limits });
    expect(status).toBe(201);
    expect(body.limits).toHaveLength(3);
    expect(body.limits).toEqual(expect.arrayContaining(limits.map((limit) => expect.objectContaining(limit))));
    const pool = await shop.admin<{ limits: unknown[] }>("GET", `limits?scope=plan_pool&subject_id=${body.id}`);
    expect(pool.limits).toEqual([expect.objectContaining({ amount: 9_000_000, enforcement: "soft" })]);

    await shop.admin("PUT", "limits", { scope: "plan_pool", subject_id: body.id, limits: [] });
    expect(await shop.admin("GET", `plans/${body.id}`)).toMatchObject({ version: 1, limits: [{}, {}] });
    const changed = await shop.admin("PATCH", `plans/${body.id}`, { limits: [limits[0]] });
    expect(changed).toMatchObject({ version: 1, limits: [{ scope: "plan", amount: 2 }] });
    expect(await shop.admin("PATCH", `plans/${body.id}`, { grace_days: 3 })).toMatchObject({ limits: [{ amount: 2 }] });
    expect(await shop.admin("PATCH", `plans/${body.id}`, { limits: [] })).toMatchObject({ limits: [] });
  });

  test("bear on its customers, who can see them", async () => {
    const { body: plan } = await create({ limits: [limits[0]] });
    const customer = await shop.customer({ tenant: { default_plan_id: plan.id } });
    await shop.admin("POST", `tenants/${customer.id}/credits`, { amount_micros: 100_000_000, reason: "test" });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await shop.messages(customer.key)).status);
    expect(statuses).toEqual([200, 200, 402]);
    const { data } = await customer.api<{ data: { current: boolean; limits: unknown }[] }>("GET", "plans?limit=100");
    expect(data.find(({ current }) => current)!.limits).toEqual([expect.objectContaining(limits[0]!)]);
  });
});

describe("the quota", () => {
  const quotaOf = async (key: string, headers = {}) =>
    (await ask<Record<string, unknown>>(shop, "/api/quota", { key, headers })).body;

  test("is told in the plan's own unit too, with where to top up", async () => {
    const { body: plan } = await create({ included_micros: 2_500_000, unit: { name: "credits", micros: 1_000_000 } });
    const customer = await shop.customer({ tenant: { default_plan_id: plan.id } });
    expect(await quotaOf(customer.key)).toMatchObject({
      ...{ remaining_micros: 2_500_000, unit: { name: "credits", micros: 1_000_000, remaining: 2 }, blocked_by: null },
      ...{ topup_url: `${shop.url}/portal`, resets_at: expect.stringMatching(/Z$/) },
    });
    expect(await customer.api("GET", "billing")).toMatchObject({ plan: { unit: { name: "credits" } } });
    expect(await quotaOf(customer.key, { "x-forwarded-proto": "https" })).toMatchObject({
      topup_url: `${shop.url.replace("http:", "https:")}/portal`,
    });
  });

  test("says that it is the grants that block, and a refused call says where to top up", async () => {
    const customer = await shop.customer();
    expect(await quotaOf(customer.key)).toMatchObject({ remaining_micros: 0, blocked_by: { kind: "grants" } });
    const refused = await shop.messages(customer.key);
    expect(await refused.json()).toMatchObject({
      error: { details: { blocked_by: { kind: "grants" }, topup_url: `${shop.url}/portal` } },
    });
  });

  test("says that it is the missing subscription, where the plan has a price and nobody subscribed", async () => {
    const { body: plan } = await create({ price_paise: 50_000, included_micros: 1_000_000 });
    const customer = await shop.customer({ tenant: { default_plan_id: plan.id } });
    const blocked_by = { kind: "standing", standing: "unsubscribed" };
    await expect.poll(() => quotaOf(customer.key)).toMatchObject({ remaining_micros: 0, blocked_by });
    const refused = await shop.messages(customer.key);
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ error: { code: "no_subscription", details: { blocked_by } } });
    // What is prepaid can be spent all the same.
    await shop.admin("POST", `tenants/${customer.id}/credits`, { amount_micros: 5_000_000, reason: "a top-up" });
    expect(await quotaOf(customer.key)).toMatchObject({ remaining_micros: 5_000_000, blocked_by: null });
  });
});
