import fc from "fast-check";
import { expect, test } from "vitest";
import { Tiers, tieredSpend } from "../../src/catalog/tiers.ts";
import { instant } from "../../src/kernel/clock.ts";
import type { Hold, Operation, Tiering } from "../../src/ledger/books.ts";
import { tieringOf } from "../../src/ledger/limits.ts";
import { ledgerOf, place, settle } from "./ledger-of.ts";
import { CUSTOMER, demandOf, grantOf, NOW, TENANT } from "./sample.ts";

const anyTiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 50, max: 2_000 }), { maxLength: 3 }),
    fc.array(fc.integer({ min: 100_000, max: 2_500_000 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([bounds, multipliers]) =>
    Tiers.parse([
      ...bounds.sort((a, b) => a - b).map((up_to_micros, i) => ({ up_to_micros, multiplier_ppm: multipliers[i] })),
      { multiplier_ppm: multipliers[3] },
    ]),
  );
const dice = fc.array(fc.tuple(fc.nat(9), fc.nat(999), fc.nat(80)), { minLength: 60, maxLength: 60 });

const tieringBy = (tiers: Tiering["tiers"]): Tiering =>
  tieringOf(tiers, CUSTOMER, { tenant_id: TENANT, timezone: "UTC", cycle: null, at: instant(NOW) })!;
const placing = (id: string, list: number, tiering: Tiering, limit: number): Operation<string> => ({
  ...(place(id, list, [demandOf("spend_micros", limit)]) as Extract<Operation<string>, { kind: "place" }>),
  tiering,
});

test("a cycle comes to what all of its spend at list comes to, and no grant or hard limit is passed on the way", () => {
  fc.assert(
    fc.property(anyTiers, dice, fc.integer({ min: 500, max: 6_000 }), (tiers, run, limit) => {
      const tiering = tieringBy(tiers);
      const books = ledgerOf(grantOf("a", { amount: 2_000 }), grantOf("b", { amount: 5_000 }));
      const open = new Map<string, { hold: Hold; list: number }>();
      let list = 0;
      let owed = 0;
      for (const [index, [what, which, size]] of run.entries()) {
        const known = [...open.values()][which % Math.max(1, open.size)];
        if (what < 4 || !known) {
          const [answer] = books.do(placing(`r${index}`, size, tiering, limit));
          if (answer!.kind === "placed") open.set(answer!.hold.id, { hold: answer!.hold, list: size });
        } else if (what < 8) {
          const used = Math.min(size, known.list);
          const [answer] = books.do(settle(known.hold, used), settle(known.hold, used));
          if (answer!.kind !== "settled") throw new Error("not settled");
          // What was held covered it: nothing of a call that stays within its bound is ever the operator's.
          expect(answer!.outcome.uncovered_micros).toBe(0);
          owed += answer!.outcome.spend_micros;
          list += used;
          open.delete(known.hold.id);
        } else if (what === 8) {
          books.do({ kind: "release", hold: known.hold, at: NOW });
          open.delete(known.hold.id);
        } else {
          const more = known.list + size;
          const spending = { requests: 1, input_tokens: 0, output_tokens: 0, total_tokens: 0, spend_micros: more };
          const demands = [demandOf("spend_micros", limit)];
          const [answer] = books.do({ kind: "extend", hold: known.hold, needs: spending, demands });
          if (answer!.kind === "extended") open.set(known.hold.id, { hold: answer!.hold, list: more });
        }
        const counter = books.counter(demandOf("spend_micros", limit).counter.id);
        expect((counter?.used ?? 0) + (counter?.held ?? 0)).toBeLessThanOrEqual(limit);
        const tier = books.counter(tiering.counter.id);
        expect(tier?.held ?? 0).toBe([...open.values()].reduce((sum, { list }) => sum + list, 0));
        expect(tier?.used ?? 0).toBe(list);
      }
      expect(owed).toBe(tieredSpend(tiers, 0, list));
      expect(books.grant("a").used + books.grant("b").used).toBe(owed);
      expect(books.counter(demandOf("spend_micros", limit).counter.id)?.used ?? 0).toBe(owed);
    }),
    { numRuns: 300 },
  );
});

test("a hold whose row was lost settles by the tiers it carries", () => {
  const tiering = tieringBy(
    Tiers.parse([{ up_to_micros: 10, multiplier_ppm: 2_000_000 }, { multiplier_ppm: 500_000 }]),
  );
  const [answer] = ledgerOf(grantOf("a")).do(placing("lost", 20, tiering, 1_000));
  if (answer!.kind !== "placed") throw new Error("not placed");
  const [settled] = ledgerOf(grantOf("a")).do(settle(answer!.hold, 20));
  expect(settled).toMatchObject({
    outcome: { spend_micros: 25, tiered: { counter_id: tiering.counter.id, list_micros: 20, from_micros: 0 } },
  });
});
