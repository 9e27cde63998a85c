import type { Meter } from "../../catalog/meters.ts";
import type { Micros } from "../../kernel/money.ts";
import type { Figure, Figures } from "../../usage/rollups/figures.ts";

/** What was used of one model in a cycle, as the rollups have it; `cost_micros` is in the customer's currency, at the cycle's rate. */
export interface ModelUse {
  readonly model: string;
  readonly figures: Pick<Figures, (typeof USED)[number]>;
}

/** The columns that a preview reads. */
export const USED = [
  ...(["requests", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"] as const),
  ...(["output_tokens", "web_searches", "cost_micros_usd", "cost_micros", "spend_micros", "uncovered_micros"] as const),
  ...(["included_micros", "prepaid_micros", "promotional_micros", "overage_micros"] as const),
] satisfies readonly Figure[];

export const COLUMN = {
  ...{ input: "input_tokens", cache_read: "cache_read_tokens", cache_write_5m: "cache_write_5m_tokens" },
  ...{ cache_write_1h: "cache_write_1h_tokens", output: "output_tokens", web_search: "web_searches" },
} as const satisfies Record<Meter, Figure>;

/** What a cycle comes to for whoever pays and for the operator, without tax. */
export interface Bill {
  readonly base_micros: Micros;
  /** What the use comes to, by whatever it is paid. */
  readonly use_micros: Micros;
  readonly included_micros: Micros;
  readonly promotional_micros: Micros;
  readonly prepaid_micros: Micros;
  readonly overage_micros: Micros;
  /** What none of these covers: it is refused, or credit is bought for it. */
  readonly beyond_micros: Micros;
  /** Base, prepaid and overage. */
  readonly pays_micros: Micros;
  readonly cost_micros: Micros;
  /** What is paid less what it costs. */
  readonly margin_micros: Micros;
}
export const BILLED = [
  ...["base_micros", "use_micros", "included_micros", "promotional_micros", "prepaid_micros"],
  ...["overage_micros", "beyond_micros", "pays_micros", "cost_micros", "margin_micros"],
] as (keyof Bill)[];
