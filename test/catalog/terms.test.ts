import { describe, expect, test } from "vitest";
import { type FxRate, termsAt } from "../../src/catalog/terms.ts";
import type { PlanTerms } from "../../src/db/schema/catalog.ts";
import { instant } from "../../src/kernel/clock.ts";
import type { Ppm, RateMicros } from "../../src/kernel/money.ts";

const rate = (inr: number, from: string, currency = "INR"): FxRate => ({
  ...{ currency, rate_micros: Math.round(inr * 1e6) as RateMicros, valid_from: Date.parse(from) },
});
const pricing = { type: "markup", multiplier_ppm: 1_250_000 as Ppm };
const plans = new Map([["pln_1.1", { terms: { pricing } as PlanTerms }]]);
const tenant = {
  ...{ currency: "INR", timezone: "Asia/Kolkata" },
  ...{ plan_version_id: null as string | null, cycle_start: null as number | null },
};
const terms = (at: string, rates: FxRate[], fields: Partial<typeof tenant> = {}) =>
  termsAt(instant(Date.parse(at)), { ...tenant, ...fields }, rates, plans);

describe("the exchange rate", () => {
  const rates = [rate(86, "2026-11-10T00:00Z"), rate(84.5, "2026-01-01T00:00Z"), rate(90, "2026-10-31T18:30Z")];

  test("is the one in force when the cycle began, for all of the cycle", () => {
    expect(terms("2026-11-09T00:00Z", rates).rate_micros).toBe(90_000_000);
    expect(terms("2026-11-30T18:29:59.999Z", rates).rate_micros).toBe(90_000_000);
    expect(terms("2026-11-30T18:30Z", rates).rate_micros).toBe(86_000_000);
  });

  test("of the instant at which the cycle begins, in the tenant's time zone, is the cycle's", () => {
    expect(terms("2026-10-31T18:29:59.999Z", rates).rate_micros).toBe(84_500_000);
    expect(terms("2026-10-31T18:30Z", rates).rate_micros).toBe(90_000_000);
    expect(terms("2026-10-31T20:00Z", rates, { timezone: "UTC" }).rate_micros).toBe(84_500_000);
  });

  test("is that of the customer's own cycle, where it has one", () => {
    const cycle_start = Date.parse("2026-11-12T18:30Z");
    expect(terms("2026-11-15T00:00Z", rates, { cycle_start }).rate_micros).toBe(86_000_000);
  });

  test("is the first there is, where the cycle began before any", () => {
    const later = [rate(87, "2026-11-20T00:00Z"), rate(86, "2026-11-10T00:00Z")];
    expect(terms("2026-11-15T00:00Z", later).rate_micros).toBe(86_000_000);
    expect(terms("2026-11-25T00:00Z", later).rate_micros).toBe(86_000_000);
  });

  test.each([
    ["none at all", []],
    ["none of the currency", [rate(0.9, "2026-01-01T00:00Z", "EUR")]],
    ["none yet", [rate(86, "2026-11-15T00:00:00.001Z")]],
  ])("is missing where there is %s: a refusal, not a guess", (_, rates) => {
    const refused = () => terms("2026-11-15T00:00Z", rates);
    expect(refused).toThrow(expect.objectContaining({ code: "fx_rate_missing", status: 503 }));
    expect(refused).toThrow(/INR/);
  });

  test("of USD is one, and needs no row", () => {
    expect(terms("2026-11-15T00:00Z", [], { currency: "USD" })).toEqual({
      ...{ currency: "USD", rate_micros: 1_000_000, multiplier_ppm: 1_000_000 },
      plan_version_id: null,
    });
  });
});

describe("the mark-up", () => {
  const rates = [rate(80, "2026-01-01T00:00Z")];
  test("is the plan's, in every currency, and none without a plan", () => {
    expect(terms("2026-11-15T00:00Z", rates, { plan_version_id: "pln_1.1" })).toEqual({
      ...{ currency: "INR", rate_micros: 80_000_000, multiplier_ppm: 1_250_000 },
      plan_version_id: "pln_1.1",
    });
    const usd = terms("2026-11-15T00:00Z", [], { currency: "USD", plan_version_id: "pln_1.1" });
    expect(usd).toMatchObject({ rate_micros: 1_000_000, multiplier_ppm: 1_250_000 });
    expect(terms("2026-11-15T00:00Z", rates).multiplier_ppm).toBe(1_000_000);
  });
});
