import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { percent } from "../../shared/format.ts";
import classes from "../dashboard.module.css";

/** One figure, and how it compares with the same figure earlier. */
export function Stat({
  label,
  value,
  note,
  now,
  before,
  beforeLabel,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly now?: number | null;
  readonly before?: number | null;
  readonly beforeLabel?: string;
}) {
  return (
    <div className={classes.stat}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <div className={classes.statValue}>{value}</div>
      <Text size="xs" c="dimmed" component="div">
        {note ?? <Change now={now ?? null} before={before ?? null} label={beforeLabel ?? "before"} />}
      </Text>
    </div>
  );
}

function Change({
  now,
  before,
  label,
}: {
  readonly now: number | null;
  readonly before: number | null;
  readonly label: string;
}) {
  if (now === null || before === null || before === 0) return <>nothing to compare with {label}</>;
  const change = Math.round(((now - before) / Math.abs(before)) * 1e6);
  if (change === 0) return <>as {label}</>;
  return (
    <>
      {change > 0 ? "▲" : "▼"} {percent(Math.abs(change))} {change > 0 ? "more" : "less"} than {label}
    </>
  );
}
