import { describe, expect, test } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import type { LimitId } from "../../src/kernel/id.ts";
import type { Metric } from "../../src/kernel/metrics.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Window } from "../../src/kernel/windows.ts";
import type { Refusal } from "../../src/ledger/books.ts";
import { problemOfRefusal } from "../../src/ledger/refusals.ts";
import { counterRefOf, NOW } from "./sample.ts";

type ByLimit = Extract<Refusal, { by: "limit" }>;
const END = NOW + 90_000;
const byLimit = (metric: Metric, window: Window, fields: Partial<ByLimit> = {}): ByLimit => ({
  ...{ by: "limit", limit_id: "lim_1" as LimitId, amount: 100, needed: 60, remaining: 40 },
  counter: counterRefOf(metric, { window, window_end: window === "lifetime" ? null : END, models: "a*,b" }),
  ...fields,
});
const problemOf = (refusal: Refusal, at = NOW) => problemOfRefusal(refusal, { currency: "INR", at: instant(at) });

describe("running out of a minute or an hour is a matter of waiting", () => {
  test.each(["minute", "hour"] as const)("%s: 429, with the seconds until the window ends", (window) => {
    const problem = problemOf(byLimit("output_tokens", window));
    expect(problem).toMatchObject({ code: "rate_limited", status: 429, headers: { "retry-after": "90" } });
    expect(problem.headers).not.toHaveProperty("x-should-retry");
    expect(problem.message).toContain("90 s");
  });

  test("the seconds are rounded up and are never none", () => {
    expect(problemOf(byLimit("requests", "minute"), END - 1_001).headers["retry-after"]).toBe("2");
    expect(problemOf(byLimit("requests", "minute"), END - 1_000).headers["retry-after"]).toBe("1");
    expect(problemOf(byLimit("requests", "minute"), END - 1).headers["retry-after"]).toBe("1");
    expect(problemOf(byLimit("requests", "minute"), END).headers["retry-after"]).toBe("1");
  });

  test("but a request that is larger than the limit is told not to wait", () => {
    expect(problemOf(byLimit("input_tokens", "minute", { needed: 101 })).headers).toEqual({
      ...{ "retry-after": "90", "x-should-retry": "false" },
    });
    expect(problemOf(byLimit("input_tokens", "minute", { needed: 100 })).headers).toEqual({ "retry-after": "90" });
  });
});

describe("running out of anything longer is quota", () => {
  test.each(["day", "week", "month", "cycle"] as const)("%s: 402, not to be retried, with when it resets", (window) => {
    const problem = problemOf(byLimit("output_tokens", window));
    expect(problem).toMatchObject({ code: "quota_exhausted", status: 402, headers: { "x-should-retry": "false" } });
    expect(problem.headers).not.toHaveProperty("retry-after");
    expect(problem.details).toMatchObject({ resets_at: new Date(END).toISOString(), needed: 60, remaining: 40 });
    expect(problem.message).toContain(new Date(END).toISOString());
  });

  test("a lifetime never resets", () => {
    const problem = problemOf(byLimit("requests", "lifetime"));
    expect(problem).toMatchObject({ status: 402, details: { resets_at: null } });
    expect(problem.message).not.toContain("resets");
  });

  test("what blocks is named, with its limit, metric, window and models", () => {
    expect(problemOf(byLimit("total_tokens", "day")).details!.blocked_by).toEqual({
      ...{ kind: "limit", limit_id: "lim_1", metric: "total_tokens", window: "day", amount: 100, models: ["a*", "b"] },
    });
    const all = byLimit("requests", "day", { counter: counterRefOf("requests") });
    expect(problemOf(all).details!.blocked_by).toMatchObject({ models: [] });
  });

  test("money is named as money, for programs in micros and for people in the currency", () => {
    const problem = problemOf(byLimit("spend_micros", "day", { needed: 1_500_000, remaining: 250_000 }));
    expect(problem.details).toMatchObject({ needed_micros: 1_500_000, remaining_micros: 250_000, currency: "INR" });
    expect(problem.message).toContain("INR 1.5000");
    expect(problem.message).toContain("INR 0.2500");
  });
});

test("running out of grants is quota: 402, not to be retried, with what is needed and what is left", () => {
  const problem = problemOf({ by: "grants", needed_micros: micros(12_345), remaining_micros: micros(678) });
  expect(problem).toMatchObject({ code: "quota_exhausted", status: 402, headers: { "x-should-retry": "false" } });
  expect(problem.details).toEqual({
    ...{ remaining_micros: 678, needed_micros: 12_345, currency: "INR", resets_at: null },
    ...{ blocked_by: { kind: "grants" }, topup_url: "/portal" },
  });
  expect(problem.message).toContain("INR 0.0123");
});
