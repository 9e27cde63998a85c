/** A usage event, as the API tells administrators of it. */
export interface UsageEvent {
  readonly id: string;
  readonly kind: "call" | "adjustment";
  readonly reason: string | null;
  readonly request_id: string;
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly route: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly currency: string;
  readonly uncovered_micros: number;
  readonly ended: string;
  readonly stop_reason: string | null;
  readonly unreconciled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly admitted_at: string;
  readonly settled_at: string;
  readonly first_byte_ms: number | null;
  readonly total_ms: number | null;
  readonly upstream_request_id: string | null;
  readonly rate_micros: number;
  readonly multiplier_ppm: number;
  readonly plan_version_id: string | null;
  readonly raw_usage: unknown;
}

/** What a call was priced at, line by line. */
export interface PricedEvent extends UsageEvent {
  readonly samplings: readonly {
    readonly model: string;
    readonly cost_usd?: string;
    readonly lines: readonly {
      readonly meter: string;
      readonly quantity: number;
      readonly usd_per_million?: string;
      readonly usd_each?: string;
      readonly cost_usd?: string;
    }[];
  }[];
  readonly terms?: { readonly fx_rate: string; readonly mark_up: string; readonly currency: string };
  readonly grants_drawn?: readonly { readonly grant_id: string; readonly amount_micros: number }[];
  readonly rate_note?: string;
}

export interface Receipt {
  readonly request_id: string;
  readonly data: readonly PricedEvent[];
  readonly totals: {
    readonly calls: number;
    readonly cost_micros_usd: number;
    readonly spend_micros: number;
    readonly currency: string;
  };
}

export const promptTokens = (event: UsageEvent): number =>
  event.input_tokens + event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;
