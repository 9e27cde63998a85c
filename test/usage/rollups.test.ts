import fc from "fast-check";
import { DateTime } from "luxon";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { GRAINS, grants } from "../../src/db/schema.ts";
import { instant, iso } from "../../src/kernel/clock.ts";
import type { CustomerId, GrantId } from "../../src/kernel/id.ts";
import { micros, type RateMicros } from "../../src/kernel/money.ts";
import { DIMENSIONS, type Dimension, type RollupFilter } from "../../src/usage/rollups/dimensions.ts";
import { FIGURES, type Figures } from "../../src/usage/rollups/figures.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { latencyClass } from "../../src/usage/rollups/latency.ts";
import { bucketsOf, UNITS, type Unit, widened } from "../../src/usage/rollups/spans.ts";
import { type RollupRow, sumRollups } from "../../src/usage/rollups/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { figuresOf } from "./figures-of.ts";
import { empty, key, recordIn, type Settlement, settled, tenant, user } from "./sample.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());

/** What may be drawn from: two grants of one promotion, one of another, and two of a plan and a top-up. */
const GRANTS = [
  ...[["g1", "promotional", "promotion:prm_1:a"] as const, ["g2", "promotional", "promotion:prm_1:b"] as const],
  ...[["g3", "promotional", "promotion:prm_2:a"] as const, ["g4", "included", "cycle:1:included"] as const],
  ["g5", "prepaid", null] as const,
];
const kindOf = (id: string) => GRANTS.find(([grant]) => grant === id)?.[1];
beforeAll(() =>
  db.transaction(async (tx) => {
    for (const [id, kind, source] of GRANTS)
      await tx.insert(grants).values({
        ...{
          id: id as GrantId,
          tenant_id: tenant("1"),
          customer_id: "cus_1" as CustomerId,
          kind,
          source,
          reason: "test",
        },
        ...{
          priority: 1,
          currency: "INR",
          amount: micros(0),
          used: micros(0),
          held: micros(0),
          starts_at: 0,
          created_at: 0,
        },
      });
  }),
);

/** Two months with a change of the clocks in them, in quarters of an hour and the milliseconds around them. */
const START = Date.UTC(2026, 8, 28);
const DAYS = 65;
const instants = fc
  .tuple(fc.nat(DAYS * 96), fc.constantFrom(0, 1, 899_999))
  .map(([slot, ms]) => START + slot * 900_000 + ms);
const ZONES = ["Asia/Kolkata", "UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"] as const;
const small = fc.nat(5);

const fields = fc.record({
  admitted_at: instants,
  ...{ model: fc.constantFrom("a", "b"), currency: fc.constantFrom("INR", "USD") },
  user_id: fc.constantFrom(null, user("a"), user("b")),
  key_id: fc.constantFrom(null, key("a")),
  plan_version_id: fc.constantFrom(null, "pln_1.1", "pln_1.2"),
  tags: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "="), { maxKeys: 2, noNullPrototype: true }),
  ...{ input_tokens: small, cache_read_tokens: small, cache_write_5m_tokens: small, cache_write_1h_tokens: small },
  ...{ output_tokens: fc.nat(2 ** 40), web_searches: small, cost_micros_usd: fc.nat(2 ** 30).map(micros) },
  cache_saved_micros_usd: fc.integer({ min: -1_000, max: 1_000 }).map(micros),
  rate_micros: fc.constantFrom(1_000_000, 84_512_345).map((rate) => rate as RateMicros),
  ...{ spend_micros: fc.nat(2 ** 40), uncovered_micros: small, unreconciled: fc.boolean() },
  ended: fc.constantFrom("complete", "client_gone", "upstream_error", "quota"),
  ...{ first_byte_ms: fc.option(fc.nat(400_000)), total_ms: fc.nat(400_000) },
  draws: fc.uniqueArray(
    fc.record({
      grant_id: fc.constantFrom(...GRANTS.map(([id]) => id as GrantId)),
      amount: fc.integer({ min: 1, max: 2 ** 30 }).map(micros),
    }),
    { selector: ({ grant_id }) => grant_id, maxLength: 3 },
  ),
});
const tenants = fc.constantFrom(
  ...([
    ["1", "Asia/Kolkata"],
    ["2", "America/New_York"],
    ["3", "Asia/Kolkata"],
    ["3", "UTC"],
  ] as const),
);
const uses = fc.tuple(fields, tenants).map(([use, [id, timezone]]) => ({ ...use, tenant_id: tenant(id), timezone }));

