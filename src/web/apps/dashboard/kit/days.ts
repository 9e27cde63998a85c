import { useQuery } from "@tanstack/react-query";
import { now } from "../../shared/now.ts";
import { adminApi, useSession } from "../session.tsx";

const CLOCK_MS = 15_000;

/** What the gateway's clock says: in the sandbox it can be moved. Rounded down to the minute, so that what is asked by it stays the same for a while. */
export function useNow(): number | null {
  const { me } = useSession();
  const clock = useQuery({
    queryKey: ["clock"],
    queryFn: async () => new Date((await adminApi.get("sandbox/clock")).now).getTime(),
    enabled: me.sandbox,
    refetchInterval: CLOCK_MS,
  });
  if (me.sandbox && clock.data === undefined) return null;
  return Math.floor((clock.data ?? now()) / 60_000) * 60_000;
}

/** The first moment of the reader's day, so many days before that of `at`. */
export function dayStart(at: number, daysBefore = 0): Date {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - daysBefore);
  return day;
}

/** The same clock time, so many days earlier. */
export function daysEarlier(at: number, days: number): Date {
  const then = new Date(at);
  then.setDate(then.getDate() - days);
  return then;
}

/** `21 Nov` of `2026-11-21`; what is no day stays. */
export function shortDay(label: string): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(label) ?? [];
  if (!year) return label;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const text = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" }).format(date);
  const hour = /T(\d\d):/.exec(label)?.[1];
  return hour === undefined ? text : `${hour}:00`;
}

/** Every day of the reader's from one to another, as reports name them: days without use are in no report. */
export function daysBetween(from: Date, to: Date): string[] {
  const days: string[] = [];
  for (const day = new Date(from); day < to; day.setDate(day.getDate() + 1)) {
    const [month, date] = [day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0"));
    days.push(`${day.getFullYear()}-${month}-${date}`);
  }
  return days;
}
