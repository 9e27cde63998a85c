import { colourOf, type Series } from "./TimeChart.tsx";

/** Where a value stands on the drawing. */
interface Frame {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly step: number;
}

interface Drawn {
  readonly series: readonly Series[];
  readonly frame: Frame;
}

const COLUMN_MAX = 34;

/** Columns that stand on each other. */
export function Columns({ series, frame: { x, y, step } }: Drawn) {
  const width = Math.max(1, Math.min(step * 0.72, COLUMN_MAX));
  const heights = new Map<number, number>();
  return series.map(({ name, values }, order) => (
    <g key={name} fill={colourOf(order)}>
      {values.map((value, index) => {
        const below = heights.get(index) ?? 0;
        heights.set(index, below + value);
        if (value <= 0) return null;
        const top = y(below + value);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
            key={index}
            x={x(index) - width / 2}
            y={top}
            width={width}
            height={Math.max(0.5, y(below) - top)}
            rx={1.5}
          />
        );
      })}
    </g>
  ));
}

/** A line for each. */
export function Lines({ series, frame: { x, y } }: Drawn) {
  return series.map(({ name, values }, order) => {
    const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
    return (
      <g key={name} stroke={colourOf(order)} fill="none" strokeWidth="2" strokeLinejoin="round">
        <polyline points={points.join(" ")} strokeDasharray={order % 2 === 1 ? "5 4" : undefined} />
        {points.length === 1 && <circle cx={x(0)} cy={y(values[0] ?? 0)} r="3" fill={colourOf(order)} />}
      </g>
    );
  });
}