/** Fewer of them are asked for of sums over more: a rollup of its own has each. */
const OF_WHOLE = DIMENSIONS.filter((dimension) => dimension !== "user" && dimension !== "key");
const OF_ALL = OF_WHOLE.filter((dimension) => dimension !== "tenant");
const VALUES: Record<Dimension, readonly string[]> = {
  ...{ tenant: ["ten_1", "ten_2", "ten_3"], user: ["", "usr_a"], key: ["", "key_a"], model: ["a"] },
  ...{ plan_version: ["", "pln_1.1"], tag: ["x=1", "y=="], promotion: ["prm_1", "prm_2"] },
};
const filters = (dimensions: readonly Dimension[]) =>
  fc.record(Object.fromEntries(dimensions.map((dimension) => [dimension, fc.constantFrom(...VALUES[dimension])])), {
    requiredKeys: [],
  }) as fc.Arbitrary<RollupFilter>;
const questions = fc.constantFrom(DIMENSIONS, OF_WHOLE, OF_ALL).chain((dimensions) =>
  fc.record({
    range: fc.tuple(instants, instants).map(([a, b]) => widened(Math.min(a, b), Math.max(a, b) + 1)),
    timezone: fc.constantFrom(...ZONES),
    unit: fc.constantFrom<Unit | null>(null, ...UNITS),
    by: fc.subarray([...dimensions]),
    filter: filters(dimensions),
  }),
);
type Question = typeof questions extends fc.Arbitrary<infer Q> ? Q : never;
/** A report is of tags or of promotions. */
const asked = questions.filter((question) => !(asks(question, "tag") && asks(question, "promotion")));
const asks = ({ by, filter }: Question, dimension: Dimension) =>
  by.includes(dimension) || filter[dimension] !== undefined;

interface Sums {
  readonly figures: Record<string, number>;
  readonly first: number[];
  readonly total: number[];
}
const NONE = Object.fromEntries(FIGURES.map((figure) => [figure, 0])) as unknown as Figures;

/** What a report must say, in the simplest way: every event added to the groups that it is of. */
function expected(settlements: readonly Settlement[], question: Question): Map<string, Sums> {
  const { range, timezone, unit, by, filter } = question;
  const rows = new Map<string, Sums>();
  for (const { event, outcome } of settlements) {
    if (event.admitted_at < range.from || event.admitted_at >= range.to) continue;
    for (const { slice, figures, timed } of slicesOf({ event, outcome }, question)) {
      const values: Record<Dimension, string> = {
        ...{ tenant: event.tenant_id, user: event.user_id ?? "", key: event.key_id ?? "", model: event.model },
        ...{ plan_version: event.plan_version_id ?? "", tag: slice, promotion: slice },
      };
      if (Object.entries(filter).some(([name, value]) => values[name as Dimension] !== value)) continue;
      const local = DateTime.fromMillis(event.admitted_at, { zone: timezone });
      const at = unit ? local.startOf(unit).toMillis() : range.from;
      const name = JSON.stringify([at, ...by.map((dimension) => values[dimension]), event.currency]);
      const row = rows.get(name) ?? { figures: { ...NONE }, first: [], total: [] };
      rows.set(name, row);
      for (const [figure, value] of Object.entries(figures)) row.figures[figure]! += value;
      const count = (counts: number[], ms: number) => {
        counts[latencyClass(ms)] = (counts[latencyClass(ms)] ?? 0) + 1;
      };
      if (timed && event.first_byte_ms !== null) count(row.first, event.first_byte_ms);
      if (timed) count(row.total, event.total_ms);
    }
  }
  return rows;
}

