import { Button, MultiSelect, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { briefCount, briefMicros } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../dashboard.module.css";
import { queryOf, useAddress } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { daysBetween, useNow } from "../kit/days.ts";
import { FilterBar } from "../kit/FilterBar.tsx";
import { Turn } from "../kit/List.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Stat } from "../kit/Stat.tsx";
import { TimeChart } from "../kit/TimeChart.tsx";
import { chartOf, MEASURES, type Measure } from "./explorer-chart.ts";
import { columnsFor } from "./explorer-columns.tsx";
import { rangeOf, SPANS } from "./range.ts";
import { type MarginRow, type Report, type UsageRow, useReport, ZONE } from "./reports.ts";

const UNITS = ["hour", "day", "week", "month"];
const DIMENSIONS = ["tenant", "user", "key", "model", "tag", "plan_version"];
const ROWS = 25;

/** A row of either report that is drawn. */
export type Row = UsageRow | MarginRow;

/**
 * What was used: of whom, by what, when, and what it cost and brought. Everything that is chosen stands in the address. Of one tenant
 * where one is given.
 */
export function Explorer({ tenant_id, timezone = ZONE }: { readonly tenant_id?: string; readonly timezone?: string }) {
  const { filters, setFilters, cursor } = useAddress();
  const [measure, setMeasure] = useState<Measure>("spend");
  const now = useNow();
  const span = filters.span ?? "30d";
  const unit = filters.unit ?? (span === "1d" ? "hour" : "day");
  const by = filters.by?.split(",").filter((name) => DIMENSIONS.includes(name)) ?? (tenant_id ? ["model"] : ["tenant"]);
  const zone = filters.tz ?? ZONE;
  const range = now === null ? null : rangeOf(span, now, filters);
  const days =
    range?.from && now !== null && zone === ZONE
      ? daysBetween(new Date(range.from), range.to ? new Date(range.to) : new Date(now + 1))
      : [];
  const asked = {
    ...{ from: range?.from, to: range?.to, tz: zone, tenant_id: tenant_id ?? filters.tenant_id },
    ...{ user_id: filters.user_id, key_id: filters.key_id, model: filters.model, tag: filters.tag },
  };
  const enabled = range !== null;
  const table = useReport(
    "usage",
    { ...asked, group_by: [unit, ...by].join(","), limit: ROWS, ...cursor },
    { enabled },
  );
  // The chart is of one dimension at a time: the first that was chosen.
  const drawn = useReport(
    "margin",
    { ...asked, group_by: [unit, ...by.slice(0, 1)].join(","), limit: 1_000 },
    { enabled },
  );
  const tokens = useReport(
    "usage",
    { ...asked, group_by: [unit, ...by.slice(0, 1)].join(","), limit: 1_000 },
    { enabled },
  );
  const csv = (kind: string) =>
    `/api/admin/reports/${kind}?${queryOf({ ...asked, group_by: [unit, ...by].join(","), format: "csv" })}`;
  const currencies = drawn.data?.totals.map(({ currency }) => currency) ?? [];
  const currency =
    filters.currency && currencies.includes(filters.currency) ? filters.currency : (currencies[0] ?? "INR");
  const source = MEASURES[measure].report === "margin" ? drawn : tokens;
  const isMoney = MEASURES[measure].money;
  const total = drawn.data?.totals.find((row) => row.currency === currency);

  return (
    <Stack>
      <Card
        title="What is shown"
        side={
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => setFilters(Object.fromEntries(Object.keys(filters).map((name) => [name, null])))}
          >
            Start over
          </Button>
        }
      >
        <Stack gap="sm">
          <div className={classes.filters}>
            <Select
              size="xs"
              label="When"
              data={SPANS}
              allowDeselect={false}
              value={span}
              onChange={(span) => setFilters({ span, unit: null })}
            />
            {span === "custom" && (
              <>
                <Day name="from" label="From" />
                <Day name="until" label="To" />
              </>
            )}
            <Select
              size="xs"
              label="A row for each"
              data={UNITS}
              allowDeselect={false}
              value={unit}
              onChange={(unit) => setFilters({ unit })}
            />
            <MultiSelect
              size="xs"
              label="And for each"
              data={DIMENSIONS.filter((name) => !tenant_id || name !== "tenant").map((value) => ({
                value,
                label: value.replace("_", " "),
              }))}
              value={by}
              onChange={(names) => setFilters({ by: names.length ? names.join(",") : "none" })}
            />
            <Select
              size="xs"
              label="Days begin in"
              data={[...new Set([ZONE, timezone, "UTC"])]}
              allowDeselect={false}
              value={zone}
              onChange={(tz) => setFilters({ tz })}
            />
          </div>
          <FilterBar
            filters={[
              ...(tenant_id ? [] : [{ name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" }]),
              { name: "user_id", label: "User", placeholder: "usr_…" },
              { name: "key_id", label: "Key", placeholder: "key_…" },
              { name: "model", label: "Model", placeholder: "claude-sonnet-5-5" },
              { name: "tag", label: "Tag", placeholder: "feature=summary" },
            ]}
          />
        </Stack>
      </Card>
      {total && (
        <div className={classes.stats}>
          <Stat label="Spend" value={briefMicros(total.spend_micros, currency)} note="what customers owe for it" />
          <Stat label="Cost" value={briefMicros(total.cost_micros ?? 0, currency)} note="what the provider charges" />
          <Stat
            label="Margin"
            value={briefMicros(total.margin_micros ?? 0, currency)}
            note="at the rates of each cycle"
          />
          <Stat label="Requests" value={briefCount(total.requests)} note="that reached the provider" />
        </div>
      )}
      <Card
        title="Over time"
        side={
          <>
            {isMoney && currencies.length > 1 && (
              <SegmentedControl
                size="xs"
                aria-label="Currency"
                data={currencies}
                value={currency}
                onChange={(currency) => setFilters({ currency })}
              />
            )}
            <SegmentedControl
              size="xs"
              aria-label="What is drawn"
              data={Object.entries(MEASURES).map(([value, { label }]) => ({ value, label }))}
              value={measure}
              onChange={(value) => setMeasure(value as Measure)}
            />
          </>
        }
      >
        <Loaded<Report<Row>> of={source} height={250}>
          {(report) => (
            <TimeChart
              label={`${MEASURES[measure].label} over time`}
              {...chartOf(report, { measure, unit, by: by[0] ?? null, currency: isMoney ? currency : null, days })}
              format={isMoney ? (value) => briefMicros(value, currency) : briefCount}
            />
          )}
        </Loaded>
      </Card>
      <Card
        title="Rows"
        side={
          <Button component="a" href={csv("usage")} download variant="default" size="xs">
            Export CSV
          </Button>
        }
      >
        {table.error && !table.data ? (
          <Trouble error={table.error} title="This report cannot be shown" onRetry={() => void table.refetch()} />
        ) : (
          <Loaded of={table}>
            {(report) =>
              report.data.length === 0 ? (
                <Text size="sm" c="dimmed">
                  Nothing of this was used then.
                </Text>
              ) : (
                <Stack>
                  <DataTable
                    label="Usage"
                    columns={columnsFor(unit, by)}
                    rows={report.data}
                    keyOf={(row) =>
                      JSON.stringify([
                        row[unit as "day"],
                        row.currency,
                        ...by.map((name) => row[`${name}_id` as "tenant_id"] ?? row[name as "model"]),
                      ])
                    }
                  />
                  <Turn page={report} back={false} />
                </Stack>
              )
            }
          </Loaded>
        )}
      </Card>
    </Stack>
  );
}

function Day({ name, label }: { readonly name: string; readonly label: string }) {
  const { filters, setFilters } = useAddress();
  return (
    <TextInput
      type="date"
      size="xs"
      label={label}
      value={filters[name] ?? ""}
      onChange={(event) => setFilters({ [name]: event.currentTarget.value })}
    />
  );
}
