import { describe, expect, test } from "vitest";
import { micros } from "../../src/kernel/money.ts";
import type { Operation } from "../../src/ledger/books.ts";
import { decide } from "../../src/ledger/decide.ts";
import { drawn, ledgerOf, settle } from "./ledger-of.ts";
import { booksOf, counterRefOf, demandOf, grantOf, NOW } from "./sample.ts";

describe("settling", () => {
  test("gives back what was not used, of the last grants that were drawn", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 30 }), grantOf("b", { priority: 20 }));
    const hold = ledger.hold("x", 80);
    expect(ledger.do(settle(hold, 35))).toEqual([
      {
        ...{ kind: "settled", again: false },
        outcome: {
          ...{ spend_micros: 35, uncovered_micros: 0 },
          draws: [
            { grant_id: "a", amount: 30 },
            { grant_id: "b", amount: 5 },
          ],
        },
      },
    ]);
    expect(ledger.grant("b")).toMatchObject({ used: 5, held: 0 });
  });

  test("beyond the hold draws on while grants last, once per grant; the rest is uncovered and never the tenant's", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 30 }), grantOf("b", { priority: 20, amount: 40 }));
    const hold = ledger.hold("x", 10, [demandOf("spend_micros", 1_000)]);
    ledger.hold("other", 15);
    expect(ledger.do(settle(hold, 100))[0]).toMatchObject({
      outcome: {
        ...{ spend_micros: 55, uncovered_micros: 45 },
        draws: [
          { grant_id: "a", amount: 15 },
          { grant_id: "b", amount: 40 },
        ],
      },
    });
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ used: 55, held: 0 });
    expect(ledger.grant("a")).toMatchObject({ used: 15, held: 15 });
  });

  test("never takes a hard limit of spend over its amount: the rest is uncovered, though grants have more", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 1_000 }));
    const hard = demandOf("spend_micros", 50);
    const soft = demandOf("spend_micros", 20, { hard: false, counter: counterRefOf("spend_micros", { id: "soft" }) });
    const hold = ledger.hold("x", 10, [hard, soft]);
    ledger.hold("other", 15, [hard]);
    expect(ledger.do(settle(hold, 100))[0]).toMatchObject({ outcome: { spend_micros: 35, uncovered_micros: 65 } });
    expect(ledger.counter(hard.counter.id)).toMatchObject({ used: 35, held: 15 });
    expect(ledger.counter("soft")).toMatchObject({ used: 35, held: 0 });
    expect(ledger.grant("a")).toMatchObject({ used: 35, held: 15 });
  });

  test("is judged at admission: a grant that has expired since still pays", () => {
    const ledger = ledgerOf(grantOf("a", { expires_at: NOW + 1 }));
    const hold = ledger.hold("x", 10);
    const late = { ...settle(hold, 25), at: NOW + 3_600_000 } as Operation<string>;
    expect(ledger.do(late)[0]).toMatchObject({ outcome: { spend_micros: 25, uncovered_micros: 0 } });
  });

  test("succeeds where the hold was lost: everything is drawn anew", () => {
    const hold = ledgerOf(grantOf("a")).hold("x", 50, [demandOf("spend_micros", 60)]);
    const ledger = ledgerOf(grantOf("a", { amount: 20 }));
    const [answer] = ledger.do(settle(hold, 30));
    expect(answer).toMatchObject({ again: false, outcome: { spend_micros: 20, uncovered_micros: 10 } });
    expect(ledger.grant("a")).toMatchObject({ used: 20, held: 0 });
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ used: 20, held: 0 });
  });

  test("carries its event along, once", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 10);
    const { settled, answers } = decide(ledger.books(), [settle(hold, 3), settle(hold, 9)]);
    expect(settled).toHaveLength(1);
    expect(settled[0]).toMatchObject({ event: "event of tgr_x", outcome: { spend_micros: 3 } });
    expect(answers[1]).toMatchObject({ again: true, outcome: { spend_micros: 3 } });
  });
});

describe("in observe mode", () => {
  const observe = { observe: true };
  test("nothing is refused: grants are drawn while they last, and nothing is uncovered", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 30 }));
    const hold = ledger.hold("x", 50, [demandOf("spend_micros", 1)], observe);
    expect(drawn(hold)).toEqual([["a", 30]]);
    expect(ledger.do(settle(hold, 60))[0]).toMatchObject({
      outcome: { spend_micros: 60, uncovered_micros: 0, draws: [{ grant_id: "a", amount: 30 }] },
    });
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ used: 60, held: 0 });
  });
});

describe("a hold ends once", () => {
  test("released, it gives everything back, and a settle that comes later bills nothing", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 50, [demandOf("spend_micros", 60)]);
    expect(ledger.do({ kind: "release", hold, at: NOW })).toEqual([{ kind: "done" }]);
    expect(ledger.do(settle(hold, 50))).toEqual([
      { kind: "settled", again: true, outcome: { spend_micros: 0, uncovered_micros: 0, draws: [] } },
    ]);
    expect(ledger.grant("a")).toMatchObject({ used: 0, held: 0 });
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ used: 0, held: 0 });
  });

  test("settled, it cannot be released, and a checkpoint that comes later leaves no mark", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 50);
    ledger.do({ kind: "checkpoint", hold, checkpoint: { n: 1 } }, settle(hold, 20));
    ledger.do({ kind: "release", hold, at: NOW }, { kind: "checkpoint", hold, checkpoint: { n: 2 } });
    expect(ledger.books().holds.get(hold.id)).toMatchObject({ state: "settled", checkpoint: { n: 1 } });
    expect(ledger.grant("a")).toMatchObject({ used: 20, held: 0 });
  });
});

test("what cannot be is an error, not a number: a hold on a grant that is not in its books", () => {
  const hold = ledgerOf(grantOf("a")).hold("x", 10);
  const row = { ...hold, state: "open", ended_at: null, checkpoint: null, outcome: null } as const;
  const broken = booksOf({ holds: [row] });
  expect(() => decide(broken, [settle(hold, 1)])).toThrow(/not in its books/);
  const unbalanced = booksOf({ holds: [row], grants: [grantOf("a", { held: micros(5) })] });
  expect(() => decide(unbalanced, [settle(hold, 1)])).toThrow(/out of balance/);
});
