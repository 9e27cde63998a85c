/** What the API says of plans and prices, as far as these pages show it. */

export interface Markup {
  readonly type: "markup";
  readonly multiplier_ppm: number;
}
export interface RateCard {
  readonly type: "rate_card";
  readonly rates: readonly unknown[];
  readonly fallback_multiplier_ppm: number | null;
}

export interface Terms {
  readonly period: string;
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly pricing: Markup | RateCard;
  readonly tiers: readonly unknown[] | null;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly grace_days: number;
  readonly reminder_days: readonly number[];
  readonly final_notice_days: number;
}

export interface Plan extends Terms {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly visibility: "public" | "hidden";
  readonly version: number;
  readonly limits: readonly unknown[];
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WholePlan extends Plan {
  readonly versions: readonly (Terms & { readonly version: number; readonly created_at: string })[];
}

export interface Price {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly model: string;
  readonly list: "standard" | "fast";
  readonly above_prompt_tokens: number;
  readonly meter: Meter;
  readonly usd_per_million: string;
  readonly valid_from: string;
  readonly source: string;
  readonly correction: number;
}

export interface Rate {
  readonly id: string;
  readonly currency: string;
  readonly rate_micros: number;
  readonly valid_from: string;
  readonly source: string;
  readonly created_at: string;
}

export const METERS = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "web_search"] as const;
export type Meter = (typeof METERS)[number];
