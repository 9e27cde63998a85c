import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOTHING_SEEN } from "../../src/gateway/metered.ts";
import { instant } from "../../src/kernel/clock.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";
import { openWorld, times, type World } from "../support/world.ts";
import { call, correct } from "./receipt-calls.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const valid_from = "2020-01-01T00:00:00Z";
  await world.admin("POST", "fx_rates", { currency: "INR", rate_micros: 80_000_000, valid_from });
});
afterAll(() => world.close());

const at = (text: string) => instant(Date.parse(text));
const MODEL = "claude-sonnet-4-5";
const EVER = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" };
interface Rerated {
  readonly data: Record<string, number | string>[];
  readonly events: number;
  readonly changed: number;
  readonly has_more: boolean;
  readonly last_id: string;
}
const rerate = (fields: Record<string, unknown>) => world.admin<Rerated>("POST", "rerate", { ...EVER, ...fields });

describe("what is re-rated", () => {
  test("is what was admitted while the corrected price holds, by each call's own instant", async () => {
    const { id } = await world.tenant();
    const used = (time: string) => call(world, id, { model: MODEL, usage: { output_tokens: 100 }, at: at(time) });
    await used("2026-03-10T11:59:59.999Z");
    await used("2026-03-10T12:00:00.000Z");
    await used("2026-03-11T12:00:00.000Z");
    await correct(world, MODEL, { output: "20" }, "2026-03-10T12:00:00Z");
    await correct(world, MODEL, { output: "15" }, "2026-03-11T00:00:00Z");
    expect(await rerate({ tenant_id: id })).toMatchObject({
      ...{ events: 3, changed: 1 },
      data: [{ old_cost_micros_usd: 4_500, new_cost_micros_usd: 5_000 }],
    });
    const day = { from: "2026-03-11T00:00:00Z", to: "2026-03-12T00:00:00Z" };
    expect(await rerate({ tenant_id: id, ...day })).toMatchObject({ events: 1, changed: 0 });
  });

  test("is told tenant by tenant, each at the terms of its calls' admission", async () => {
    const pricing = { type: "markup", multiplier_ppm: 1_500_000 };
    const [dear, cheap] = [
      await world.admin<{ id: string }>("POST", "plans", { name: "Dear", pricing }),
      await world.admin<{ id: string }>("POST", "plans", { name: "Cheap", pricing: { ...pricing, multiplier_ppm: 1 } }),
    ];
    const rupees = await world.tenant({ fields: { currency: "INR", default_plan_id: dear.id } });
    const dollars = await world.tenant();
    const since = new Date(world.clock.now()).toISOString();
    const used = { model: "claude-opus-4-5", usage: { input_tokens: 1_000 } };
    for (const { id } of [rupees, dollars]) await call(world, id, used);
    await world.admin("PATCH", `tenants/${rupees.id}`, { default_plan_id: cheap.id });
    await correct(world, used.model, { input: "4" }, since);
    const { data } = await rerate({ from: since, dry_run: false });
    expect(data).toHaveLength(2);
    expect(data).toContainEqual(
      expect.objectContaining({
        ...{ tenant_id: rupees.id, currency: "INR", old_cost_micros_usd: 5_000, new_cost_micros_usd: 4_000 },
        ...{ old_spend_micros: 600_000, new_spend_micros: 480_000 },
      }),
    );
    expect(data).toContainEqual(
      expect.objectContaining({ tenant_id: dollars.id, old_spend_micros: 5_000, new_spend_micros: 4_000 }),
    );
  });

  test("a long range is done a part at a time, and each part says where the next begins", async () => {
    const { id } = await world.tenant();
    await Promise.all(times(7, () => call(world, id, { model: MODEL, usage: { input_tokens: 100 } })));
    const seen: number[] = [];
    let after_id: string | undefined;
    for (let more = true; more; ) {
      const part = await rerate({ tenant_id: id, limit: 3, after_id });
      seen.push(part.events);
      after_id = part.last_id;
      more = part.has_more;
    }
    expect(seen).toEqual([3, 3, 1]);
  });

  test("a call that nobody reported stays free, and its estimate is corrected", async () => {
    const { id } = await world.tenant();
    const model = "claude-opus-4-6";
    await call(world, id, { model, metered: NOTHING_SEEN(model) });
    await correct(world, model, { input: "7" }, "2020-01-01T00:00:00Z");
    const { data } = await rerate({ tenant_id: id, dry_run: false });
    expect(data).toMatchObject([{ old_cost_micros_usd: 5_000, new_cost_micros_usd: 7_000, new_spend_micros: 0 }]);
    expect(await rerate({ tenant_id: id })).toMatchObject({ changed: 0 });
  });

  test("an observed tenant spends more and less without any grant", async () => {
    const { id } = await world.tenant({ credit_micros: 1, fields: { enforcement: "observe" } });
    const model = "claude-opus-4-7";
    await call(world, id, { model, usage: { input_tokens: 1_000 } });
    for (const [price, spend] of [
      ["7", 7_000],
      ["1", 1_000],
    ] as const) {
      await correct(world, model, { input: price }, "2020-01-01T00:00:00Z");
      expect((await rerate({ tenant_id: id, dry_run: false })).data).toMatchObject([{ new_spend_micros: spend }]);
      expect((await rerate({ tenant_id: id })).data).toMatchObject([{ changed: 0, old_spend_micros: spend }]);
    }
    const { data } = await world.admin<{ data: { used_micros: number }[] }>("GET", `tenants/${id}/credits`);
    expect(data).toMatchObject([{ used_micros: 1 }]);
  });
});

describe("what is refused", () => {
  test("a price that reaches back and does not say that it is a correction", async () => {
    const price = { model: MODEL, usd_per_million: { input: "1" }, valid_from: "2026-01-01T00:00:00Z" };
    const refused = { status: 400, code: "invalid_request" };
    expectRefusal(await asAdmin(world, "POST", "prices", price), { ...refused, says: /valid_from.*correction/ });
    const { valid_from: _, ...now } = price;
    expectRefusal(await asAdmin(world, "POST", "prices", { ...now, correction: true }), {
      ...refused,
      says: /valid_from/,
    });
  });

  test.each([
    ["from", { to: EVER.to }],
    ["to", { ...EVER, to: EVER.from }],
    ["limit", { ...EVER, limit: 0 }],
    ["dry_run", { ...EVER, dry_run: "no" }],
    ["tenant", { ...EVER, tenant: "ten_1" }],
  ])("a range with a bad or unknown %s (%j), by its name", async (field, body) => {
    const refused = { status: 400, code: "invalid_request", says: field };
    expectRefusal(await asAdmin(world, "POST", "rerate", body), refused);
  });
});
