import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { asAdmin, expectRefusal, say } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const wrong = (says: string | RegExp) => ({ status: 400, code: "invalid_request", says });
const missing = { status: 404, code: "not_found" };
interface List<T = Record<string, unknown>> {
  data: T[];
}

describe("credits", () => {
  test("are given to a tenant, with a reason and an end, and show what is used and held", async () => {
    const { id } = await world.tenant({ credit_micros: 0 });
    const { status, body } = await asAdmin(world, "POST", `tenants/${id}/credits`, {
      amount_micros: 5_000_000,
      reason: "sorry",
      expires_at: "2099-01-01T00:00:00Z",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{
        tenant_id: id,
        kind: "promotional",
        currency: "USD",
        reason: "sorry",
        expires_at: "2099-01-01T00:00:00.000Z",
      },
      ...{
        amount_micros: 5_000_000,
        used_micros: 0,
        held_micros: 0,
        free_micros: 5_000_000,
        id: expect.stringMatching(/^grt_/),
      },
    });
    expect((await asAdmin<List>(world, "GET", `tenants/${id}/credits`)).body.data).toEqual([body]);
  });

  test.each([
    ["amount_micros", { amount_micros: 0 }],
    ["amount_micros", { amount_micros: -5 }],
    ["amount_micros", { amount_micros: 0.5 }],
    ["amount_micros", { amount_micros: "5" }],
    ["amount_micros", { amount_micros: Number.MAX_SAFE_INTEGER + 1 }],
    ["reason", { reason: undefined }],
    ["reason", { reason: " " }],
    ["kind", { kind: "included" }],
    ["expires_at", { expires_at: "2020-01-01T00:00:00Z" }],
    ["expires_at", { expires_at: 1 }],
    ["currency", { currency: "USD" }],
  ])("with a bad or unknown %s (%j) are refused by its name", async (field, fields) => {
    expectRefusal(
      await asAdmin(world, "POST", `tenants/${tenant.id}/credits`, { amount_micros: 1, reason: "test", ...fields }),
      wrong(field),
    );
  });

  test("for nobody are not found", async () => {
    for (const path of ["tenants/ten_unknown/credits", "users/usr_unknown/credits", "users/ext:unknown/credits"]) {
      expectRefusal(await asAdmin(world, "POST", path, { amount_micros: 1, reason: "test" }), missing);
      expectRefusal(await asAdmin(world, "GET", path), missing);
    }
  });
});

describe("plans", () => {
  test("are made, listed, and multiply what a tenant on them spends", async () => {
    const plan = await asAdmin<{ id: string }>(world, "POST", "plans", {
      name: "Twice",
      currency: "USD",
      pricing: { type: "markup", multiplier_ppm: 2_000_000 },
    });
    expect(plan.status).toBe(201);
    expect(plan.body).toMatchObject({
      id: expect.stringMatching(/^pln_/),
      name: "Twice",
      currency: "USD",
      pricing: { type: "markup", multiplier_ppm: 2_000_000 },
    });
    expect((await asAdmin<List>(world, "GET", "plans")).body.data).toContainEqual(plan.body);
    const spent = async (fields: object) => {
      const { key } = await world.tenant({ fields: { ...fields } });
      const request = (await say(world, { key })).headers.get("request-id");
      return (await world.admin<{ totals: { spend_micros: number } }>("GET", `events/${request}`)).totals.spend_micros;
    };
    expect(await spent({ default_plan_id: plan.body.id })).toBe(2 * (await spent({})));
  });

  test("of one name exist once", async () => {
    const fields = { name: "Once", pricing: { type: "markup", multiplier_ppm: 1 } };
    await world.admin("POST", "plans", fields);
    expectRefusal(await asAdmin(world, "POST", "plans", fields), { status: 409, code: "conflict" });
  });

  test.each([
    ["name", { name: undefined }],
    ["currency", { currency: "rupee" }],
    ["pricing", { pricing: undefined }],
    ["pricing.type", { pricing: { type: "free", multiplier_ppm: 1 } }],
    ["pricing.multiplier_ppm", { pricing: { type: "markup", multiplier_ppm: -1 } }],
    ["pricing.multiplier_ppm", { pricing: { type: "markup", multiplier_ppm: 1.5 } }],
    ["price_paise", { price_paise: -1 }],
    ["price_paise", { price_paise: 99.5, collection: "subscription" }],
    ["price_paise", { price_paise: 99, collection: "subscription" }],
    ["price_paise", { price_paise: 100, collection: "prepaid" }],
    ["overage.cap_micros", { price_paise: 100, overage: { enabled: true } }],
    ["interval", { period: "daily", interval: 6 }],
    ["trial", { trial: { days: 7, included_micros: 1 } }],
    ["currency", { currency: "USD", collection: "mandate", price_paise: 100 }],
    ["price", { price: 100 }],
  ])("with a bad or unknown %s are refused by its name", async (field, fields) => {
    expectRefusal(
      await asAdmin(world, "POST", "plans", { name: "Bad", pricing: { type: "markup", multiplier_ppm: 1 }, ...fields }),
      wrong(field),
    );
  });
});
