import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { asAdmin } from "../http/ask.ts";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { call, correct } from "./receipt-calls.ts";

let world: World;
let tenant: TestTenant;
let model: string;
let made = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A model of its own for each test, at USD 1 per million of everything. */
beforeEach(async () => {
  tenant = await world.tenant({ credit_micros: 10_000 });
  model = `claude-wrong-${made++}`;
  const usd_per_million = { input: "1", cache_read: "1", cache_write_5m: "1", cache_write_1h: "1", output: "1" };
  await correct(world, model, usd_per_million, "2020-01-01T00:00:00Z");
});

const EVER = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" };
interface Rerated {
  readonly data: Record<string, number | string>[];
  readonly events: number;
  readonly changed: number;
  readonly has_more: boolean;
  readonly last_id: string;
}
const rerate = (fields: Record<string, unknown> = {}) =>
  world.admin<Rerated>("POST", "rerate", { ...EVER, tenant_id: tenant.id, ...fields });
const post = (fields: Record<string, unknown> = {}) => rerate({ dry_run: false, ...fields });
const priceIs = (output: string) => correct(world, model, { output }, "2020-01-01T00:00:00Z");
const used = (output_tokens: number, fields = {}) =>
  call(world, tenant.id, { model, usage: { output_tokens }, ...fields });

interface Event {
  readonly id: string;
  readonly kind: string;
  readonly adjusts: string | null;
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly uncovered_micros: number;
  readonly output_tokens: number;
  readonly draws: { amount: number }[];
}
const eventsOf = async (request: string) => (await world.admin<{ data: Event[] }>("GET", `events/${request}`)).data;
const totals = async () =>
  (await world.admin<{ totals: Record<string, number>[] }>("GET", `tenants/${tenant.id}/usage`)).totals[0]!;
const credit = async () =>
  (await world.admin<{ data: { used_micros: number }[] }>("GET", `tenants/${tenant.id}/credits`)).data.map(
    (grant) => grant.used_micros,
  );

