import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tiers, tieredAtMost, tieredSpend, tierParts } from "../../src/catalog/tiers.ts";

const tiers = Tiers.parse([
  { up_to_micros: 1_000, multiplier_ppm: 1_500_000 },
  { up_to_micros: 5_000, multiplier_ppm: 1_000_000 },
  { multiplier_ppm: 333_333 },
]);

describe("graduated prices", () => {
  test("charge each part of a spend by the tier it lies in", () => {
    expect(tieredSpend(tiers, 0, 1_000)).toBe(1_500);
    expect(tieredSpend(tiers, 0, 2_000)).toBe(2_500);
    expect(tieredSpend(tiers, 900, 200)).toBe(250);
    expect(tieredSpend(tiers, 4_000, 4_000)).toBe(2_000);
    expect(tierParts(tiers, 900, 5_000)).toEqual([
      { multiplier_ppm: 1_500_000, list_micros: 100 },
      { multiplier_ppm: 1_000_000, list_micros: 4_000 },
      { multiplier_ppm: 333_333, list_micros: 900 },
    ]);
  });

  test("take back from the end", () => {
    expect(tieredSpend(tiers, 1_100, -200)).toBe(-250);
    expect(tieredSpend(tiers, 100, -100)).toBe(-150);
  });

  test.each([
    ["whose last has a bound", [{ up_to_micros: 5, multiplier_ppm: 1 }]],
    [
      "that do not rise",
      [{ up_to_micros: 5, multiplier_ppm: 1 }, { up_to_micros: 5, multiplier_ppm: 2 }, { multiplier_ppm: 3 }],
    ],
    ["with an open one in the middle", [{ multiplier_ppm: 1 }, { multiplier_ppm: 3 }]],
    ["of nothing", []],
  ])("cannot be %s", (_, list) => expect(Tiers.safeParse(list).success).toBe(false));
});

const anyTiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { maxLength: 5 }),
    fc.array(fc.nat(3_000_000), { minLength: 6, maxLength: 6 }),
  )
  .map(([bounds, multipliers]) =>
    Tiers.parse([
      ...bounds.sort((a, b) => a - b).map((up_to_micros, i) => ({ up_to_micros, multiplier_ppm: multipliers[i] })),
      { multiplier_ppm: multipliers[5] },
    ]),
  );

describe("whatever the tiers", () => {
  test("the parts of a cycle come to the whole of it to the micro, in any order", () => {
    fc.assert(
      fc.property(
        anyTiers,
        fc.array(fc.nat(500), { maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        (tiers, calls, dice) => {
          const dealt = calls.map((list) => [dice.next().value as number, list] as const);
          const shuffled = dealt.sort(([a], [b]) => a - b).map(([, list]) => list);
          for (const order of [calls, shuffled]) {
            let from = 0;
            let sum = 0;
            for (const list of order) {
              sum += tieredSpend(tiers, from, list);
              from += list;
            }
            expect(sum).toBe(tieredSpend(tiers, 0, from));
          }
        },
      ),
    );
  });

  test("what is held for a spend covers it, however much is settled before", () => {
    fc.assert(
      fc.property(anyTiers, fc.nat(4_000), fc.nat(2_000), fc.nat(2_000), (tiers, from, before, list) => {
        expect(tieredSpend(tiers, from + before, list)).toBeLessThanOrEqual(tieredAtMost(tiers, from, list));
      }),
    );
  });
});
