import type { Principal } from "../http/principal.ts";
import type { TenantId } from "../kernel/id.ts";
import { Problem, type ProblemCode } from "../kernel/problems.ts";

/** A quota that was used up, as a refusal told of it; `dedupe` names the occasion. */
export interface Exhaustion {
  readonly tenant_id: TenantId;
  readonly dedupe: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Refusals for want of quota. */
const REFUSALS = new Set<ProblemCode>(["quota_exhausted", "wallet_empty", "spend_cap_reached", "rate_limited"]);
export const isForQuota = (error: unknown): error is Problem => error instanceof Problem && REFUSALS.has(error.code);

/** A limit of which more than this share is left was not used up: the request was large. */
const LEFT_MAX = 0.1;

interface Facts {
  readonly blocked_by?: { readonly kind?: string; readonly limit_id?: string; readonly amount?: number };
  readonly resets_at?: string | null;
  readonly remaining?: number;
  readonly remaining_micros?: number;
}

/**
 * The occasion of a call that was refused because its quota is used up: once for each window of a limit, once a day (UTC) for a customer's grants.
 * Null for what is a matter of waiting, or of asking for less.
 */
export function exhaustionOf(
  { tenant, customer_id, user }: Principal,
  { code, details = {} }: Problem,
  day: string,
): Exhaustion | null {
  if (code === "rate_limited") return null;
  const { blocked_by, resets_at, remaining, remaining_micros } = details as Facts;
  const data = { code, customer_id, user_id: user?.id ?? null, ...details };
  if (blocked_by?.kind !== "limit")
    return { tenant_id: tenant.id, dedupe: `quota.exhausted ${customer_id} ${code} ${day}`, data };
  const left = remaining_micros ?? remaining ?? 0;
  if (left > LEFT_MAX * (blocked_by.amount ?? 0)) return null;
  const window = resets_at ?? day;
  return { tenant_id: tenant.id, dedupe: `quota.exhausted ${tenant.id} ${blocked_by.limit_id} ${window}`, data };
}
