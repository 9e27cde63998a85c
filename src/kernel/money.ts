/** A whole number of micro-units (10⁻⁶) of a currency, which stands beside it. Always a safe integer; see `micros()`. */
export type Micros = number & { readonly unit: "micros" };
/** A whole number of a currency's smallest unit, Razorpay's: paise of a rupee, cents of a dollar. 10,000 micros. */
export type Paise = number & { readonly unit: "paise" };
/** A whole number of pico-USD (10⁻¹²). Prices are pico-USD per token; every multiplier keeps them whole. */
export type PicoUsd = bigint & { readonly unit: "pico-usd" };
/** Parts per million: a multiplier or mark-up without floating point (1_000_000 = ×1). */
export type Ppm = number & { readonly unit: "ppm" };
/** Micros of a currency for one whole USD: INR 84.50 a dollar is 84_500_000. */
export type RateMicros = number & { readonly unit: "rate-micros" };

export const ONE_PPM = 1_000_000 as Ppm;
export const USD_RATE = 1_000_000 as RateMicros;
const PICOS_PER_MICRO = 1_000_000n;

/** Brands a safe integer as micros; throws a RangeError on anything else, because a lost digit of money must be loud. */
export function micros(value: number | bigint): Micros {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`not a whole number of micros: ${value}`);
  return number as Micros;
}

/** Brands a safe integer as paise; throws a RangeError on anything else. */
export function paise(value: number | bigint): Paise {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`not a whole number of paise: ${value}`);
  return number as Paise;
}

export const MICROS_PER_PAISA = 10_000;

/** Exact: a paisa is a whole number of micros. */
export const microsOfPaise = (value: Paise): Micros => micros(value * MICROS_PER_PAISA);

/** Micros as paise, rounded half up: once for each line of an invoice, and nowhere else. What was rounded off is the caller's to carry. */
export const paiseOfMicros = (value: Micros): Paise => paise(divideHalfUp(BigInt(value), BigInt(MICROS_PER_PAISA)));

export const picoUsd = (value: bigint): PicoUsd => value as PicoUsd;

/** Integer division, half away from zero upwards. `divisor` is positive. */
export function divideHalfUp(value: bigint, divisor: bigint): bigint {
  return floorDivide(2n * value + divisor, 2n * divisor);
}

/** Integer division that never comes out smaller than the true quotient: holds round up. */
export function divideUp(value: bigint, divisor: bigint): bigint {
  return -floorDivide(-value, divisor);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

/** How cost becomes spend: the frozen exchange rate and the plan's mark-up. Both are integers, so spend is exact. */
export interface Terms {
  readonly currency: string;
  readonly rate_micros: RateMicros;
  readonly multiplier_ppm: Ppm;
}

/** What the provider charges, in micro-USD, rounded half up, once. */
export const costMicros = (cost: PicoUsd): Micros => micros(divideHalfUp(cost, PICOS_PER_MICRO));

/** What the tenant owes for a cost, in micros of its currency: from the exact cost, rounded half up, once. */
export const spendMicros = (cost: PicoUsd, terms: Terms): Micros => micros(divideHalfUp(scaled(cost, terms), SCALE));

/** What must be held for a cost: as `spendMicros`, but rounded up. */
export const holdMicros = (cost: PicoUsd, terms: Terms): Micros => micros(divideUp(scaled(cost, terms), SCALE));

/** The exact spend in 10⁻²⁴ of the currency: what `spendMicros` rounds. */
export const exactSpend = (cost: PicoUsd, terms: Factors): bigint => scaled(cost, terms);

/** An exact spend in 10⁻²⁴ of the currency as micros, rounded half up, once. */
export const spendOf = (exact: bigint): Micros => micros(divideHalfUp(exact, SCALE));

/** The same rounded up: what must be held for it. */
export const spendUp = (exact: bigint): Micros => micros(divideUp(exact, SCALE));

/** pico-USD → USD is 10¹², ppm is 10⁶; the rate is in micros already. */
const SCALE = 10n ** 18n;
type Factors = Pick<Terms, "rate_micros" | "multiplier_ppm">;
const scaled = (cost: PicoUsd, terms: Factors) => cost * BigInt(terms.rate_micros) * BigInt(terms.multiplier_ppm);

/** A decimal string of whole USD to pico-USD per token, from USD per million tokens: "0.125" → 125_000n. Throws on a finer price. */
export function picosFromUsdPerMillion(usd: string): PicoUsd {
  return picoUsd(fromDecimal(usd, 6));
}

/** pico-USD per token to the decimal string of USD per million tokens. */
export function usdPerMillion(price: PicoUsd): string {
  return toDecimal(price, 6);
}

/** A decimal string scaled by 10^digits into an integer: ("1.25", 6) → 1_250_000n. Throws a RangeError when digits would be lost. */
export function fromDecimal(text: string, digits: number): bigint {
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  const fraction = (match?.[2] ?? "").replace(/0+$/, "");
  if (!match || fraction.length > digits) throw new RangeError(`not a decimal with at most ${digits} places: ${text}`);
  return BigInt(match[1] + fraction.padEnd(digits, "0"));
}

/** The inverse of `fromDecimal`, without trailing zeros: (1_250_000n, 6) → "1.25". */
export function toDecimal(value: bigint, digits: number): string {
  const sign = value < 0n ? "-" : "";
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  return sign + text.slice(0, -digits) + (fraction && `.${fraction}`);
}
