import { Problem } from "../../kernel/problems.ts";
import { subscriptionInForce } from "../cycles/in-force.ts";
import { listSubscriptions, type SubscriptionRow } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { LIVE } from "./states.ts";

/** A customer's subscriptions as one sees them: the one that its words are about, and what is to take its place. */
export interface Standing {
  readonly current: SubscriptionRow;
  /** A change of plan that waits to be approved, or for the end of the cycle. */
  readonly next: SubscriptionRow | null;
}

/** Null where there is none that is not over. Of `rows`, newest first. */
export function standingOf(rows: readonly SubscriptionRow[], now: number): Standing | null {
  const waiting = rows.find(({ status }) => status === "created") ?? null;
  const live = rows.filter(({ status }) => LIVE.includes(status));
  const current = subscriptionInForce(rows, now) ?? live[0] ?? waiting;
  if (!current) return null;
  const later = live.find((row) => row.id !== current.id && row.replaces !== null && row.status === "authenticated");
  const next = waiting ?? later ?? null;
  return { current, next: next?.id === current.id ? null : next };
}

/** What a customer has. A Problem where there is nothing. */
export async function standingFor({ db, clock }: BillingParts, { tenant, customer }: Payer): Promise<Standing> {
  const standing = standingOf(await listSubscriptions(db.read, tenant.id, customer.id), clock.now());
  if (!standing) throw new Problem("not_found", { message: "There is no subscription." });
  return standing;
}
