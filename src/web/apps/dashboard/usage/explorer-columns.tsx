import { Link } from "wouter";
import { briefCount, count, micros } from "../../shared/format.ts";
import classes from "../dashboard.module.css";
import type { Column } from "../kit/DataTable.tsx";
import { shortDay } from "../kit/days.ts";
import { nameOf } from "./explorer-chart.ts";
import { tokensOf, type UsageRow } from "./reports.ts";

const TITLES: Readonly<Record<string, string>> = { plan_version: "Plan version" };
const titleOf = (name: string): string => TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

/** The columns of a report by this unit of time and these dimensions. */
export const columnsFor = (unit: string, by: readonly string[]): readonly Column<UsageRow>[] => [
  {
    title: titleOf(unit),
    value: (row) => row[unit as "day"] ?? null,
    show: (row) => shortDay(row[unit as "day"] ?? ""),
  },
  ...by.map(
    (name): Column<UsageRow> => ({
      title: titleOf(name),
      value: (row) => nameOf(row, name),
      ...(name === "tenant" && {
        show: (row: UsageRow) => (
          <Link href={`/tenants/${row.tenant_id}`} className={classes.link}>
            {nameOf(row, name)}
          </Link>
        ),
      }),
    }),
  ),
  { title: "Requests", value: ({ requests }) => requests, show: ({ requests }) => count(requests), right: true },
  { title: "Tokens", value: tokensOf, show: (row) => briefCount(tokensOf(row)), right: true },
  {
    title: "Out",
    value: ({ output_tokens }) => output_tokens,
    show: ({ output_tokens }) => briefCount(output_tokens),
    right: true,
  },
  {
    title: "Cost (USD)",
    value: ({ cost_micros_usd }) => cost_micros_usd / 1e6,
    show: ({ cost_micros_usd }) => micros(cost_micros_usd, "USD"),
    right: true,
  },
  {
    title: "Spend",
    value: ({ spend_micros }) => spend_micros / 1e6,
    show: ({ spend_micros, currency }) => micros(spend_micros, currency),
    right: true,
  },
];
