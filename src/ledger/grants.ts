import { type Micros, micros } from "../kernel/money.ts";
import type { Draw, Grant } from "./books.ts";

export const freeOf = (grant: Grant): Micros => micros(grant.amount - grant.used - grant.held);

export const isActive = (grant: Grant, at: number): boolean =>
  grant.starts_at <= at && (grant.expires_at === null || grant.expires_at > at);

/** The order in which grants are drawn: priority, then the soonest to expire, then age. */
function byTurn(a: Grant, b: Grant): number {
  return a.priority - b.priority || (a.expires_at ?? Infinity) - (b.expires_at ?? Infinity) || (a.id < b.id ? -1 : 1);
}

/** What of `amount` the grants can cover in their order at an instant. Never more than a grant has free. */
export function draw(grants: readonly Grant[], amount: number, at: number): { draws: Draw[]; missing: Micros } {
  const draws: Draw[] = [];
  let missing = amount;
  for (const grant of grants.filter((grant) => isActive(grant, at)).sort(byTurn)) {
    if (missing === 0) break;
    const taken = Math.min(missing, freeOf(grant));
    if (taken > 0) draws.push({ grant_id: grant.id, amount: micros(taken) });
    missing -= Math.max(taken, 0);
  }
  return { draws, missing: micros(missing) };
}
