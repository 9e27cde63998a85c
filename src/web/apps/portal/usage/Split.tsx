import { Group, SegmentedControl, Skeleton, Title } from "@mantine/core";
import { useState } from "react";
import { compact, count, micros } from "../../shared/format.ts";
import { type Column, Rows } from "../../shared/Rows.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { type Grouping, inputOf, type Report } from "../../shared/usage.ts";
import { useKeyNames } from "../keys/queries.ts";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { useReport } from "./queries.ts";
import type { Range } from "./range.ts";

const GROUPINGS = [
  ["model", "Model"],
  ["key", "Key"],
  ["user", "User"],
  ["tag", "Tag"],
  ["day", "Day"],
] as const satisfies readonly (readonly [Grouping, string])[];

/** The same usage by what used it. */
export function Split({ range }: { readonly range: Range }) {
  const { me } = useSession();
  const [by, setBy] = useState<Grouping>("model");
  const report = useReport(range, by);
  // One user's usage is all of that user's.
  const groupings = GROUPINGS.filter(([name]) => name !== "user" || me.user === null);
  return (
    <section className={classes.card} aria-labelledby="split-title">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4" id="split-title">
          What used it
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="Split by"
          value={by}
          onChange={(next) => setBy(next as Grouping)}
          data={groupings.map(([value, label]) => ({ value, label }))}
        />
      </Group>
      {report.data ? (
        <SplitTable report={report.data} by={by} />
      ) : report.error ? (
        <Trouble error={report.error} title="Usage cannot be shown" onRetry={() => void report.refetch()} />
      ) : (
        <Skeleton height={160} role="status" aria-label="Loading" />
      )}
    </section>
  );
}

type Row = Report["data"][number];

function SplitTable({ report, by }: { readonly report: Report; readonly by: Grouping }) {
  const names = useKeyNames();
  const label = GROUPINGS.find(([name]) => name === by)?.[1] ?? by;
  const nameOf = (row: Row): string => {
    const group = row[by];
    if (!group) return "None";
    if (by === "user") return row.user_name ?? row.user_external_id ?? group;
    return (by === "key" && names.get(group)) || group;
  };
  const columns: Column<Row>[] = [
    { name: by, label, value: nameOf },
    {
      name: "requests",
      label: "Requests",
      value: (row) => row.requests,
      cell: (row) => count(row.requests),
      isNumber: true,
    },
    { name: "in", label: "Tokens in", value: inputOf, cell: (row) => compact(inputOf(row)), isNumber: true },
    {
      name: "cached",
      label: "From cache",
      value: (row) => row.cache_read_tokens,
      cell: (row) => compact(row.cache_read_tokens),
      isNumber: true,
    },
    {
      name: "out",
      label: "Tokens out",
      value: (row) => row.output_tokens,
      cell: (row) => compact(row.output_tokens),
      isNumber: true,
    },
  ];
  const currency = report.totals[0]?.currency;
  if (currency) {
    columns.push({
      name: "spend",
      label: `Spend, ${currency}`,
      value: (row) => (row.spend_micros ?? 0) / 1_000_000,
      cell: (row) => micros(row.spend_micros ?? 0, currency),
      isNumber: true,
    });
  }
  const sortedBy = by === "day" ? { by, descending: true } : { by: currency ? "spend" : "out", descending: true };
  return (
    <Rows
      key={by}
      label={`Usage by ${label.toLowerCase()}`}
      columns={columns}
      rows={report.data}
      idOf={(row) => row[by] ?? ""}
      sortedBy={sortedBy}
      file={`usage-by-${by}.csv`}
    />
  );
}
