import { DateTime } from "luxon";
import { z } from "zod";
import { Ref, Time } from "../../http/fields.ts";
import { DAY } from "../../kernel/clock.ts";

const DAYS_MAX = 366;

/** What a report for the accountant is asked for by. */
export const ReportPeriod = z.strictObject({
  from: Time,
  to: Time,
  /** Whose: the operator's, or that of a tenant with a Razorpay account of its own. */
  account: Ref.default("operator"),
});

export const within = <T extends { readonly from: number; readonly to: number }>(schema: z.ZodType<T>) =>
  schema
    .refine(({ from, to }) => to > from, { path: ["to"], error: "must be after from" })
    .refine(({ from, to }) => to - from <= DAYS_MAX * DAY, {
      path: ["to"],
      error: `must be at most ${DAYS_MAX} days after from`,
    });

const dayOf = (at: number): string => DateTime.fromMillis(at, { zone: "Asia/Kolkata" }).toISODate()!;

/** How the file of a period is called: by its first and its last day in IST, which the returns go by. */
export const daysOf = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  `${dayOf(from)}-${dayOf(to - 1)}`;
