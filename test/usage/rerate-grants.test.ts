import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CustomerId, GrantId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Draw, Grant, Outcome } from "../../src/ledger/books.ts";
import { adjust } from "../../src/ledger/decide.ts";

const CUSTOMER = "cus_1" as CustomerId;
const grant = (id: string, amount: number, used: number, fields: Partial<Grant> = {}): Grant => ({
  ...{ id: id as GrantId, customer_id: CUSTOMER, priority: 1, starts_at: 0, expires_at: null, held: micros(0) },
  ...{ amount: micros(amount), used: micros(used) },
  ...fields,
});
const draws = (...parts: [string, number][]): Draw[] =>
  parts.map(([id, amount]) => ({ grant_id: id as GrantId, amount: micros(amount) }));
const outcome = (spend: number, uncovered: number, drawn: Draw[]): Outcome => ({
  ...{ spend_micros: micros(spend), uncovered_micros: micros(uncovered), draws: drawn },
});

const change = (grants: readonly Grant[], so_far: readonly Outcome[], more: number, observe = false) => {
  const asked = { customer_id: CUSTOMER, so_far, more: micros(more), observe, at: 100 };
  const { grants: changed, outcomes } = adjust(new Map([[CUSTOMER, grants]]), [asked]);
  return { outcome: outcomes[0]!, used: Object.fromEntries(changed.map(({ id, used }) => [id, used])) };
};

describe("more that is owed", () => {
  test("is drawn from the active grants in their order; what is left over is the operator's", () => {
    const grants = [
      grant("b", 50, 45, { priority: 2 }),
      grant("a", 100, 90),
      grant("past", 100, 0, { expires_at: 100 }),
      grant("later", 100, 0, { starts_at: 101 }),
    ];
    expect(change(grants, [], 20)).toEqual({
      outcome: outcome(15, 5, draws(["a", 10], ["b", 5])),
      used: { a: 100, b: 50 },
    });
  });

  test("never touches what is held for others", () => {
    expect(change([grant("a", 100, 50, { held: micros(45) })], [], 20).outcome).toEqual(
      outcome(5, 15, draws(["a", 5])),
    );
  });

  test("is spend of an observed tenant, covered or not", () => {
    expect(change([grant("a", 100, 95)], [], 20, true).outcome).toEqual(outcome(20, 0, draws(["a", 5])));
  });
});

describe("less that is owed", () => {
  test("goes back to the grants it was drawn from, the newest draw first", () => {
    const so_far = [outcome(30, 0, draws(["a", 20], ["b", 10])), outcome(5, 0, draws(["a", 5]))];
    const grants = [grant("a", 100, 25), grant("b", 10, 10)];
    expect(change(grants, so_far, -5).outcome.draws).toEqual(draws(["a", -5]));
    expect(change(grants, so_far, -12)).toEqual({
      outcome: outcome(-12, 0, draws(["a", -5], ["b", -7])),
      used: { a: 20, b: 3 },
    });
    expect(change(grants, so_far, -35).used).toEqual({ a: 0, b: 0 });
  });

  test("is given back once: what an earlier adjustment gave back is not there any more", () => {
    const so_far = [outcome(30, 0, draws(["a", 20], ["b", 10])), outcome(-10, 0, draws(["b", -10]))];
    expect(change([grant("a", 100, 20), grant("b", 10, 0)], so_far, -4).outcome.draws).toEqual(draws(["a", -4]));
  });

  test("goes back to a grant that has expired, too, and never takes one below zero", () => {
    const so_far = [outcome(30, 0, draws(["a", 30]))];
    const gone = grant("a", 30, 12, { expires_at: 50 });
    expect(change([gone], so_far, -20)).toEqual({ outcome: outcome(-20, 0, draws(["a", -12])), used: { a: 0 } });
  });
});

test("whatever the price is corrected to, a call and its adjustments come to it, and grants stay within their bounds", () => {
  const amounts = fc.array(fc.nat(100), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      amounts,
      fc.array(fc.nat(300), { minLength: 2, maxLength: 8 }),
      fc.boolean(),
      (sizes, owed, observe) => {
        let grants = sizes.map((size, index) => grant(`g${index}`, size, 0));
        const so_far: Outcome[] = [];
        let before = 0;
        for (const total of owed) {
          const asked = { customer_id: CUSTOMER, so_far: [...so_far], more: micros(total - before), observe, at: 100 };
          const made = adjust(new Map([[CUSTOMER, grants]]), [asked]);
          grants = grants.map((old) => made.grants.find(({ id }) => id === old.id) ?? old);
          so_far.push(made.outcomes[0]!);
          before = total;

          const sum = (of: (part: Outcome) => number) => so_far.reduce((all, part) => all + of(part), 0);
          const [spend, uncovered] = [sum((part) => part.spend_micros), sum((part) => part.uncovered_micros)];
          const drawn = sum((part) => part.draws.reduce((all, { amount }) => all + amount, 0));
          expect(spend + uncovered).toBe(total);
          expect(Math.min(spend, uncovered)).toBeGreaterThanOrEqual(0);
          expect(drawn).toBe(grants.reduce((all, { used }) => all + used, 0));
          expect(observe ? drawn <= spend : drawn === spend).toBe(true);
          for (const { used, amount } of grants) expect(used >= 0 && used <= amount).toBe(true);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
