import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Routes } from "../../shared/openapi.ts";
import { queryOf } from "../kit/address.ts";
import type { Page } from "../kit/use-page.ts";
import { adminApi } from "../session.tsx";

type Rows = {
  readonly [Kind in
    | "usage"
    | "margin"
    | "reliability"
    | "latency"]: Routes[`GET /api/admin/reports/${Kind}`]["answer"]["data"][number];
};
export type ReportKind = keyof Rows;
export type UsageRow = Rows["usage"];
export type MarginRow = Rows["margin"];

/** Rows, and the totals of all of it, a row for each currency. */
export interface Report<Row> extends Page<Row> {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly complete: boolean;
  readonly totals: readonly Row[];
}

const ASK: { readonly [Kind in ReportKind]: (query: string) => Promise<Report<Rows[Kind]>> } = {
  usage: (query) => adminApi.get(`reports/usage?${query}`),
  margin: (query) => adminApi.get(`reports/margin?${query}`),
  reliability: (query) => adminApi.get(`reports/reliability?${query}`),
  latency: (query) => adminApi.get(`reports/latency?${query}`),
};

const CALM_MS = 15_000;

export type ReportQuery = Readonly<Record<string, string | number | null | undefined>>;

export function useReport<Kind extends ReportKind>(kind: Kind, query: ReportQuery, { enabled = true } = {}) {
  const asked = queryOf(query);
  return useQuery({
    queryKey: ["report", kind, asked],
    queryFn: () => ASK[kind](asked),
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

type Tokens = Pick<
  UsageRow,
  "input_tokens" | "cache_read_tokens" | "cache_write_5m_tokens" | "cache_write_1h_tokens" | "output_tokens"
>;
export const tokensOf = (row: Tokens): number =>
  row.input_tokens + row.cache_read_tokens + row.cache_write_5m_tokens + row.cache_write_1h_tokens + row.output_tokens;
