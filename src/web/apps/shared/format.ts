/** Figures in words. Rupees are grouped by lakh and crore; times are in the reader's own zone. */

const localeOf = (currency: string): string | undefined => (currency === "INR" ? "en-IN" : undefined);

function money(amount: number, currency: string, places = 2): string {
  const style = { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: places } as const;
  return new Intl.NumberFormat(localeOf(currency), style).format(amount);
}

export const paise = (amount: number, currency: string): string => money(amount / 100, currency);

/** Spend. Less than a paisa is shown with the digits that count; whole amounts of a plan without any. */
export function micros(amount: number, currency: string): string {
  const units = amount / 1_000_000;
  return money(units, currency, units !== 0 && Math.abs(units) < 0.1 ? 4 : 2);
}

/** What one request cost: as many digits as a small amount needs, four that count and two places at least. */
export function exact(amount: number, currency: string): string {
  const units = amount / 1_000_000;
  const magnitude = units === 0 ? 0 : Math.floor(Math.log10(Math.abs(units)));
  return money(units, currency, Math.min(6, Math.max(2, 3 - magnitude)));
}

/** A round price without its zeros: ₹999. */
export function price(amount_paise: number, currency: string): string {
  const style = { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" } as const;
  return new Intl.NumberFormat(localeOf(currency), style).format(amount_paise / 100);
}

/** What a million of something costs, with all the digits that it was given: $3, $0.30, $0.075. */
export const unitPrice = (usd: number): string =>
  new Intl.NumberFormat("en", {
    ...{ style: "currency", currency: "USD", trailingZeroDisplay: "stripIfInteger" },
    ...{ minimumFractionDigits: 2, maximumFractionDigits: 6 },
  }).format(usd);

export const roundMicros = (amount: number, currency: string): string => price(Math.round(amount / 10_000), currency);

/** A large amount at a glance: ₹1.2L, ₹3.4Cr, $12K. */
export function briefMicros(amount: number, currency: string): string {
  const units = amount / 1_000_000;
  if (Math.abs(units) < 10_000) return micros(amount, currency);
  const style = { style: "currency", currency, notation: "compact", maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(localeOf(currency) ?? "en", style).format(units);
}

/** 12.3L: a large number at a glance. */
export const briefCount = (number: number): string =>
  Math.abs(number) < 10_000
    ? count(number)
    : new Intl.NumberFormat("en-IN", { notation: "compact", maximumFractionDigits: 2 }).format(number);

/** Parts per million as a percentage; nothing of nothing. */
export const percent = (ppm: number | null): string =>
  ppm === null
    ? "–"
    : new Intl.NumberFormat("en-IN", { style: "percent", maximumFractionDigits: 1, signDisplay: "negative" }).format(
        ppm / 1e6,
      );

export const milliseconds = (ms: number | null): string =>
  ms === null ? "–" : ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;

export const count = (number: number): string => new Intl.NumberFormat("en-IN").format(number);

/** The API's words, as a sentence of their own. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

export const day = (iso: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(new Date(iso));

export const instant = (iso: string, timeZone?: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(iso));

/** An instant of these days. */
export const moment = (iso: string): string =>
  new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }).format(
    new Date(iso),
  );

/** To the second, for what is looked at closely. */
export const exactInstant = (iso: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));

/** With what the clocks of another zone say then, where that is something else. */
export function instantAlsoIn(iso: string, timeZone: string): string {
  const [here, there] = [instant(iso), instant(iso, timeZone)];
  return here === there ? here : `${here} (${there} in ${timeZone})`;
}

/** Zones have several names: Asia/Calcutta is Asia/Kolkata. */
export const isSameZone = (one: string, other: string): boolean => canonical(one) === canonical(other);
const canonical = (timeZone: string): string => new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;

/** A figure for a chart or a card, short: 12.4K. */
export const compact = (number: number): string =>
  new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: number < 1_000 ? 0 : 1 }).format(number);

export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
