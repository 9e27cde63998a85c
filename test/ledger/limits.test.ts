import { describe, expect, test } from "vitest";
import { NewLimit } from "../../src/catalog/new-limit.ts";
import { instant } from "../../src/kernel/clock.ts";
import type { LimitId } from "../../src/kernel/id.ts";
import { amountAt, demandsOf, type Limit, type LimitContext } from "../../src/ledger/limits.ts";
import { key, NOW, TENANT, user } from "./sample.ts";

const limitOf = (id: string, fields: Partial<Limit> = {}): Limit => ({
  ...{ id: id as LimitId, scope: "tenant", subject_id: TENANT, metric: "spend_micros", window: "day", amount: 100 },
  ...{ models: [], enforcement: "hard", alert_at: [], raise: null },
  ...fields,
});
const context: LimitContext = {
  ...{ tenant_id: TENANT, user_id: user("alice"), key_id: key("1"), model: "claude-haiku-5-5" },
  ...{ timezone: "Asia/Kolkata", at: instant(NOW) },
};
const bearing = (limits: Limit[], fields: Partial<LimitContext> = {}) =>
  demandsOf(limits, { ...context, ...fields }).map(({ limit_id }) => limit_id as string);

describe("the limits that bear on a request", () => {
  test("are its tenant's, its user's and its key's, and nobody else's", () => {
    const limits = [
      limitOf("tenant"),
      limitOf("user", { scope: "user", subject_id: user("alice") }),
      limitOf("key", { scope: "key", subject_id: key("1") }),
      limitOf("other user", { scope: "user", subject_id: user("bob") }),
      limitOf("other key", { scope: "key", subject_id: key("2") }),
      limitOf("other tenant", { subject_id: "ten_2" }),
    ];
    expect(bearing(limits)).toEqual(["tenant", "user", "key"]);
    expect(bearing(limits, { user_id: null, key_id: null })).toEqual(["tenant"]);
  });

  test("are those whose globs match the model; without globs it is every model", () => {
    const limits = [
      limitOf("haiku", { models: ["claude-haiku-*"] }),
      limitOf("opus", { models: ["claude-opus-*"] }),
      limitOf("either", { models: ["claude-haiku-5-5", "claude-opus-*"] }),
      limitOf("all"),
    ];
    expect(bearing(limits)).toEqual(["haiku", "either", "all"]);
    expect(bearing(limits, { model: "claude-opus-5-5" })).toEqual(["opus", "either", "all"]);
  });

  test("count in different counters where metric, window or models differ", () => {
    const limits = [limitOf("a"), limitOf("b", { window: "hour" }), limitOf("c", { metric: "requests" })];
    const demands = demandsOf([...limits, limitOf("d", { models: ["claude-*"] })], context);
    expect(new Set(demands.map(({ counter }) => counter.id)).size).toBe(4);
  });
});

describe("what each user may use", () => {
  const each = limitOf("each", { scope: "each_user", amount: 10 });

  test("counts every user apart, and does not bear on requests without one", () => {
    const [alice] = demandsOf([each], context);
    const [bob] = demandsOf([each], { ...context, user_id: user("bob") });
    expect(alice!.counter.subject_id).toBe(user("alice"));
    expect(bob!.counter.id).not.toBe(alice!.counter.id);
    expect(bearing([each], { user_id: null })).toEqual([]);
  });

  test("is replaced by a user's own limit of the same kind, be it higher, lower or soft, in whatever order they come", () => {
    const own = limitOf("own", { scope: "user", subject_id: user("alice"), amount: 500, enforcement: "soft" });
    for (const limits of [
      [each, own],
      [own, each],
    ]) {
      expect(demandsOf(limits, context)).toMatchObject([{ limit_id: "own", amount: 500, hard: false }]);
      expect(bearing(limits, { user_id: user("bob") })).toEqual(["each"]);
    }
  });

  test("stands beside a user's own limit of another kind", () => {
    const own = limitOf("own", { scope: "user", subject_id: user("alice"), window: "month" });
    expect(bearing([own, each])).toEqual(["each", "own"]);
  });

  test("counts where a user's own limit counts: what was used stays used when one replaces the other", () => {
    const own = limitOf("own", { scope: "user", subject_id: user("alice") });
    expect(demandsOf([own], context)[0]!.counter).toEqual(demandsOf([each], context)[0]!.counter);
  });
});

describe("a counter", () => {
  test("goes by the window of the tenant's time zone that the request falls into", () => {
    const { counter } = demandsOf([limitOf("a")], context)[0]!;
    expect(counter).toMatchObject({
      window_start: Date.UTC(2026, 10, 19, 18, 30),
      window_end: Date.UTC(2026, 10, 20, 18, 30),
    });
    const next = demandsOf([limitOf("a")], { ...context, at: instant(counter.window_end!) })[0]!;
    expect(next.counter.id).not.toBe(counter.id);
    expect(demandsOf([limitOf("a", { window: "lifetime" })], context)[0]!.counter).toMatchObject({ window_end: null });
  });

  test("does not know the limit's id or amount: a replaced limit goes on where the old one was", () => {
    const counter = (limit: Limit) => demandsOf([limit], context)[0]!.counter;
    expect(counter(limitOf("new", { amount: 5, enforcement: "soft" }))).toEqual(counter(limitOf("old")));
  });
});

describe("a raise", () => {
  const raised = limitOf("a", { amount: 100, raise: { amount: 300, until: NOW } });

  test("holds until its end and not a millisecond longer", () => {
    expect(amountAt(raised, NOW - 1)).toBe(300);
    expect(amountAt(raised, NOW)).toBe(100);
    expect(demandsOf([raised], { ...context, at: instant(NOW - 1) })[0]!.amount).toBe(300);
  });

  test("never lowers a limit", () => {
    expect(amountAt({ ...raised, raise: { amount: 50, until: NOW } }, NOW - 1)).toBe(100);
  });
});

test("globs are kept sorted and once, so that the same set of models is the same counter", () => {
  const globs = (models: string[]) => NewLimit.parse({ metric: "requests", window: "day", amount: 1, models }).models;
  expect(globs(["b*", "a", "b*"])).toEqual(globs(["a", "b*"]));
});

test("every model is one set of models, whether by no glob or by one that matches everything", () => {
  const every = NewLimit.parse({ metric: "requests", window: "day", amount: 1, models: ["*"] });
  expect(every.models).toEqual([]);
});
