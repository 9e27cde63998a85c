import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { lookAtMargins } from "../../src/alerts/margins.ts";
import { insertPrices } from "../../src/catalog/store.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { newId, type TenantId } from "../../src/kernel/id.ts";
import { picosFromUsdPerMillion } from "../../src/kernel/money.ts";
import { at, type Lookout, openLookout } from "./lookout.ts";

const NOW = at("2027-02-17T12:00:00+05:30");
const CYCLE = at("2027-02-10T00:00:00+05:30");

let out: Lookout;
let tenant: TenantId;
let models = 0;
beforeAll(async () => {
  out = await openLookout(NOW);
});
afterAll(() => out.close());
beforeEach(async () => {
  await out.clear();
  await out.rate(80_000_000, 0);
  tenant = await out.tenant();
});

const look = () => lookAtMargins(out, { enabled: true, least_ppm: 0 });
/** A model of its own for each test: prices stay. */
async function model(usd: string, valid_from = 0, name = `claude-test-${++models}`) {
  const meters = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "web_search"];
  await out.db.transaction((tx) =>
    insertPrices(
      tx,
      meters.map((meter) => ({
        ...{ id: newId("price", out.clock.wall()), tenant_id: "*" as const, model: name, list: "standard" as const },
        ...{ above_prompt_tokens: 0, meter, pico_usd: picosFromUsdPerMillion(usd), valid_from, correction: 0 },
        ...{ source: "test", created_at: out.clock.wall() },
      })),
    ),
  );
  return name;
}
async function subscribed(pricing: unknown, name: string) {
  const sold = await out.plan({ pricing });
  await out.insert.customer({
    ...{ tenant_id: tenant, plan_version_id: sold.plan_version_id },
    ...{ cycle_start: CYCLE, cycle_end: CYCLE + 28 * DAY },
  });
  await out.used(tenant, NOW - DAY, { model: name, requests: 10, input_tokens: 10_000, output_tokens: 1_000 });
  return sold;
}
const card = (name: string, rupees: string) => ({
  ...{ type: "rate_card", rates: [{ model: name, per_million: { input: rupees, output: rupees } }] },
});
const markup = (multiplier_ppm: number) => ({ type: "markup", multiplier_ppm });

test("a rate card is told of when the provider's price passes it: from then on, once", async () => {
  const name = await model("1");
  const { plan_id, plan_version_id } = await subscribed(card(name, "100"), name);
  await look();
  expect(await out.raised()).toEqual([]);

  await model("2", NOW + DAY, name);
  await look();
  expect(await out.raised()).toEqual([]);
  out.clock.advance(DAY + 1_000);
  await look();
  await look();
  // A thousand calls of 1,100 tokens: at ₹100 a million they come to ₹110, and cost 2.2 USD of ₹80.
  expect(await out.raised()).toEqual([
    {
      ...{ type: "margin.negative", tenant_id: null },
      data: {
        ...{ plan_id, plan_version_id, model: name, currency: "INR", customers: 1, calls: 1_000 },
        ...{ charged_micros: 110_000_000, cost_micros: 176_000_000, margin_ppm: -600_000 },
        ...{ rate_micros: 80_000_000, present_rate_micros: 80_000_000, price_version: expect.any(String) },
      },
    },
  ]);
});

test("a mark-up is told of when the rupee falls by more than it covers: the cycle's rate is frozen", async () => {
  const name = await model("3");
  await subscribed(markup(1_100_000), name);
  await out.rate(85_000_000, CYCLE + DAY);
  await look();
  expect(await out.raised()).toEqual([]);
  await out.rate(90_000_000, CYCLE + 2 * DAY);
  await look();
  await look();
  expect(await out.raised()).toMatchObject([
    { data: { model: name, rate_micros: 80_000_000, present_rate_micros: 90_000_000, margin_ppm: -22_727 } },
  ]);
});

test("a loss that a moving rate makes a little deeper is no news; a much deeper one is", async () => {
  const name = await model("3");
  await subscribed(markup(1_000_000), name);
  await out.rate(80_500_000, CYCLE + DAY);
  await look();
  await out.rate(81_000_000, CYCLE + 2 * DAY);
  await look();
  expect(await out.raised()).toHaveLength(1);
  await out.rate(90_000_000, CYCLE + 3 * DAY);
  await look();
  expect(await out.raised()).toHaveLength(2);
});

test("a plan that nobody is on, a model that nobody uses and a plan that charges nothing for use are not told of", async () => {
  const [used, unused] = [await model("2"), await model("2")];
  await out.plan({ pricing: card(used, "1") });
  await subscribed({ ...card(unused, "1"), fallback_multiplier_ppm: 1_200_000 }, used);
  await subscribed(markup(0), used);
  await look();
  expect(await out.raised()).toEqual([]);
});
