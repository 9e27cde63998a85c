import type { usageEvents } from "../db/schema.ts";
import type { Principal } from "../http/principal.ts";
import { iso } from "../kernel/clock.ts";
import { type Ppm, toDecimal } from "../kernel/money.ts";

export type UsageEvent = typeof usageEvents.$inferSelect;

/**
 * A usage event before its settlement: everything but what the ledger decides (the spend that the grants covered, and how).
 * `timezone` is the tenant's, by whose days it is rolled up.
 */
export type UsageDraft = Omit<UsageEvent, Decided | keyof Correction> &
  Partial<Correction> & { readonly timezone: string };

type Decided = "spend_micros" | "uncovered_micros" | "draws" | "tiered" | "rolled_up";

/** What an adjustment has and a call has not. */
type Correction = Pick<UsageEvent, "kind" | "adjusts" | "reason">;

/** What an event says is owed; where the plan has tiers, before these. */
export const owedAtList = ({ tiered, spend_micros, uncovered_micros }: UsageEvent): number =>
  tiered?.list_micros ?? spend_micros + uncovered_micros;

export type CostVisibility = "full" | "spend" | "none";

/** What a tenant may see of costs: its setting; without one, everything where no plan adds a mark-up, else its own spend. */
export const visibilityOf = ({ tenant, payer }: Pick<Principal, "tenant" | "payer">): CostVisibility =>
  tenant.settings.cost_visibility ??
  (tenant.default_plan_id === null && payer.plan_version_id === null ? "full" : "spend");

/** USD for people and programs, as a decimal string of at most six places. */
export const usd = (micros: number): string => toDecimal(BigInt(micros), 6);

export const factor = (ppm: Ppm): string => toDecimal(BigInt(ppm), 6);

/** The part of the money figures that this reader may see. */
export function visibleMoney(
  money: { readonly cost_micros_usd: number; readonly spend_micros: number; readonly currency: string },
  visibility: CostVisibility,
) {
  return {
    ...(visibility === "full" && { cost_micros_usd: money.cost_micros_usd, cost_usd: usd(money.cost_micros_usd) }),
    ...(visibility !== "none" && { spend_micros: money.spend_micros, currency: money.currency }),
  };
}

const TOKENS = (event: UsageEvent) => ({
  input_tokens: event.input_tokens,
  cache_read_tokens: event.cache_read_tokens,
  cache_write_5m_tokens: event.cache_write_5m_tokens,
  cache_write_1h_tokens: event.cache_write_1h_tokens,
  output_tokens: event.output_tokens,
  web_searches: event.web_searches,
});

/** An event as its tenant sees it. */
export function presentEvent(event: UsageEvent, visibility: CostVisibility) {
  return {
    id: event.id,
    kind: event.kind,
    adjusts: event.adjusts,
    reason: event.reason,
    request_id: event.request_id,
    user_id: event.user_id,
    key_id: event.key_id,
    route: event.route,
    model: event.model,
    ...TOKENS(event),
    ...visibleMoney(event, visibility),
    source: event.source,
    ended: event.ended,
    stop_reason: event.stop_reason,
    unreconciled: event.unreconciled,
    tags: event.tags,
    admitted_at: iso(event.admitted_at),
    settled_at: iso(event.settled_at),
    first_byte_ms: event.first_byte_ms,
    total_ms: event.total_ms,
  };
}

/** An event as an administrator sees it: all of it. */
export function presentEventInFull(event: UsageEvent) {
  const {
    tenant_id,
    customer_id,
    upstream_request_id,
    list,
    geo,
    uncovered_micros,
    rate_micros,
    multiplier_ppm,
    plan_version_id,
    tiered,
    price_version,
    draws,
    raw_usage,
  } = event;
  return {
    ...presentEvent(event, "full"),
    tenant_id,
    customer_id,
    upstream_request_id,
    list,
    geo,
    uncovered_micros,
    rate_micros,
    multiplier_ppm,
    plan_version_id,
    tiered,
    price_version,
    draws,
    raw_usage,
  };
}

/** Everything of one request: an entry for each upstream call and each adjustment of one, and their totals. */
export function presentRequest<T extends Record<string, unknown>>(
  events: readonly UsageEvent[],
  present: (event: UsageEvent) => T,
) {
  const sum = (of: (event: UsageEvent) => number) => events.reduce((total, event) => total + of(event), 0);
  const entries = events.map(present);
  const totals: Record<string, unknown> = { calls: events.filter(({ kind }) => kind === "call").length };
  for (const name of [...Object.keys(TOKENS(events[0]!)), "cost_micros_usd", "spend_micros"] as const) {
    if (name in entries[0]!) totals[name] = sum((event) => event[name as "spend_micros"]);
  }
  if ("currency" in entries[0]!) totals.currency = events[0]!.currency;
  return { request_id: events[0]!.request_id, data: entries, totals };
}

/** Whose usage a principal may read: all of its tenant's, or where it stands for one user, that user's. */
export const readableBy = ({ tenant, user }: Principal) => ({ tenant_id: tenant.id, user_id: user?.id });
