import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOTHING_SEEN } from "../../src/gateway/metered.ts";
import { fromDecimal } from "../../src/kernel/money.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Called, call, correct } from "./receipt-calls.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

interface Line {
  readonly meter: string;
  readonly quantity: number;
  readonly usd_per_million?: string;
  readonly usd_each?: string;
  readonly list: string;
  readonly above_prompt_tokens: number;
  readonly cost_usd: string;
}
interface Entry {
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly price_version: string;
  readonly rate_note?: string;
  readonly samplings: {
    readonly model: string;
    readonly priced_as: string;
    readonly list: string;
    readonly geography: { readonly multiplier: string };
    readonly batch: { readonly multiplier: string };
    readonly lines: readonly Line[];
    readonly cost_usd: string;
  }[];
  readonly sum: Record<"exact_cost_usd" | "rounding_usd" | "cost_usd" | "spend", string>;
  readonly grants_drawn: { readonly grant_id: string; readonly amount_micros: number }[];
}
const receipt = async (called: Called): Promise<Entry> =>
  (await world.admin<{ data: Entry[] }>("GET", `events/${await call(world, tenant.id, called)}`)).data[0]!;

const CACHE = {
  cache_read_input_tokens: 40_001,
  cache_creation_input_tokens: 7_003,
  cache_creation: { ephemeral_5m_input_tokens: 5_002, ephemeral_1h_input_tokens: 2_001 },
};
const CALLS: [what: string, called: Called][] = [
  ["a plain call", { usage: { input_tokens: 1_234, output_tokens: 567 } }],
  ["every class of the cache", { usage: { input_tokens: 7, output_tokens: 3, ...CACHE } }],
  ["searches", { usage: { input_tokens: 10, output_tokens: 5, server_tool_use: { web_search_requests: 3 } } }],
  ["the United States", { usage: { input_tokens: 33, output_tokens: 5, inference_geo: "us", ...CACHE } }],
  ["a batch", { usage: { input_tokens: 33, output_tokens: 5, service_tier: "batch", ...CACHE } }],
  [
    "fast",
    { model: "claude-opus-5-5", usage: { input_tokens: 9, output_tokens: 7, speed: "fast", inference_geo: "us" } },
  ],
  ["a long prompt", { model: "claude-haiku-5-5", usage: { input_tokens: 60_001, output_tokens: 9, ...CACHE } }],
  [
    "several samplings",
    {
      usage: {
        ...{ input_tokens: 5, output_tokens: 5, server_tool_use: { web_search_requests: 1 } },
        iterations: [
          { type: "compaction", model: "claude-haiku-5-5", input_tokens: 101_000, output_tokens: 900 },
          { type: "message", input_tokens: 5, output_tokens: 5 },
        ],
      },
    },
  ],
];

describe("the lines of a receipt, multiplied by a person, are its cost:", () => {
  test.each(CALLS)("%s", async (_, called) => {
    const entry = await receipt(called);
    const million = 1_000_000n;
    let sum = 0n;
    for (const { lines, geography, batch } of entry.samplings) {
      for (const { quantity, usd_per_million, usd_each, cost_usd } of lines) {
        const by = usd_each ? million : fromDecimal(geography.multiplier, 6);
        const half = usd_each ? million : fromDecimal(batch.multiplier, 6);
        const each = usd_each ? fromDecimal(usd_each, 12) : fromDecimal(usd_per_million!, 6);
        const picos = (BigInt(quantity) * each * by * half) / (million * million);
        expect(fromDecimal(cost_usd, 12)).toBe(picos);
        sum += picos;
      }
    }
    expect(fromDecimal(entry.sum.exact_cost_usd, 12)).toBe(sum);
    expect(entry.cost_micros_usd).toBe(Number((sum + million / 2n) / million));
    expect(entry.cost_micros_usd).toBeGreaterThan(0);
    expect(entry.rate_note).toBeUndefined();
    expect(entry.grants_drawn).toEqual([
      { grant_id: expect.stringMatching(/^grt_/), amount_micros: entry.spend_micros },
    ]);
  });
});

