import { Button, Table } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useState } from "react";
import classes from "../dashboard.module.css";
import { Columns, Lines } from "./marks.tsx";
import { everyLabel, ticksOf } from "./scale.ts";

/** Values over time, or over whatever the labels name. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** Told apart in light and in dark, and by those who see no red or green. */
export const COLOURS = [
  ...["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)"],
  ...["var(--chart-5)", "var(--chart-6)", "var(--chart-7)", "var(--chart-8)"],
] as const;

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;

const HEIGHT = 220;
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 8, 10, 24];
const LABEL_WIDTH = 62;

/**
 * Lines, or columns that stand on each other. Drawn here, because it is all that these pages need of charts: a library for it would be more
 * than half of what the dashboard may weigh. Whoever does not see it, or has no mouse, reads the same figures as a table.
 */
export function TimeChart({
  label,
  labels,
  series,
  format,
  kind = "columns",
}: {
  readonly label: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly kind?: "columns" | "lines";
}) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const sums = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const most = Math.max(0, ...(kind === "columns" ? sums : series.flatMap(({ values }) => values)));
  const ticks = ticksOf(most);
  const top = ticks.at(-1) || 1;
  const inside = Math.max(width - LEFT - RIGHT, 1);
  const step = inside / Math.max(labels.length, 1);
  const frame = {
    x: (index: number) => LEFT + step * (index + 0.5),
    y: (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top),
    step,
  };
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    setAt(Math.min(labels.length - 1, Math.max(0, Math.floor(x / step))));
  };
  const every = everyLabel(labels.length, inside, LABEL_WIDTH);

  return (
    <div>
      {asTable ? (
        <ChartTable {...{ label, labels, series, format }} />
      ) : (
        <div ref={ref} className={classes.chart}>
          <svg
            role="img"
            aria-label={`${label}: ${series.map(({ name }) => name).join(", ")}. The same as a table is one button further.`}
            height={HEIGHT}
            onPointerMove={move}
            onPointerLeave={() => setAt(null)}
          >
            {ticks.map((tick) => (
              <g key={tick}>
                <line className={classes.gridline} x1={LEFT} x2={width - RIGHT} y1={frame.y(tick)} y2={frame.y(tick)} />
                <text className={classes.axis} x={LEFT - 8} y={frame.y(tick) + 4} textAnchor="end">
                  {format(tick)}
                </text>
              </g>
            ))}
            {labels.map((text, index) =>
              index % every === 0 ? (
                <text key={text} className={classes.axis} x={frame.x(index)} y={HEIGHT - 6} textAnchor="middle">
                  {text}
                </text>
              ) : null,
            )}
            {kind === "columns" ? <Columns {...{ series, frame }} /> : <Lines {...{ series, frame }} />}
            {at !== null && (
              <line className={classes.cursor} x1={frame.x(at)} x2={frame.x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />
            )}
          </svg>
          {at !== null && (
            <div
              className={classes.tip}
              style={frame.x(at) > width / 2 ? { right: width - frame.x(at) + 10 } : { left: frame.x(at) + 10 }}
            >
              <strong>{labels[at]}</strong>
              {series.map(({ name, values }, index) => (
                <div key={name}>
                  <Swatch index={index} />
                  {name}: {format(values[at] ?? 0)}
                </div>
              ))}
            </div>
          )}
        </div>
      )}
      <div className={classes.legend}>
        {series.map(({ name }, index) => (
          <span key={name}>
            <Swatch index={index} />
            {name}
          </span>
        ))}
        <Button
          variant="subtle"
          size="compact-xs"
          ml="auto"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          aria-label={`${label} as ${asTable ? "a chart" : "a table"}`}
        >
          {asTable ? "As a chart" : "As a table"}
        </Button>
      </div>
    </div>
  );
}

const Swatch = ({ index }: { readonly index: number }) => (
  <span className={classes.swatch} style={{ background: colourOf(index) }} />
);

function ChartTable({
  label,
  labels,
  series,
  format,
}: {
  readonly label: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}) {
  return (
    <section
      className={classes.scroll}
      style={{ maxHeight: HEIGHT, overflowY: "auto" }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={label}
    >
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {labels.map((text, index) => (
            <Table.Tr key={text}>
              <Table.Td>{text}</Table.Td>
              {series.map(({ name, values }) => (
                <Table.Td key={name} ta="right" className={classes.number}>
                  {format(values[index] ?? 0)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
