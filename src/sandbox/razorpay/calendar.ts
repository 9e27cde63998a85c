import { DateTime } from "luxon";

/** All schedules of Razorpay are reckoned in Indian time. Instants here are Unix seconds, as on its wire. */
const ZONE = "Asia/Kolkata";
export const HOUR = 3_600;
export const DAY = 86_400;

export const PERIODS = ["daily", "weekly", "monthly", "quarterly", "yearly"] as const;
export type Period = (typeof PERIODS)[number];
const UNITS = { daily: "days", weekly: "weeks", monthly: "months", quarterly: "quarters", yearly: "years" } as const;

const inIndia = (at: number) => DateTime.fromSeconds(at, { zone: ZONE });

export const istMidnight = (at: number): number => inIndia(at).startOf("day").toUnixInteger();

/** The edge between the cycle number `count` (from 1) and the next: midnight of the anniversary date. */
export function cycleEdge(start: number, period: Period, interval: number, count: number): number {
  return istMidnight(
    inIndia(start)
      .plus({ [UNITS[period]]: interval * count })
      .toUnixInteger(),
  );
}

/** Two working days after, at nine in the morning: Saturdays and Sundays are none. */
export function settlementTime(at: number): number {
  let day = inIndia(at).startOf("day");
  for (let left = 2; left > 0; ) {
    day = day.plus({ days: 1 });
    if (day.weekday <= 5) left -= 1;
  }
  return day.plus({ hours: 9 }).toUnixInteger();
}

export const nextWorkingDay = (at: number): number => {
  let day = inIndia(at).startOf("day").plus({ days: 1 });
  while (day.weekday > 5) day = day.plus({ days: 1 });
  return day.plus({ hours: 9 }).toUnixInteger();
};

export const istDate = (at: number): { year: number; month: number; day: number } => {
  const { year, month, day } = inIndia(at);
  return { year, month, day };
};

export const halfYearAfter = (at: number): number => inIndia(at).plus({ months: 6 }).toUnixInteger();

export const FREQUENCIES = {
  card: ["weekly", "monthly", "yearly", "as_presented"],
  emandate: ["weekly", "monthly", "yearly", "as_presented"],
  upi: [
    ...["daily", "weekly", "fortnightly", "bimonthly", "monthly", "quarterly", "half_yearly", "yearly"],
    "as_presented",
  ],
} as const;

/** The cycle of a mandate that a moment is in, and whether it is its last day, on which UPI refuses to debit. */
export function mandateCycle(frequency: string, at: number): { readonly name: string; readonly lastDay: boolean } {
  const nameOf = (day: DateTime): string => {
    const month = day.year * 12 + day.month - 1;
    switch (frequency) {
      case "daily":
        return day.toISODate() ?? "";
      case "weekly":
        return `${day.weekYear}-w${day.weekNumber}`;
      case "fortnightly":
        return `${day.year}-${day.month}-${day.day <= 15 ? 1 : 2}`;
      case "bimonthly":
        return `b${Math.floor(month / 2)}`;
      case "quarterly":
        return `q${Math.floor(month / 3)}`;
      case "half_yearly":
        return `h${Math.floor(month / 6)}`;
      case "yearly":
        return `y${day.year}`;
      default:
        return `m${month}`;
    }
  };
  const today = inIndia(at);
  const name = nameOf(today);
  return { name, lastDay: frequency !== "daily" && nameOf(today.plus({ days: 1 })) !== name };
}
