import { DateTime } from "luxon";
import type { Movement } from "./movements.ts";

/** `2026-11-30`, in India. */
export const zohoDate = (at: number): string =>
  DateTime.fromMillis(at, { zone: "Asia/Kolkata" }).toFormat("yyyy-LL-dd");

/** Rupees for one unit of the movement's currency. */
export const rateOf = ({ rupees_micros }: Pick<Movement, "rupees_micros">): string =>
  rupees_micros === null ? "1" : String(rupees_micros / 1_000_000);
