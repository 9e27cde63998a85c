/** Amounts as people enter them, as the API takes them. Digits are moved, never multiplied: no amount is rounded by the way. */
function shifted(text: string, places: number): number | null {
  const [, whole, part = ""] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim().replaceAll(/[,\s₹$]/g, "")) ?? [];
  if (whole === undefined || part.length > places) return null;
  return Number(whole + part.padEnd(places, "0"));
}

/** `1,499.50` in millionths; null where it is no such amount. */
export const microsOf = (text: string): number | null => shifted(text, 6);
export const paiseOf = (text: string): number | null => shifted(text, 2);

/** What is to be sent: an amount that cannot be read is left as it is, for the API to refuse beside its field. */
export const microsOrText = (text: string): number => microsOf(text) ?? asWritten(text);
export const paiseOrText = (text: string): number => paiseOf(text) ?? asWritten(text);
export const wholeOrText = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : asWritten(text));
const asWritten = (text: string): number => text as unknown as number;

/** The other way: for a field that is filled in already. */
export const unitsOfMicros = (micros: number): string => String(micros / 1_000_000);
export const unitsOfPaise = (paise: number): string => String(paise / 100);
