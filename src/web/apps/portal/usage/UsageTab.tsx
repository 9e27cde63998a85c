import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Bars, type Series } from "../../shared/Bars.tsx";
import { compact, count, isSameZone, micros } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import { type Figures, inputOf, type Report } from "../../shared/usage.ts";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { useReport, zone } from "./queries.ts";
import { daysOf, longDay, RANGES, type Range, shortDay } from "./range.ts";
import { Split } from "./Split.tsx";

const MEASURES = {
  spend: { label: "Spend", series: [{ name: "spent", tone: "first" }] },
  tokens: {
    label: "Tokens",
    series: [
      { name: "output", tone: "first" },
      { name: "input", tone: "second" },
      { name: "read from cache", tone: "third" },
    ],
  },
  requests: { label: "Requests", series: [{ name: "requests", tone: "first" }] },
} as const satisfies Record<string, { label: string; series: readonly Series[] }>;
type Measure = keyof typeof MEASURES;

/** What was used, day by day and by what used it. */
export function UsageTab() {
  const [range, setRange] = useState<Range>("month");
  const report = useReport(range, "day");
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Range"
          value={range}
          onChange={(next) => setRange(next as Range)}
          data={RANGES.map(([value, label]) => ({ value, label }))}
        />
        <Zones />
      </Group>
      {report.data ? (
        <>
          <Totals report={report.data} />
          <Days report={report.data} />
        </>
      ) : report.error ? (
        <Trouble error={report.error} title="Usage cannot be shown" onRetry={() => void report.refetch()} />
      ) : (
        <Skeleton height={380} radius="lg" role="status" aria-label="Loading" />
      )}
      <Split range={range} />
    </Stack>
  );
}

function Zones() {
  const { timezone } = useSession().me.tenant;
  return (
    <Text size="xs" c="dimmed">
      {isSameZone(timezone, zone())
        ? `Days are those of ${timezone}.`
        : `Days are those of ${zone()}; limits and cycles go by ${timezone}.`}
    </Text>
  );
}

const NOTHING: Figures = {
  ...{ requests: 0, input_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
  ...{ output_tokens: 0, web_searches: 0 },
};

function Totals({ report: { totals, from } }: { readonly report: Report }) {
  const total = totals[0] ?? NOTHING;
  const input = inputOf(total);
  const facts: [string, string][] = [
    ["Requests", count(total.requests)],
    ["Tokens in", compact(input)],
    ["Tokens out", compact(total.output_tokens)],
    ["Read from cache", input ? `${Math.round((100 * total.cache_read_tokens) / input)}%` : "–"],
  ];
  if (total.spend_micros !== undefined && total.currency)
    facts.unshift(["Spend", micros(total.spend_micros, total.currency)]);
  return (
    <section aria-label={`Totals since ${from.slice(0, 10)}`}>
      <SimpleGrid cols={{ base: 2, sm: facts.length }} spacing="sm">
        {facts.map(([label, value]) => (
          <div key={label} className={classes.fact}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Text size="xl" fw={650} className={classes.number} data-testid={`total-${label}`}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </section>
  );
}

function Days({ report }: { readonly report: Report }) {
  const currency = report.totals[0]?.currency;
  const hasSpend = currency !== undefined;
  const [chosen, setMeasure] = useState<Measure>("spend");
  const measure = chosen === "spend" && !hasSpend ? "tokens" : chosen;
  const days = new Map(report.data.map((figures) => [figures.day, figures]));
  const format = measure === "spend" && currency ? (value: number) => micros(Math.round(value), currency) : compact;
  return (
    <section className={classes.card} aria-labelledby="days-title">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4" id="days-title">
          Day by day
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="Measure"
          value={measure}
          onChange={(next) => setMeasure(next as Measure)}
          data={Object.entries(MEASURES)
            .filter(([name]) => name !== "spend" || hasSpend)
            .map(([value, { label }]) => ({ value, label }))}
        />
      </Group>
      {report.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing was used in this time. The first request appears here within seconds.
        </Text>
      ) : (
        <Bars
          label={`${MEASURES[measure].label} by day`}
          series={MEASURES[measure].series}
          format={format}
          bars={daysOf(report).map((day) => ({
            label: shortDay(day),
            title: longDay(day),
            values: valuesOf(measure, days.get(day) ?? NOTHING),
          }))}
        />
      )}
    </section>
  );
}

function valuesOf(measure: Measure, figures: Figures): number[] {
  if (measure === "spend") return [figures.spend_micros ?? 0];
  if (measure === "requests") return [figures.requests];
  const { output_tokens, cache_read_tokens } = figures;
  return [output_tokens, inputOf(figures) - cache_read_tokens, cache_read_tokens];
}