describe("re-rating", () => {
  test("finds nothing to change where the book is as it was", async () => {
    await used(1_000);
    expect(await post()).toMatchObject({ events: 1, changed: 0, data: [{ changed: 0, unpriced: 0 }] });
  });

  test("says as a dry run what would change, and changes nothing", async () => {
    const request = await used(1_000);
    await used(500);
    await priceIs("3");
    const figures = { old_cost_micros_usd: 1_500, new_cost_micros_usd: 4_500 };
    const spends = { old_spend_micros: 1_500, new_spend_micros: 4_500 };
    expect(await rerate()).toMatchObject({
      ...{ dry_run: true, events: 2, changed: 2 },
      data: [{ tenant_id: tenant.id, currency: "USD", events: 2, ...figures, ...spends }],
    });
    expect(await eventsOf(request)).toHaveLength(1);
    expect(await totals()).toMatchObject({ spend_micros: 1_500 });
    expect(await credit()).toEqual([1_500]);
  });

  test("posts the difference as an adjustment beside the event, which stays as it was", async () => {
    const request = await used(1_000, { tags: { feature: "summary" } });
    const [before] = await eventsOf(request);
    await priceIs("3");
    expect(await post({ reason: "a typing error" })).toMatchObject({ changed: 1 });
    const [event, adjustment] = await eventsOf(request);
    expect(event).toMatchObject({
      ...before,
      samplings: expect.anything(),
      sum: expect.anything(),
      rate_note: expect.stringMatching(/posted/),
    });
    expect(adjustment).toMatchObject({
      ...{ kind: "adjustment", adjusts: event!.id, reason: "a typing error", output_tokens: 0 },
      ...{ cost_micros_usd: 2_000, spend_micros: 2_000, draws: [{ amount: 2_000 }] },
    });
    expect(await totals()).toMatchObject({
      ...{ requests: 1, output_tokens: 1_000, cost_micros_usd: 3_000, spend_micros: 3_000 },
    });
    const tagged = await world.admin<{ data: object[] }>("GET", `tenants/${tenant.id}/usage?group_by=tag`);
    expect(tagged.data).toMatchObject([{ tag: "feature=summary", requests: 1, spend_micros: 3_000 }]);
    expect(await credit()).toEqual([3_000]);
  });

  test("gives back what was too much, and again and again posts nothing more", async () => {
    const request = await used(1_000);
    await priceIs("0.25");
    await post();
    for (const _ of times(3, () => 0)) expect(await post()).toMatchObject({ changed: 0 });
    expect(await eventsOf(request)).toMatchObject([
      { spend_micros: 1_000 },
      { spend_micros: -750, cost_micros_usd: -750, draws: [{ amount: -750 }] },
    ]);
    expect(await credit()).toEqual([250]);
  });

  test("follows the book wherever it is corrected to, back to where it was", async () => {
    const request = await used(1_000);
    for (const [price, spend] of [
      ["5", 5_000],
      ["2", 2_000],
      ["9", 9_000],
      ["1", 1_000],
    ] as const) {
      await priceIs(price);
      await post();
      const events = await eventsOf(request);
      expect(events.reduce((sum, event) => sum + event.spend_micros, 0)).toBe(spend);
      expect(await credit()).toEqual([spend]);
      expect(await totals()).toMatchObject({ requests: 1, spend_micros: spend, cost_micros_usd: spend });
    }
    expect((await eventsOf(request)).map(({ kind }) => kind)).toEqual(["call", ...Array(4).fill("adjustment")]);
  });

  test("leaves to the operator what no grant covers, and takes that back first", async () => {
    const request = await used(8_000);
    await priceIs("2");
    await post();
    expect((await eventsOf(request))[1]).toMatchObject({ spend_micros: 2_000, uncovered_micros: 6_000 });
    expect(await credit()).toEqual([10_000]);
    await priceIs("1.5");
    await post();
    expect((await eventsOf(request))[2]).toMatchObject({ spend_micros: 0, uncovered_micros: -4_000, draws: [] });
    await priceIs("0.5");
    await post();
    expect((await eventsOf(request))[3]).toMatchObject({ spend_micros: -6_000, uncovered_micros: -2_000 });
    expect(await credit()).toEqual([4_000]);
  });

  test("prices a call whose usage was reported late by that usage, and does not take it back", async () => {
    const request = await used(1_000, { late: { usage: { output_tokens: 1_500 } } });
    expect(await totals()).toMatchObject({ requests: 1, output_tokens: 1_500, spend_micros: 1_500 });
    expect(await post()).toMatchObject({ changed: 0 });
    await priceIs("2");
    expect((await post()).data).toMatchObject([{ old_spend_micros: 1_500, new_spend_micros: 3_000 }]);
    expect(await post()).toMatchObject({ changed: 0 });
    const events = await eventsOf(request);
    expect(events.map(({ spend_micros }) => spend_micros)).toEqual([1_000, 500, 1_500]);
    expect(events.map(({ output_tokens }) => output_tokens)).toEqual([1_000, 500, 0]);
    expect(events[0]).toMatchObject({ rate_note: expect.stringMatching(/was posted/) });
    expect(await credit()).toEqual([3_000]);
  });

  test("keeps a call free that was a refusal, as was reported late", async () => {
    await used(1_000, { late: { usage: { input_tokens: 10 }, stop_reason: "refusal", content: [] } });
    await priceIs("2");
    expect((await post()).data).toMatchObject([{ changed: 0, old_spend_micros: 0, new_spend_micros: 0 }]);
    expect(await credit()).toEqual([0]);
  });

  test("two at once post each difference once", async () => {
    const requests = await Promise.all(times(5, () => used(100)));
    await priceIs("3");
    const answers = await Promise.all(
      times(3, () => asAdmin(world, "POST", "rerate", { ...EVER, tenant_id: tenant.id, dry_run: false })),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(200);
    for (const request of requests) expect(await eventsOf(request)).toHaveLength(2);
    expect(await credit()).toEqual([1_500]);
  });
});
