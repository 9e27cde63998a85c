import { describe, expect, test } from "vitest";
import type { Demand, Hold, Operation } from "../../src/ledger/books.ts";
import { drawn, ledgerOf, place, settle } from "./ledger-of.ts";
import { counterRefOf, demandOf, grantOf, NOW, spending } from "./sample.ts";

const extend = (hold: Hold, spend: number, demands: Demand[] = []): Operation<string> => ({
  ...{ kind: "extend", hold, needs: spending(spend), demands },
});
const spendCounter = counterRefOf("spend_micros").id;

describe("a hold that is extended", () => {
  test("holds what it needs in all, of the next grants in their order, and its caller is told the whole hold", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 30 }), grantOf("b", { priority: 20 }));
    const demands = [demandOf("spend_micros", 90)];
    const hold = ledger.hold("x", 20, demands);
    const [answer] = ledger.do(extend(hold, 70, demands));
    if (answer!.kind !== "extended") throw new Error(answer!.kind);
    expect(drawn(answer!.hold)).toEqual([
      ["a", 30],
      ["b", 40],
    ]);
    expect(ledger.counter(spendCounter)).toMatchObject({ held: 70, used: 0 });
    ledger.do(settle(hold, 65)); // with the hold as it was first answered
    expect(ledger.grant("b")).toMatchObject({ used: 35, held: 0 });
    expect(ledger.counter(spendCounter)).toMatchObject({ held: 0, used: 65 });
  });

  test("takes once, however often it is asked, and never gives back", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 20);
    ledger.do(extend(hold, 50), extend(hold, 50), extend(hold, 10));
    expect(ledger.grant("a")).toMatchObject({ held: 50 });
  });

  test("is refused where grants or a hard limit do not have the difference, and holds what it held", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 60 }));
    const demand = demandOf("spend_micros", 50);
    const hold = ledger.hold("x", 20, [demand]);
    expect(ledger.do(extend(hold, 51, [demand]))[0]).toMatchObject({
      ...{ kind: "refused", refusal: { by: "limit", needed: 31, remaining: 30 } },
    });
    expect(ledger.do(extend(hold, 61, []))[0]).toMatchObject({
      ...{ kind: "refused", refusal: { by: "grants", needed_micros: 41, remaining_micros: 40 } },
    });
    expect(ledger.grant("a")).toMatchObject({ held: 20 });
    expect(ledger.do(extend(hold, 50, [demand]))[0]!.kind).toBe("extended");
  });

  test("goes by its limits as they stand now, and by its grants as they stood at admission", () => {
    const ledger = ledgerOf(grantOf("a", { expires_at: NOW + 1 }), grantOf("later", { starts_at: NOW + 1 }));
    const hold = ledger.hold("x", 20, [demandOf("spend_micros", 50)]);
    expect(ledger.do(extend(hold, 30, [demandOf("spend_micros", 25)]))[0]!.kind).toBe("refused");
    expect(ledger.do(extend(hold, 100, [demandOf("spend_micros", 500)]))[0]!.kind).toBe("extended");
    expect(ledger.do(extend(hold, 101, [demandOf("spend_micros", 500)]))[0]!.kind).toBe("refused");
  });

  test("is not refused by a soft limit, which counts it all the same", () => {
    const ledger = ledgerOf(grantOf("a"));
    const demands = [demandOf("spend_micros", 10, { hard: false })];
    const hold = ledger.hold("x", 20, demands);
    expect(ledger.do(extend(hold, 70, demands))[0]!.kind).toBe("extended");
    expect(ledger.counter(spendCounter)).toMatchObject({ held: 70 });
  });

  test("is over where it has ended", () => {
    const ledger = ledgerOf(grantOf("a"));
    const [settled, released] = [ledger.hold("x", 20), ledger.hold("y", 20)];
    ledger.do(settle(settled, 5), { kind: "release", hold: released, at: NOW });
    expect(ledger.do(extend(settled, 50), extend(released, 50))).toEqual([{ kind: "over" }, { kind: "over" }]);
    expect(ledger.grant("a")).toMatchObject({ used: 5, held: 0 });
  });

  test("is never refused in observe mode", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 30 }));
    const hold = ledger.hold("x", 20, [demandOf("spend_micros", 1)], { observe: true });
    expect(ledger.do(extend(hold, 70, [demandOf("spend_micros", 1)]))[0]!.kind).toBe("extended");
    expect(ledger.grant("a")).toMatchObject({ held: 30 });
  });
});

describe("the shares of a limit at which an alert is due", () => {
  const demands = [demandOf("spend_micros", 100, { hard: false, alert_at: [0.5, 0.8, 1] })];

  test("are noted when what was used reaches them, each once, several at a time", () => {
    const ledger = ledgerOf(grantOf("a", { amount: 1_000 }));
    for (const [spend, thresholds] of [
      [49, []],
      [1, [0.5]],
      [10, []],
      [60, [0.8, 1]],
      [60, []],
    ] as const) {
      ledger.passed.length = 0;
      ledger.do(settle(ledger.hold(`${spend} ${thresholds}`, 5, demands), spend));
      expect(ledger.passed.map(({ threshold }) => threshold)).toEqual(thresholds);
    }
  });

  test("say which limit and counter, and how far it is", () => {
    const ledger = ledgerOf(grantOf("a"));
    ledger.do(settle(ledger.hold("x", 5, demands), 55));
    expect(ledger.passed).toEqual([
      { ...{ limit_id: demands[0]!.limit_id, counter: demands[0]!.counter, threshold: 0.5, amount: 100, used: 55 } },
    ]);
  });

  test("are not reached by what is only held, nor a second time by settling again", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 90, demands);
    expect(ledger.passed).toEqual([]);
    ledger.do(settle(hold, 60));
    ledger.do(settle(hold, 60));
    expect(ledger.passed).toHaveLength(1);
  });
});

test("whoever places is told how each limit stands, what it holds counted", () => {
  const ledger = ledgerOf(grantOf("a"));
  const demands = [demandOf("spend_micros", 50), demandOf("requests", 5)];
  const [answer] = ledger.do(place("x", 20, demands));
  expect(answer).toMatchObject({
    standings: [
      { demand: demands[0], remaining: 30 },
      { demand: demands[1], remaining: 4 },
    ],
  });
});
