import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { briefCount, briefMicros, count, milliseconds, percent } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../dashboard.module.css";
import { dayStart, daysEarlier } from "../kit/days.ts";
import { Stat } from "../kit/Stat.tsx";
import { adminApi } from "../session.tsx";
import { type ReportKind, tokensOf, useReport, ZONE } from "../usage/reports.ts";

const WEEK = 7;
const BEFORE = "a week ago";
const HOLDS_SHOWN = 1_000;

/** One kind of report of today so far, and of the same hours a week before. */
function useBoth<Kind extends ReportKind>(kind: Kind, now: number | null, currency: string) {
  const enabled = now !== null;
  const span = (days: number) =>
    now === null
      ? {}
      : {
          from: dayStart(now, days).toISOString(),
          // Today's is open at its end: what settles now is in it.
          to: days === 0 ? undefined : daysEarlier(now, days).toISOString(),
        };
  const ask = { group_by: "", tz: ZONE, limit: 1 };
  const today = useReport(kind, { ...ask, ...span(0) }, { enabled });
  const before = useReport(kind, { ...ask, ...span(WEEK) }, { enabled });
  const of = (report: typeof today.data) => report?.totals.find((row) => row.currency === currency) ?? null;
  return {
    ...{ now: of(today.data), before: of(before.data), error: today.error ?? before.error },
    isKnown: today.data !== undefined,
  };
}

export function Figures({ now, currency }: { readonly now: number | null; readonly currency: string }) {
  const margin = useBoth("margin", now, currency);
  const usage = useBoth("usage", now, currency);
  const faults = useBoth("reliability", now, currency);
  const latency = useBoth("latency", now, currency);
  const holds = useQuery({
    queryKey: ["list", "holds", "overview"],
    queryFn: () => adminApi.get(`holds?limit=${HOLDS_SHOWN}`),
    refetchInterval: 5_000,
  });
  const error = margin.error ?? usage.error ?? faults.error ?? latency.error;
  if (error && !margin.isKnown) return <Trouble error={error} title="Today's figures cannot be shown" />;

  const money = (amount: number | undefined) => (margin.isKnown ? briefMicros(amount ?? 0, currency) : "…");
  const number = (amount: number | undefined) => (usage.isKnown ? briefCount(amount ?? 0) : "…");
  const held = holds.data?.data ?? [];
  const first = latency.now?.first_byte_p50_ms ?? null;
  const figure = (label: string, value: string, now: number | null | undefined, before: number | null | undefined) => (
    <Stat {...{ label, value, now: now ?? null, before: before ?? null, beforeLabel: BEFORE }} />
  );
  return (
    <div className={classes.stats}>
      {figure("Spend", money(margin.now?.spend_micros), margin.now?.spend_micros, margin.before?.spend_micros)}
      {figure("Cost", money(margin.now?.cost_micros), margin.now?.cost_micros, margin.before?.cost_micros)}
      <Stat
        label="Margin"
        value={money(margin.now?.margin_micros)}
        note={shareNote(margin.now?.margin_ppm, "of the spend", margin.before?.margin_ppm)}
      />
      {figure(
        "Tokens",
        number(usage.now ? tokensOf(usage.now) : 0),
        usage.now && tokensOf(usage.now),
        usage.before && tokensOf(usage.before),
      )}
      {figure("Requests", number(usage.now?.requests), usage.now?.requests, usage.before?.requests)}
      <Stat
        label="Errors"
        value={number(faults.now?.errors)}
        note={shareNote(faults.now?.error_ppm, "of the requests", faults.before?.error_ppm)}
      />
      <Stat
        label="Time to the first byte"
        value={milliseconds(first)}
        note={`half are faster; 95% within ${milliseconds(latency.now?.first_byte_p95_ms ?? null)}`}
      />
      <Stat
        label="Requests under way"
        value={holds.data ? `${count(held.length)}${holds.data.has_more ? "+" : ""}` : "…"}
        note={
          <Link href="/live" className={classes.link}>
            Watch them live
          </Link>
        }
      />
    </div>
  );
}

/** A share now, and what it was before where there was anything. */
function shareNote(now: number | null | undefined, of: string, before: number | null | undefined): string {
  const share = `${percent(now ?? null)} ${of}`;
  return before === null || before === undefined ? share : `${share}, ${percent(before)} ${BEFORE}`;
}
