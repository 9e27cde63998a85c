/** What the API says of usage. Which figures of money are there is the operator's choice (`cost_visibility`). */

export interface Figures {
  readonly requests: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly cost_micros_usd?: number;
  readonly spend_micros?: number;
  readonly currency?: string;
}

export type Grouping = "day" | "model" | "user" | "key" | "tag";

export interface Report {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly data: readonly (Figures & Readonly<Partial<Record<Grouping, string | null>>>)[];
  readonly totals: readonly Figures[];
}

/** One call, as it was settled; or the correction of one. */
export interface UsageEvent extends Omit<Figures, "requests"> {
  readonly id: string;
  readonly kind: "call" | "adjustment";
  readonly reason: string | null;
  readonly request_id: string;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly route: string;
  readonly model: string;
  readonly source: string;
  readonly ended: string;
  readonly stop_reason: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly admitted_at: string;
  readonly first_byte_ms: number | null;
  readonly total_ms: number;
}

export interface EventPage {
  readonly data: readonly UsageEvent[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

export const inputOf = (figures: Omit<Figures, "requests">): number =>
  figures.input_tokens + figures.cache_read_tokens + figures.cache_write_5m_tokens + figures.cache_write_1h_tokens;