describe("a receipt", () => {
  test("says at which list and prompt tier each line was priced", async () => {
    const [fast, long] = [await receipt(CALLS[5]![1]), await receipt(CALLS[6]![1])];
    expect(fast.samplings[0]).toMatchObject({ list: "fast", geography: { name: "us", multiplier: "1.1" } });
    expect(fast.samplings[0]!.lines).toMatchObject([
      { meter: "input", usd_per_million: "8", list: "fast" },
      { meter: "output", usd_per_million: "40", list: "fast" },
    ]);
    expect(long.samplings[0]!.lines.map((line) => line.above_prompt_tokens)).toEqual(Array(5).fill(100_000));
    expect(long.samplings[0]!.lines.at(-1)).toMatchObject({ meter: "output", usd_per_million: "2.5" });
  });

  test("has an entry for every sampling, each at its own model", async () => {
    const { samplings } = await receipt(CALLS[7]![1]);
    expect(samplings.map(({ model }) => model)).toEqual(["claude-haiku-5-5", "claude-sonnet-5-5"]);
    expect(samplings.map(({ cost_usd }) => cost_usd)).toEqual(["0.05275", "0.01006"]);
  });

  test("names the model whose prices stood in for one that the book does not know", async () => {
    const { samplings, rate_note } = await receipt({ usage: { input_tokens: 1_000 }, answered: "claude-unheard-of" });
    expect(samplings).toMatchObject([
      { model: "claude-unheard-of", priced_as: "claude-sonnet-5-5", cost_usd: "0.002" },
    ]);
    expect(rate_note).toBeUndefined();
  });

  test("shows the one rounding, and the spend from the exact cost", async () => {
    const { sum } = await receipt({ model: "claude-haiku-5-5", usage: { input_tokens: 14 } });
    expect(sum).toMatchObject({ exact_cost_usd: "0.0000014", cost_usd: "0.000001", rounding_usd: "-0.0000004" });
  });

  test("of a call that nobody reported charges nothing, and estimates its cost", async () => {
    const entry = await receipt({ metered: NOTHING_SEEN("claude-sonnet-5-5") });
    expect(entry).toMatchObject({ spend_micros: 0, cost_micros_usd: 2_000, sum: { spend: "0" }, grants_drawn: [] });
    expect(entry.rate_note).toBeUndefined();
  });

  test("prices each call of a day by its own instant, where the price changes in the middle of it", async () => {
    const usd = { input: "1", cache_read: "1", cache_write_5m: "1", cache_write_1h: "1", output: "1" };
    await world.admin("POST", "prices", { model: "claude-changing", usd_per_million: usd });
    await new Promise((done) => setTimeout(done, 5));
    const used = { model: "claude-changing", usage: { output_tokens: 1_000 } };
    const before = await call(world, tenant.id, used);
    await world.admin("POST", "prices", { model: "claude-changing", usd_per_million: { output: "3" } });
    const after = await call(world, tenant.id, used);
    const shown = [];
    for (const request of [before, after]) {
      const { data } = await world.admin<{ data: Entry[] }>("GET", `events/${request}`);
      shown.push([data[0]!.cost_micros_usd, data[0]!.samplings[0]!.lines[0]!.usd_per_million, data[0]!.rate_note]);
    }
    expect(shown).toEqual([
      [1_000, "1", undefined],
      [3_000, "3", undefined],
    ]);
  });

  test("says so where the book was corrected after the call was charged", async () => {
    const model = "claude-sonnet-4-5";
    const request = await call(world, tenant.id, { model, usage: { input_tokens: 1_000 } });
    await correct(world, model, { input: "4" }, "1970-01-01T00:00:00Z");
    const { data } = await world.admin<{ data: Entry[] }>("GET", `events/${request}`);
    expect(data[0]).toMatchObject({ cost_micros_usd: 3_000, sum: { cost_usd: "0.004" } });
    expect(data[0]!.rate_note).toMatch(/corrected.*USD 0\.004.*USD 0\.003/);
  });
});
