import { DateTime } from "luxon";
import { STATES } from "../parties/gst.ts";

/** How the offline tool wants things written. */

export const dateOf = (at: number): string =>
  DateTime.fromMillis(at, { zone: "Asia/Kolkata", locale: "en" }).toFormat("dd-LLL-yyyy");

/** As the tool's own list has them: `01-Jammu & Kashmir`. */
export const placeOf = (code: string): string =>
  `${code}-${(STATES[code] ?? "Foreign Country").replaceAll(" and ", " & ")}`;

export const percentOf = (rate_ppm: number): string => String(rate_ppm / 10_000);

/** What would become a formula of whoever opens the file. */
const FORMULA = /^[=+\-@\t\r]/;

/** The cell of a text that somebody else chose; every other cell is a number, a code, or a word of ours. */
export const chosen = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A line of RFC 4180. */
export const lineOf = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
