import type { Routes, UsageReport } from "./openapi.ts";

/** What the API says of usage. Which figures of money are there is the operator's choice (`cost_visibility`). */

export type Figures = UsageReport["totals"][number];
export type Grouping = "day" | "model" | "user" | "key" | "tag";
export type Report = UsageReport;
export type { UsageEvent } from "./openapi.ts";
export type EventPage = Routes["GET /api/usage/events"]["answer"];

export const inputOf = (figures: Omit<Figures, "requests">): number =>
  figures.input_tokens + figures.cache_read_tokens + figures.cache_write_5m_tokens + figures.cache_write_1h_tokens;
