import { Text } from "@mantine/core";
import { useState } from "react";
import classes from "./bars.module.css";

/** One part of every bar, from the bottom up. */
export interface Series {
  readonly name: string;
  readonly tone: "first" | "second" | "third";
}

export interface Bar {
  /** Under the bar, where there is room. */
  readonly label: string;
  /** In full, where it is pointed at. */
  readonly title: string;
  /** In the order of the series. */
  readonly values: readonly number[];
}

const LABELS_MAX = 5;

/**
 * A bar for each day or model, of one part or several. It is drawn of boxes: a hundredth of a chart library's weight on a page that has to be
 * light inside of others' pages. Its figures stand in a table beside it, which is for whoever cannot see it.
 */
export function Bars({
  label,
  bars,
  series,
  format,
}: {
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}) {
  const [pointed, setPointed] = useState<number | null>(null);
  const sum = ({ values }: Bar) => values.reduce((total, value) => total + value, 0);
  const top = niceCeiling(Math.max(...bars.map(sum), 0));
  const every = Math.ceil(bars.length / LABELS_MAX);
  const bar = pointed === null ? undefined : bars[pointed];
  const whole = bars.reduce((total, each) => total + sum(each), 0);
  return (
    <figure className={classes.figure}>
      <Text component="figcaption" size="sm" c="dimmed" className={classes.readout}>
        {bar ? readout(bar, series, format) : `${label}: ${format(whole)} in all`}
      </Text>
      <div className={classes.plot} role="img" aria-label={`${label}, ${format(whole)} in all`}>
        <div className={classes.scale} aria-hidden="true">
          {[1, 0.5, 0].map((share) => (
            <span key={share}>{format(top * share)}</span>
          ))}
        </div>
        <div className={classes.bars} onPointerLeave={() => setPointed(null)}>
          {bars.map((each, index) => (
            <div
              key={each.title}
              className={classes.column}
              data-pointed={index === pointed || undefined}
              onPointerEnter={() => setPointed(index)}
            >
              <div className={classes.stack}>
                {each.values.map((value, part) => (
                  <span
                    key={series[part]?.name}
                    data-tone={series[part]?.tone}
                    style={{ height: `${top ? (100 * value) / top : 0}%` }}
                  />
                ))}
              </div>
              <span className={classes.label}>
                {index % every === 0 && index + every <= bars.length ? each.label : ""}
              </span>
            </div>
          ))}
        </div>
      </div>
      {series.length > 1 && (
        <div className={classes.legend} aria-hidden="true">
          {series.map(({ name, tone }) => (
            <Text key={name} size="xs" c="dimmed">
              <span className={classes.swatch} data-tone={tone} />
              {name}
            </Text>
          ))}
        </div>
      )}
    </figure>
  );
}

function readout({ title, values }: Bar, series: readonly Series[], format: (value: number) => string): string {
  const parts = series.map(({ name }, part) => `${format(values[part] ?? 0)} ${series.length > 1 ? name : ""}`.trim());
  return `${title}: ${parts.join(", ")}`;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** The next round number above: where the scale ends. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}
