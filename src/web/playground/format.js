/** An amount in words of its currency, with as many digits as small prices need: four that count, two places at least. */
export function money(amount, currency = "USD") {
  const magnitude = amount === 0 ? 0 : Math.floor(Math.log10(Math.abs(amount)));
  const places = Math.min(6, Math.max(2, 3 - magnitude));
  const style = { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: places };
  return new Intl.NumberFormat(undefined, style).format(amount);
}

export const micros = (amount, currency) => money(amount / 1_000_000, currency);

export const count = (number) => new Intl.NumberFormat().format(number);

export const duration = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`);

/** An instant (ISO 8601, or epoch milliseconds) in the reader's own time zone. */
export function instant(at) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}