/** All of an event; or for each of its tags all of it; or for each promotion what that paid for. */
function slicesOf({ event, outcome }: Settlement, question: Question) {
  const whole = { ...event, ...outcome, kind: "call", adjusts: null, reason: null, tiered: null } as never;
  const figures = figuresOf(whole, kindOf);
  if (asks(question, "tag"))
    return Object.entries(event.tags).map(([tag, value]) => ({ slice: `${tag}=${value}`, figures, timed: true }));
  if (!asks(question, "promotion")) return [{ slice: "", figures, timed: true }];
  const paid = Map.groupBy(outcome.draws, ({ grant_id }) => SOURCES.get(grant_id)?.split(":")[1] ?? "");
  return [...paid].flatMap(([slice, draws]) => {
    const amount = draws.reduce((sum, draw) => sum + draw.amount, 0);
    const paidFor = { ...NONE, requests: 1, spend_micros: amount, promotional_micros: amount };
    return slice ? [{ slice, figures: paidFor, timed: false }] : [];
  });
}
const SOURCES = new Map(
  GRANTS.flatMap(([id, kind, source]) => (kind === "promotional" ? [[id as string, source]] : [])),
);

const nameOf = ({ at, dimensions, currency }: RollupRow) => JSON.stringify([at, ...dimensions, currency]);
const sparse = (counts: readonly number[]) => Object.entries(counts).filter(([, count]) => count);

test("whatever was used, however it is asked for, folded or not: a report is the sum of the events, page by page", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(uses, { minLength: 1, maxLength: 40 }),
      fc.array(asked, { minLength: 8, maxLength: 8 }),
      fc.constantFrom(0, 25, 1_000),
      async (uses, questions, folded) => {
        await empty(db);
        const settlements = uses.map((use, i) => settled(`${i}`, use));
        await db.transaction((tx) => recordIn(tx, settlements.slice(0, folded)));
        await foldUsage(db, { rowsMax: 17 });
        await db.transaction((tx) => recordIn(tx, settlements.slice(folded)));

        for (const question of questions) {
          const { range, timezone, unit, by, filter } = question;
          const latencies = ![...by, ...Object.keys(filter)].some((name) => name === "user" || name === "key");
          const buckets = [...bucketsOf(range, unit, timezone)];
          const query = { filter, by, buckets, latencies };
          const rows = await sumRollups(db.read, query);
          const wanted = expected(settlements, question);
          expect(new Map(rows.map((row) => [nameOf(row), row.figures]))).toEqual(
            new Map([...wanted].map(([name, row]) => [name, row.figures])),
          );
          if (latencies) {
            for (const row of rows) {
              const { first, total } = wanted.get(nameOf(row))!;
              expect([sparse(row.first), sparse(row.total)]).toEqual([sparse(first), sparse(total)]);
            }
          }
          const paged: RollupRow[] = [];
          for (let more = true; more; ) {
            const page = await sumRollups(db.read, { ...query, after: paged.at(-1), limit: 3 });
            paged.push(...page);
            more = page.length > 0;
          }
          expect(paged).toEqual(rows);
        }
      },
    ),
    { numRuns: 12 },
  );
});

test("a span is cut into few pieces: what has most of a month, a day or an hour is the whole less what is outside of it", async () => {
  const { piecesOf } = await import("../../src/usage/rollups/spans.ts");
  const at = (text: string) => instant(Date.parse(text));
  const range = { from: at("2026-01-15T03:00:00Z"), to: at("2027-02-03T20:15:00Z") };
  const pieces = piecesOf({ label: range.from, ...range }, "Asia/Kolkata");
  expect(pieces.map(({ grain, from, to, sign }) => [sign, grain, ...[from, to].map((time) => iso(time))])).toEqual([
    // January from the 15th, 08:30 on.
    [1, GRAINS.month, "2025-12-31T18:30:00.000Z", "2026-01-31T18:30:00.000Z"],
    [-1, GRAINS.day, "2025-12-31T18:30:00.000Z", "2026-01-14T18:30:00.000Z"],
    [-1, GRAINS.hour, "2026-01-14T18:30:00.000Z", "2026-01-15T02:30:00.000Z"],
    [-1, GRAINS.slot, "2026-01-15T02:30:00.000Z", "2026-01-15T03:00:00.000Z"],
    [1, GRAINS.month, "2026-01-31T18:30:00.000Z", "2027-01-31T18:30:00.000Z"],
    // Until the 4th of February, 01:45.
    [1, GRAINS.day, "2027-01-31T18:30:00.000Z", "2027-02-03T18:30:00.000Z"],
    [1, GRAINS.hour, "2027-02-03T18:30:00.000Z", "2027-02-03T20:30:00.000Z"],
    [-1, GRAINS.slot, "2027-02-03T20:15:00.000Z", "2027-02-03T20:30:00.000Z"],
  ]);
});
