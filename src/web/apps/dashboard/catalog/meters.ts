import type { Price } from "../../shared/openapi.ts";

export type Meter = Price["meter"];

/** What is priced, in the order in which it is shown. */
export const METERS = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "web_search",
] as const satisfies readonly Meter[];
