import { DateTime } from "luxon";
import { STATES } from "../parties/gst.ts";

/** How the offline tool wants things written. */

export const dateOf = (at: number): string =>
  DateTime.fromMillis(at, { zone: "Asia/Kolkata", locale: "en" }).toFormat("dd-LLL-yyyy");

/** As the tool's own list has them: `01-Jammu & Kashmir`. */
export const placeOf = (code: string): string =>
  `${code}-${(STATES[code] ?? "Foreign Country").replaceAll(" and ", " & ")}`;

export const percentOf = (rate_ppm: number): string => String(rate_ppm / 10_000);
