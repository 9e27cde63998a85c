import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  costMicros,
  divideHalfUp,
  divideUp,
  fromDecimal,
  holdMicros,
  micros,
  ONE_PPM,
  type Ppm,
  picosFromUsdPerMillion,
  picoUsd,
  type RateMicros,
  spendMicros,
  type Terms,
  toDecimal,
  USD_RATE,
  usdPerMillion,
} from "../../src/kernel/money.ts";

const INR: Terms = { currency: "INR", rate_micros: 84_500_000 as RateMicros, multiplier_ppm: 1_200_000 as Ppm };
const USD: Terms = { currency: "USD", rate_micros: USD_RATE, multiplier_ppm: ONE_PPM };

describe("a lost digit of money is loud", () => {
  test.each([2 ** 53, -(2 ** 53), 2n ** 53n, 2n ** 53n + 1n, 0.5, Number.NaN, Infinity])("%s is no micros", (value) => {
    expect(() => micros(value)).toThrow(RangeError);
  });

  test("the largest safe integers are micros, as numbers and as bigints", () => {
    expect(micros(2 ** 53 - 1)).toBe(9_007_199_254_740_991);
    expect(micros(-(2n ** 53n) + 1n)).toBe(-9_007_199_254_740_991);
  });

  test("a cost, a spend and a hold beyond 2^53 micros are RangeErrors", () => {
    const cost = picoUsd(2n ** 53n * 1_000_000n);
    expect(() => costMicros(cost)).toThrow(RangeError);
    expect(() => spendMicros(cost, USD)).toThrow(RangeError);
    expect(() => holdMicros(cost, USD)).toThrow(RangeError);
    expect(costMicros(picoUsd(cost - 1_000_000n))).toBe(2 ** 53 - 1);
  });
});

describe("division", () => {
  test.each([
    [0n, 2n, 0n],
    [1n, 2n, 1n], // 0.5
    [3n, 2n, 2n], // 1.5
    [5n, 2n, 3n], // 2.5: up, not to even
    [-1n, 2n, 0n], // -0.5: up
    [-3n, 2n, -1n], // -1.5
    [-5n, 2n, -2n], // -2.5
    [4n, 3n, 1n],
    [5n, 3n, 2n],
    [-4n, 3n, -1n],
    [-5n, 3n, -2n],
    [499_999n, 1_000_000n, 0n],
    [500_000n, 1_000_000n, 1n],
    [-500_001n, 1_000_000n, -1n],
  ])("%d / %d rounded half up is %d", (value, divisor, quotient) => {
    expect(divideHalfUp(value, divisor)).toBe(quotient);
  });

  test.each([
    [0n, 3n, 0n],
    [1n, 3n, 1n],
    [3n, 3n, 1n],
    [4n, 3n, 2n],
    [-1n, 3n, 0n],
    [-3n, 3n, -1n],
    [-4n, 3n, -1n],
  ])("%d / %d rounded up is %d", (value, divisor, quotient) => {
    expect(divideUp(value, divisor)).toBe(quotient);
  });

  test("is never off by more than it may be", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 18n), (value, divisor) => {
        const half = divideHalfUp(value, divisor) * divisor - value;
        expect(2n * half > -divisor && 2n * half <= divisor).toBe(true);
        const up = divideUp(value, divisor) * divisor - value;
        expect(up >= 0n && up < divisor).toBe(true);
      }),
    );
  });
});

describe("cost and spend", () => {
  test("spend comes from the exact cost, not from the rounded one", () => {
    const cost = picoUsd(499_999n); // rounds to no micro-USD at all
    expect(costMicros(cost)).toBe(0);
    expect(spendMicros(cost, INR)).toBe(51); // 0.499999 × 84.5 × 1.2 = 50.6998986
    expect(spendMicros(picoUsd(1_500_000n), INR)).toBe(152); // 1.5 × 101.4 = 152.1, where 2 × 101.4 is 203
  });

  test("in USD without a mark-up the spend is the cost", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n), (picos) => {
        expect(spendMicros(picoUsd(picos), USD)).toBe(costMicros(picoUsd(picos)));
      }),
    );
  });

  test("exact halves of a micro go up", () => {
    expect(costMicros(picoUsd(1_500_000n))).toBe(2);
    expect(costMicros(picoUsd(2_500_000n))).toBe(3);
    expect(costMicros(picoUsd(-1_500_000n))).toBe(-1);
  });

  test("a hold covers its spend, by less than a micro", () => {
    const terms = fc.record({
      currency: fc.constant("INR"),
      rate_micros: fc.integer({ min: 1, max: 200_000_000 }).map((rate) => rate as RateMicros),
      multiplier_ppm: fc.integer({ min: 0, max: 5_000_000 }).map((ppm) => ppm as Ppm),
    });
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 16n), terms, (picos, terms) => {
        const over = holdMicros(picoUsd(picos), terms) - spendMicros(picoUsd(picos), terms);
        expect(over === 0 || over === 1).toBe(true);
      }),
    );
    expect(holdMicros(picoUsd(1n), USD)).toBe(1);
    expect(holdMicros(picoUsd(1_000_000n), USD)).toBe(1);
  });
});

describe("decimals", () => {
  test.each([
    ["3", 3_000_000n],
    ["0.125", 125_000n],
    ["0.000001", 1n],
    ["12.50", 12_500_000n],
    ["0", 0n],
    ["999999999.999999", 999_999_999_999_999n],
  ])("USD %s per million tokens is %d pico-USD a token", (text, picos) => {
    expect(picosFromUsdPerMillion(text)).toBe(picos);
  });

  test.each(["0.0000001", "-1", "1e3", "", ".5", "5.", " 1", "1,5", "١"])("%j is no price", (text) => {
    expect(() => picosFromUsdPerMillion(text)).toThrow(RangeError);
  });

  test("zeros at the end lose nothing", () => {
    expect(fromDecimal("1.2500000000", 6)).toBe(1_250_000n);
  });

  test("round-trip, negative amounts too in print", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 1, max: 12 }), (value, digits) => {
        expect(fromDecimal(toDecimal(value, digits), digits)).toBe(value);
        if (value) expect(toDecimal(-value, digits)).toBe(`-${toDecimal(value, digits)}`);
      }),
    );
    expect(usdPerMillion(picoUsd(125_000n))).toBe("0.125");
    expect(toDecimal(-1n, 6)).toBe("-0.000001");
  });
});
