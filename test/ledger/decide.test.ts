import { describe, expect, test } from "vitest";
import type { Operation } from "../../src/ledger/books.ts";
import { decide } from "../../src/ledger/decide.ts";
import { drawn, ledgerOf, place, settle } from "./ledger-of.ts";
import { amountsOf, booksOf, counterRefOf, demandOf, grantOf, NOW } from "./sample.ts";

describe("grants are drawn", () => {
  test("by priority first, then the soonest to expire, then by age", () => {
    const ledger = ledgerOf(
      grantOf("prepaid", { priority: 30 }),
      grantOf("later", { priority: 20, expires_at: NOW + 2 }),
      grantOf("older", { priority: 20 }),
      grantOf("younger", { priority: 20 }),
      grantOf("sooner", { priority: 20, expires_at: NOW + 1 }),
      grantOf("included", { priority: 10 }),
    );
    expect(drawn(ledger.hold("a", 550))).toEqual([
      ["included", 100],
      ["sooner", 100],
      ["later", 100],
      ["older", 100],
      ["younger", 100],
      ["prepaid", 50],
    ]);
  });

  test("only while they are in force at admission: from their start, up to but not at their end", () => {
    const ledger = ledgerOf(
      grantOf("expired", { expires_at: NOW }),
      grantOf("future", { starts_at: NOW + 1 }),
      grantOf("begins", { starts_at: NOW, expires_at: NOW + 1 }),
    );
    expect(drawn(ledger.hold("a", 100))).toEqual([["begins", 100]]);
    expect(ledger.do(place("b", 1))[0]).toMatchObject({ kind: "refused", refusal: { by: "grants" } });
  });

  test("of the customer who pays, and of nobody else", () => {
    const ledger = ledgerOf(
      grantOf("mine", { amount: 10 }),
      grantOf("theirs", { customer_id: "cus_2", amount: 1_000 }),
    );
    expect(ledger.do(place("a", 11))[0]!.kind).toBe("refused");
    expect(drawn(ledger.hold("b", 10))).toEqual([["mine", 10]]);
  });
});

describe("a refusal", () => {
  test("by grants says what was needed and what is left, and changes nothing", () => {
    const books = booksOf({ grants: [grantOf("a", { used: 30, held: 30 }), grantOf("b", { used: 95 })] });
    const decision = decide(books, [place("x", 46)]);
    expect(decision.answers).toEqual([
      { kind: "refused", refusal: { by: "grants", needed_micros: 46, remaining_micros: 45 } },
    ]);
    expect(decision).toMatchObject({ grants: [], counters: [], holds: [], settled: [] });
  });

  test("by a limit says which, how far it goes, what was needed and what is left", () => {
    const ledger = ledgerOf(grantOf("a"));
    const demand = demandOf("output_tokens", 25);
    ledger.hold("first", 20, [demand]);
    expect(ledger.do(place("second", 6, [demand]))).toEqual([
      {
        kind: "refused",
        refusal: {
          ...{ by: "limit", limit_id: demand.limit_id, counter: demand.counter },
          ...{ amount: 25, needed: 6, remaining: 5 },
        },
      },
    ]);
    expect(ledger.grant("a").held).toBe(20);
  });

  test("by a limit comes before one by grants, and of several limits the first that is too small", () => {
    const demands = [demandOf("requests", 5), demandOf("output_tokens", 10), demandOf("input_tokens", 1)];
    expect(ledgerOf().do(place("a", 11, demands))[0]).toMatchObject({ refusal: { limit_id: "lim_output_tokens" } });
  });

  test("never says that less than nothing is left", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("first", 5, [demandOf("spend_micros", 10)]);
    ledger.do(settle(hold, 40));
    const refused = ledger.do(place("second", 1, [demandOf("spend_micros", 10)]));
    expect(refused[0]).toMatchObject({ refusal: { remaining: 0 } });
  });
});

describe("limits", () => {
  test("that are soft count and never refuse", () => {
    const ledger = ledgerOf(grantOf("a"));
    ledger.hold("x", 50, [demandOf("spend_micros", 10, { hard: false })]);
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ held: 50, used: 0 });
  });

  test("let in exactly as much as they allow, and are held and then used", () => {
    const ledger = ledgerOf(grantOf("a"));
    const demands = [demandOf("requests", 2), demandOf("total_tokens", 40), demandOf("spend_micros", 20)];
    const hold = ledger.hold("x", 10, demands);
    ledger.hold("y", 10, demands);
    expect(ledger.do(place("z", 0, demands))[0]).toMatchObject({ refusal: { limit_id: "lim_requests" } });
    ledger.do({ ...settle(hold, 3), used: amountsOf({ spend_micros: 3, total_tokens: 7 }) } as Operation<string>);
    expect(ledger.counter(counterRefOf("total_tokens").id)).toMatchObject({ used: 7, held: 20 });
    expect(ledger.counter(counterRefOf("spend_micros").id)).toMatchObject({ used: 3, held: 10 });
    expect(ledger.counter(counterRefOf("requests").id)).toMatchObject({ used: 1, held: 1 });
  });

  test("that were lowered block placing and nothing else", () => {
    const ledger = ledgerOf(grantOf("a"));
    const hold = ledger.hold("x", 50, [demandOf("spend_micros", 60)]);
    expect(ledger.do(place("y", 1, [demandOf("spend_micros", 20)]))[0]!.kind).toBe("refused");
    expect(ledger.do(settle(hold, 50))[0]).toMatchObject({ outcome: { spend_micros: 50, uncovered_micros: 0 } });
  });
});
