import { MICROS_PER_PAISA } from "../../src/kernel/money.ts";

const RUPEES = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" });
const DAY = new Intl.DateTimeFormat("en-IN", { day: "2-digit", month: "short", timeZone: "Asia/Kolkata" });
const MONTH = new Intl.DateTimeFormat("en-IN", { month: "short", year: "numeric", timeZone: "Asia/Kolkata" });

export const rupees = (paise: number): string => RUPEES.format(paise / 100);
/** To the paisa; what is less than that is carried on by the books, not shown. */
export const rupeesOfMicros = (micros: number): string => rupees(micros / MICROS_PER_PAISA);
export const dayOf = (at: number): string => DAY.format(at);
export const monthOf = (at: number): string => MONTH.format(at);

/** Columns, the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join("   ");
  const rule = widths.map((width) => "─".repeat(width)).join("   ");
  return [line(head), rule, ...rows.map(line)].map((text) => `   ${text}`).join("\n");
}
