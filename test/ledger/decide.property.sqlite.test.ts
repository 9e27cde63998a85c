import { deepStrictEqual as same } from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { decide } from "../../src/ledger/decide.ts";
import { checkAnswer, checkBalance, checkReplay } from "./promises.ts";
import {
  type Act,
  after,
  booksFor,
  type Dice,
  type GrantDice,
  operationOf,
  type State,
  stateOf,
} from "./random-ledger.ts";

const OPERATIONS_PER_RUN = 100;
const OPERATIONS = 100_000 * Number(process.env.TOLLGATE_FUZZ_RUNS ?? 1);

const dice: fc.Arbitrary<Dice> = fc.tuple(fc.nat(13), fc.nat(999), fc.nat(60), fc.nat(40), fc.nat(255));
const run = fc.array(dice, { minLength: OPERATIONS_PER_RUN, maxLength: OPERATIONS_PER_RUN });
const grants: fc.Arbitrary<GrantDice[]> = fc.array(
  fc.tuple(fc.nat(600), fc.nat(3), fc.integer({ min: -20, max: 15 }), fc.nat(25), fc.nat(1)),
  { maxLength: 8 },
);

/** `decide` knows no engine, so once is enough. `TOLLGATE_FUZZ_RUNS` multiplies how much is tried. */
describe("whatever comes, in whatever order", () => {
  test(`${OPERATIONS} random operations keep every promise of the ledger`, { timeout: 0 }, () => {
    fc.assert(
      fc.property(grants, run, (grants, run) => {
        let state = stateOf(grants);
        for (let from = 0; from < run.length; ) {
          const to = from + 1 + (run[from]![1] % 6);
          const batch = run.slice(from, to).map((dice) => operationOf(state, dice));
          state = committed(state, batch, { lost: run[from]![3] === 0 });
          from = to;
        }
      }),
      { numRuns: Math.ceil(OPERATIONS / OPERATIONS_PER_RUN) },
    );
  });
});

/** The state after a batch, having made sure of everything that must hold. */
function committed(state: State, batch: readonly Act[], { lost }: { lost: boolean }): State {
  const decision = decide(booksFor(state, batch), batch);
  const next = after(state, decision, { lost });

  // One after the other comes to the same as all at once.
  let single = state;
  for (const [index, operation] of batch.entries()) {
    const one = decide(booksFor(single, [operation]), [operation]);
    same(one.answers[0], decision.answers[index]);
    checkAnswer(single, operation, one);
    single = after(single, one, { lost: false });
  }
  if (lost) return next;
  same([next.grants, next.counters, next.holds], [single.grants, single.counters, single.holds]);

  checkBalance(next);
  const again = decide(booksFor(next, batch), batch);
  checkReplay(batch, decision, again, { state: next, replayed: after(next, again, { lost: false }) });
  return next;
}
