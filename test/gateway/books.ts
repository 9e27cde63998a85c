import { setTimeout as sleep } from "node:timers/promises";
import type { World } from "../support/world.ts";

/** A usage event, as an administrator reads it. */
export interface Receipt {
  readonly request_id: string;
  readonly upstream_request_id: string | null;
  readonly user_id: string | null;
  readonly key_id: string;
  readonly route: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly list: string;
  readonly geo: string;
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly source: string;
  readonly ended: string;
  readonly stop_reason: string | null;
  readonly unreconciled: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 15_000;

/** Looks until there is something to see: what follows a client's leaving happens behind its back. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > until) throw new Error(`still not so after ${PATIENCE_MS} ms: ${look}`);
    await sleep(10);
  }
}

export const requestIdOf = (answer: { readonly headers: Headers }): string => answer.headers.get("request-id") ?? "";

/** All events of a request, none where it used nothing. */
export async function receiptsOf(world: World, requestId: string): Promise<Receipt[]> {
  try {
    return (await world.admin<{ data: Receipt[] }>("GET", `events/${requestId}`)).data;
  } catch (error) {
    if (String(error).includes("404")) return [];
    throw error;
  }
}

/** The event of a request that made one call. Waits until it is settled. */
export const receiptOf = (world: World, requestId: string): Promise<Receipt> =>
  eventually(async () => (await receiptsOf(world, requestId))[0]);

/** All events of a tenant, newest first. */
export const receiptsOfTenant = async (world: World, tenantId: string): Promise<Receipt[]> =>
  (await world.admin<{ data: Receipt[] }>("GET", `events?tenant_id=${tenantId}&limit=100`)).data;

/** What the tenant's credit looks like: drawn on, and held for what is under way. */
export async function creditOf(world: World, tenantId: string): Promise<{ used: number; held: number }> {
  const { data } = await world.admin<{ data: { used_micros: number; held_micros: number }[] }>(
    "GET",
    `tenants/${tenantId}/credits`,
  );
  return {
    used: data.reduce((sum, grant) => sum + grant.used_micros, 0),
    held: data.reduce((sum, grant) => sum + grant.held_micros, 0),
  };
}

/** What the provider says it would bill for the call behind a receipt, in the receipt's own words. */
export function servedFor(world: World, receipt: Receipt) {
  const entry = world.sandbox.tally.find(receipt.upstream_request_id ?? "");
  if (!entry) throw new Error(`the provider knows no request ${receipt.upstream_request_id}`);
  return {
    input_tokens: entry.inputTokens,
    cache_read_tokens: entry.cacheRead,
    cache_write_5m_tokens: entry.cacheWrite5m,
    cache_write_1h_tokens: entry.cacheWrite1h,
    output_tokens: entry.outputTokens,
    web_searches: entry.webSearches,
  };
}

/** A prompt of exactly so many bytes, directives included: the sandbox counts a quarter of them, and four for the turn. */
export function promptOf(bytes: number, directives = ""): string {
  if (directives.length >= bytes) throw new Error("the directives do not fit");
  return `${directives} `.padEnd(bytes, "x");
}

export const says = (content: string) => [{ role: "user" as const, content }];
