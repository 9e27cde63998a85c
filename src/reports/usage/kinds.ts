import { toDecimal } from "../../kernel/money.ts";
import type { Figure, Figures } from "../../usage/rollups/figures.ts";
import { percentile } from "../../usage/rollups/latency.ts";
import type { RollupRow } from "../../usage/rollups/store.ts";

/** What a report of usage shows of a row. Shares are in parts per million: of nothing, there is none. */
export interface Kind {
  readonly columns: (row: RollupRow) => Readonly<Record<string, number | string | null>>;
  /** Reads the counts of latencies, which are not kept by user and key. */
  readonly latencies?: true;
}

const usd = (micros: number): string => toDecimal(BigInt(micros), 6);
const share = (part: number, whole: number): number | null => (whole > 0 ? Math.round((part * 1e6) / whole) : null);
const mean = (sum: number, count: number): number | null => (count > 0 ? Math.round(sum / count) : null);

const tokens = (figures: Figures) => {
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens } = figures;
  return { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens };
};

const cost = ({ cost_micros_usd, cost_micros }: Figures) => ({
  ...{ cost_micros_usd, cost_usd: usd(cost_micros_usd), cost_micros },
});

const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };
const times = (name: string, counts: readonly number[]) =>
  Object.fromEntries(Object.entries(PERCENTILES).map(([p, at]) => [`${name}_${p}_ms`, percentile(counts, at)]));

export const KINDS = {
  usage: {
    columns: ({ figures, currency }) => ({
      ...{ requests: figures.requests, ...tokens(figures), web_searches: figures.web_searches },
      ...{ cost_micros_usd: figures.cost_micros_usd, cost_usd: usd(figures.cost_micros_usd) },
      ...{ spend_micros: figures.spend_micros, uncovered_micros: figures.uncovered_micros, currency },
    }),
  },
  spend: {
    columns: ({ figures, currency }) => {
      const { requests, spend_micros, included_micros, prepaid_micros, promotional_micros, overage_micros } = figures;
      const drawn = included_micros + prepaid_micros + promotional_micros + overage_micros;
      return {
        ...{ requests, spend_micros, included_micros, prepaid_micros, promotional_micros, overage_micros },
        // Of tenants that are only observed.
        undrawn_micros: spend_micros - drawn,
        ...{ uncovered_micros: figures.uncovered_micros, currency },
      };
    },
  },
  cost: {
    columns: ({ figures, currency }) => ({
      ...{ requests: figures.requests, ...tokens(figures), web_searches: figures.web_searches },
      ...{ ...cost(figures), currency },
    }),
  },
  margin: {
    columns: ({ figures, currency }) => {
      const margin_micros = figures.spend_micros - figures.cost_micros;
      const { requests, spend_micros, promotional_micros, uncovered_micros } = figures;
      return {
        ...{ requests, spend_micros, ...cost(figures), margin_micros },
        margin_ppm: share(margin_micros, spend_micros),
        ...{ promotional_micros, uncovered_micros, currency },
      };
    },
  },
  cache: {
    columns: ({ figures, currency }) => {
      const { requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = figures;
      const prompt_tokens = input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
      return {
        ...{ requests, prompt_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens },
        cache_hit_ppm: share(cache_read_tokens, prompt_tokens),
        ...{
          cache_saved_micros_usd: figures.cache_saved_micros_usd,
          cache_saved_usd: usd(figures.cache_saved_micros_usd),
        },
        currency,
      };
    },
  },
  reliability: {
    columns: ({ figures, currency }) => {
      const { requests, errors, disconnects, quota_ends, unreconciled } = figures;
      return {
        ...{ requests, errors, error_ppm: share(errors, requests) },
        ...{ disconnects, disconnect_ppm: share(disconnects, requests), quota_ends, unreconciled },
        currency,
      };
    },
  },
  latency: {
    latencies: true,
    columns: ({ figures, first, total, currency }) => ({
      requests: figures.requests,
      ...{ first_byte_mean_ms: mean(figures.first_byte_ms, figures.first_bytes), ...times("first_byte", first) },
      ...{ total_mean_ms: mean(figures.total_ms, figures.requests), ...times("total", total) },
      currency,
    }),
  },
} satisfies Record<string, Kind>;

/** The figures that a kind reads: no others need be summed. It says so itself, by reading them of a row. */
export function figuresReadBy(kind: Kind): readonly Figure[] {
  const read = new Set<Figure>();
  const get = (_: Figures, name: string | symbol) => {
    read.add(name as Figure);
    return 0;
  };
  const figures = new Proxy({} as Figures, { get });
  kind.columns({ at: 0, dimensions: [], currency: "", first: [], total: [], figures });
  return [...read];
}

export type KindName = keyof typeof KINDS;
