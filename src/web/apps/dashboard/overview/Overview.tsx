import { Alert, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { briefMicros } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { dayStart, daysBetween, shortDay, useNow } from "../kit/days.ts";
import { PageHead } from "../kit/PageHead.tsx";
import { TimeChart } from "../kit/TimeChart.tsx";
import { type MarginRow, useReport, ZONE } from "../usage/reports.ts";
import { Figures } from "./Figures.tsx";
import { OpenAlerts, TopTenants } from "./Lists.tsx";

const DAYS = 30;

/** How the business stands now: today against the same hours a week ago, and the last month. */
export function Overview() {
  const now = useNow();
  const [chosen, setChosen] = useState<string | null>(null);
  const from = now === null ? null : dayStart(now, DAYS - 1);
  const days = useReport(
    "margin",
    { from: from?.toISOString(), group_by: "day", tz: ZONE, limit: 1_000 },
    { enabled: from !== null },
  );
  const currencies =
    days.data?.totals.toSorted((a, b) => b.requests - a.requests).map(({ currency }) => currency) ?? [];
  const currency = currencies.find((name) => name === chosen) ?? currencies[0] ?? "INR";
  const rows = days.data?.data.filter((row) => row.currency === currency) ?? [];
  const labels = from === null || now === null ? [] : daysBetween(from, new Date(now + 1));
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const values = (of: (row: MarginRow) => number) =>
    labels.map((day) => {
      const row = byDay.get(day);
      return row ? of(row) : 0;
    });

  return (
    <>
      <PageHead title="Overview" about="Today so far, against the same hours a week ago.">
        {currencies.length > 1 && (
          <SegmentedControl size="xs" aria-label="Currency" data={currencies} value={currency} onChange={setChosen} />
        )}
      </PageHead>
      <Stack>
        {days.data?.complete === false && (
          <Alert color="yellow" title="Older usage is still being counted" role="status">
            What was used before the last upgrade comes into these figures bit by bit.
          </Alert>
        )}
        <Figures now={now} currency={currency} />
        <Card
          title={`The last ${DAYS} days`}
          side={
            <Link href="/usage" className={classes.link}>
              Explore usage
            </Link>
          }
        >
          {days.error && !days.data ? (
            <Trouble error={days.error} onRetry={() => void days.refetch()} />
          ) : (
            <TimeChart
              label="Cost and margin by day"
              labels={labels.map(shortDay)}
              series={[
                { name: "Cost of the provider", values: values(({ cost_micros }) => cost_micros) },
                { name: "Margin", values: values(({ margin_micros }) => Math.max(0, margin_micros)) },
              ]}
              format={(value) => briefMicros(value, currency)}
            />
          )}
        </Card>
        <div className={classes.two}>
          <TopTenants from={from} />
          <OpenAlerts />
        </div>
      </Stack>
    </>
  );
}
