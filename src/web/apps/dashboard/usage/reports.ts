import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { queryOf } from "../kit/address.ts";
import { adminApi } from "../session.tsx";

/** What `reports/*` answers: rows, and the totals of all of it, a row for each currency. */
export interface Report<Row> {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly complete: boolean;
  readonly data: readonly (Row & Groups)[];
  readonly totals: readonly Row[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

export interface Groups {
  readonly hour?: string;
  readonly day?: string;
  readonly week?: string;
  readonly month?: string;
  readonly tenant_id?: string;
  readonly tenant_name?: string | null;
  readonly user_id?: string | null;
  readonly user_external_id?: string | null;
  readonly key_id?: string | null;
  readonly key_name?: string | null;
  readonly model?: string;
  readonly plan_version_id?: string | null;
  readonly tag?: string | null;
}

export interface UsageRow {
  readonly requests: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly uncovered_micros: number;
  readonly currency: string;
}

export interface MarginRow {
  readonly requests: number;
  readonly spend_micros: number;
  readonly cost_micros_usd: number;
  readonly cost_micros: number;
  readonly margin_micros: number;
  readonly margin_ppm: number | null;
  readonly uncovered_micros: number;
  readonly currency: string;
}

export interface ReliabilityRow {
  readonly requests: number;
  readonly errors: number;
  readonly error_ppm: number | null;
  readonly disconnects: number;
  readonly quota_ends: number;
  readonly currency: string;
}

export interface LatencyRow {
  readonly requests: number;
  readonly first_byte_p50_ms: number | null;
  readonly first_byte_p95_ms: number | null;
  readonly total_p50_ms: number | null;
  readonly total_p95_ms: number | null;
  readonly currency: string;
}

const CALM_MS = 15_000;

export type ReportQuery = Readonly<Record<string, string | number | null | undefined>>;

export function useReport<Row>(kind: string, query: ReportQuery, { enabled = true } = {}) {
  const asked = queryOf(query);
  return useQuery({
    queryKey: ["report", kind, asked],
    queryFn: () => adminApi.get<Report<Row>>(`reports/${kind}?${asked}`),
    refetchInterval: CALM_MS,
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Browsers know some zones by their old names. */
const RENAMED: Readonly<Record<string, string>> = { "Asia/Calcutta": "Asia/Kolkata" };
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Where the reader is: hours and days are theirs. */
export const ZONE = RENAMED[OWN] ?? OWN;

export const tokensOf = (row: UsageRow): number =>
  row.input_tokens + row.cache_read_tokens + row.cache_write_5m_tokens + row.cache_write_1h_tokens + row.output_tokens;
