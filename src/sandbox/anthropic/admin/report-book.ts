import { METERS, type Meter } from "../../../catalog/meters.ts";
import { priceBook, priceSamplings } from "../../../catalog/price-book.ts";
import { seedPrices } from "../../../catalog/seed.ts";
import type { TallyEntry, TallyQuantities } from "../tally.ts";

/** What one group of requests used within one minute, and what that costs by the list. */
export interface ReportRow {
  /** Epoch ms of its minute. */
  readonly minute: number;
  readonly key: string;
  readonly model: string;
  readonly service_tier: "standard" | "batch";
  readonly inference_geo: string;
  readonly speed: "standard" | "fast";
  readonly context_window: "0-200k" | "200k-1M";
  readonly used: TallyQuantities;
  readonly pico_usd: Record<Meter, bigint>;
}

/** How the reports differ from the truth. */
export interface ReportKnobs {
  /** Days (`2026-11-01`) of which nothing is reported. */
  readonly missingDays: Set<string>;
  /** What is younger than this is not reported yet. */
  lagMs: number;
  /** Rows that are not reported yet, however old. */
  late: ((row: ReportRow) => boolean) | null;
  /** What is charged of a model instead of its list price, in ppm of it. */
  readonly pricePpm: Map<string, number>;
  /** … and of every other model. */
  allPricesPpm: number;
  /** Of the next requests for a report so many fail. */
  failures: number;
}

/** Less than nothing takes it away again. */
export interface ForeignUse extends Partial<TallyQuantities> {
  readonly key: string;
  readonly model: string;
  /** Epoch ms. */
  readonly at: number;
  readonly geo?: string;
}

/** The organization's books of its use, as its reports are made of them. */
export interface ReportBook {
  readonly knobs: ReportKnobs;
  /** What is reported, at the present moment. */
  rows(): readonly ReportRow[];
  add(entry: TallyEntry): void;
  /** Use that came about without any request here. */
  addUsage(usage: ForeignUse): void;
  /** All that it has, to open it with again. */
  kept(): KeptBook;
}

export interface KeptBook {
  readonly version: 1;
  readonly rows: readonly (Omit<ReportRow, "pico_usd"> & { readonly pico_usd: Readonly<Record<Meter, string>> })[];
}

const MINUTE_MS = 60_000;
const LONG_CONTEXT_TOKENS = 200_000;
const NO_USE: TallyQuantities = {
  ...{ inputTokens: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, outputTokens: 0, webSearches: 0 },
};
const QUANTITY: Record<Meter, keyof TallyQuantities> = {
  ...{ input: "inputTokens", cache_read: "cacheRead", cache_write_5m: "cacheWrite5m", cache_write_1h: "cacheWrite1h" },
  ...{ output: "outputTokens", web_search: "webSearches" },
};

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface BookOptions {
  readonly now: () => number;
  readonly kept?: KeptBook | null;
  /** Hears of every use that is added. */
  readonly onAdded?: () => void;
}

export function openReportBook({ now, kept, onAdded = () => {} }: BookOptions): ReportBook {
  const rows = new Map<string, ReportRow>();
  for (const row of kept?.rows ?? [])
    rows.set(nameOf(row), { ...row, pico_usd: eachMeter((meter) => BigInt(row.pico_usd[meter])) });
  const book = priceBook(seedPrices());
  const knobs: ReportKnobs = {
    ...{ missingDays: new Set(), lagMs: 0, late: null, pricePpm: new Map(), allPricesPpm: 1_000_000, failures: 0 },
  };

  const add = (
    entry: Omit<TallyEntry, "id" | "status" | "deltas" | "aborted" | "ended" | "endedAt" | "stream">,
  ): void => {
    if (entry.key === null || entry.model === null || METERS.every((meter) => entry[QUANTITY[meter]] === 0)) return;
    const prompt = entry.inputTokens + entry.cacheRead + entry.cacheWrite5m + entry.cacheWrite1h;
    const dimensions = {
      minute: entry.startedAt - (entry.startedAt % MINUTE_MS),
      ...{ key: entry.key, model: entry.model, service_tier: entry.batch ? ("batch" as const) : ("standard" as const) },
      ...{ inference_geo: entry.geo ?? "not_available", speed: entry.speed ?? ("standard" as const) },
      context_window: prompt > LONG_CONTEXT_TOKENS ? ("200k-1M" as const) : ("0-200k" as const),
    };
    const name = nameOf(dimensions);
    const row = rows.get(name) ?? { ...dimensions, used: { ...NO_USE }, pico_usd: eachMeter(() => 0n) };
    rows.set(name, row);
    const quantities = eachMeter((meter) => entry[QUANTITY[meter]]);
    const sampling = { model: entry.model, quantities, list: dimensions.speed, geo: dimensions.inference_geo };
    const priced = priceSamplings(book, [{ ...sampling, batch: entry.batch ?? false }], {
      ...{ tenant_id: "", at: entry.startedAt, fallback_model: entry.model },
    });
    for (const meter of METERS) row.used[QUANTITY[meter]] += quantities[meter];
    for (const { meter, pico_usd } of priced?.[0]?.lines ?? []) row.pico_usd[meter] += pico_usd;
    onAdded();
  };

  return {
    knobs,
    rows: () =>
      [...rows.values()].filter(
        (row) =>
          !knobs.missingDays.has(dayOf(row.minute)) &&
          row.minute <= now() - knobs.lagMs &&
          !(knobs.late?.(row) ?? false),
      ),
    add,
    addUsage: ({ key, model, at, ...used }) => add({ ...NO_USE, ...used, key, model, startedAt: at }),
    kept: () => ({
      version: 1,
      rows: [...rows.values()].map((row) => ({ ...row, pico_usd: eachMeter((meter) => String(row.pico_usd[meter])) })),
    }),
  };
}

const nameOf = ({ used: _, pico_usd: __, ...dimensions }: Partial<ReportRow | KeptBook["rows"][number]>): string =>
  JSON.stringify(Object.entries(dimensions).sort());

const eachMeter = <T>(of: (meter: Meter) => T): Record<Meter, T> =>
  Object.fromEntries(METERS.map((meter) => [meter, of(meter)])) as Record<Meter, T>;
