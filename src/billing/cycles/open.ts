import type { Catalog } from "../../catalog/catalog.ts";
import { type PlanVersion, planIdOf } from "../../catalog/plan.ts";
import type { Tx } from "../../db/database.ts";
import { type Clock, DAY, type Instant, instant } from "../../kernel/clock.ts";
import { type GrantId, newId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { insertGrant } from "../../ledger/store.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { accountOf } from "../parties/store.ts";
import type { CycleSpan } from "./span.ts";
import {
  type CycleRow,
  insertCycle,
  listCyclesAfter,
  lockedGrants,
  type SubscriptionRow,
  saveCycle,
  saveGrant,
} from "./store.ts";

export interface Opening {
  readonly customer: CustomerRow;
  readonly subscription: Pick<SubscriptionRow, "id" | "account_id"> | null;
  readonly version: PlanVersion;
  readonly span: CycleSpan;
  /** What it includes instead of the plan's own, while it is tried. */
  readonly trial: { readonly included_micros: Micros } | null;
}

const PRIORITY = { included: 10, overage: 40 } as const;

/**
 * Sees to it that the customer has this cycle, with the grants of its plan: what is included, and the overage line (of nothing yet; see
 * resetOverage). One that began at the same instant is moved to the new end. One that runs ends now, and this one begins where it ends: what was
 * admitted before has drawn on the grants of that one. The customer's row is locked.
 */
export async function openCycle(
  tx: Tx,
  { clock, catalog }: { readonly clock: Clock; readonly catalog: Catalog },
  opening: Opening,
): Promise<CycleRow> {
  const { customer, subscription, version } = opening;
  const overlapping = await listCyclesAfter(tx, customer.id, opening.span.start);
  const start = beginningOf(opening, overlapping, clock.now());
  const span = { start, end: opening.span.end };
  const same = overlapping.find(({ start_at }) => start_at === start);
  if (same && same.plan_version_id === version.id) return moveEnd(tx, same, span.end);
  for (const cycle of overlapping) if (cycle.start_at < span.end) await cutShort(tx, cycle, start);
  if (same) return revised(tx, clock, same, opening);

  const account_id = subscription?.account_id ?? (await accountOf(tx, customer.tenant_id));
  const id = newId("cycle", clock.wall());
  const rate =
    customer.currency === "USD"
      ? null
      : catalog.rateAt(customer.currency, span.start, Math.max(span.start, clock.now()));
  const cycle: CycleRow = {
    ...{ id, tenant_id: customer.tenant_id, customer_id: customer.id, account_id },
    ...{ subscription_id: subscription?.id ?? null, plan_id: planIdOf(version.id), plan_version_id: version.id },
    ...{
      currency: customer.currency,
      start_at: span.start,
      end_at: span.end,
      state: "open",
      trial: opening.trial !== null,
    },
    ...{
      rate_micros: rate?.rate_micros ?? null,
      rate_source: rate?.source ?? null,
      rate_valid_from: rate?.valid_from ?? null,
    },
    ...{ included_grant_id: null, overage_grant_id: null, billed_micros: micros(0), early_bills: 0 },
    ...{ totals: null, overage_invoice_id: null, base_invoice_id: null, closed_at: null, created_at: clock.now() },
  };
  await insertCycle(tx, cycle);
  return saveCycle(tx, id, await grantsOf(tx, clock, cycle, opening));
}

/** Two reckonings of one cycle's beginning, ours and Razorpay's, are closer than this. */
const SAME_MS = DAY;

/**
 * Where a cycle begins beside those that are there: with itself, reckoned before; else after those that are over, and now where another is running, and after
 * what is booked without one. The past stays as it was, and no instant is in two cycles: so no usage is counted twice, or in a cycle whose grants it did not draw.
 */
function beginningOf(
  { customer, span, version, subscription, trial }: Opening,
  others: readonly CycleRow[],
  now: number,
): Instant {
  const begun = others.filter(({ start_at }) => start_at <= now);
  const itself = begun.find(
    ({ start_at, end_at, plan_version_id, subscription_id, ...other }) =>
      end_at > now &&
      other.trial === (trial !== null) &&
      plan_version_id === version.id &&
      subscription_id === (subscription?.id ?? null) &&
      Math.abs(start_at - span.start) < SAME_MS,
  );
  if (itself) return instant(itself.start_at);
  return instant(Math.max(span.start, customer.booked_until ?? 0, ...begun.map(({ end_at }) => Math.min(end_at, now))));
}

/** The grants that a cycle brings. */
async function grantsOf(tx: Tx, clock: Clock, cycle: CycleRow, { version, trial }: Opening) {
  const { terms } = version;
  const included = trial ? trial.included_micros : terms.included_micros;
  const give = async (kind: "included" | "overage", amount: Micros): Promise<GrantId> => {
    const id = newId("grant", clock.wall());
    await insertGrant(tx, {
      ...{ id, tenant_id: cycle.tenant_id, customer_id: cycle.customer_id, kind, priority: PRIORITY[kind] },
      ...{ currency: cycle.currency, amount, used: micros(0), held: micros(0) },
      reason: kind === "included" ? "included in the plan" : "beyond the plan",
      ...{ source: `cycle:${cycle.id}:${version.id}:${kind}`, cycle_id: cycle.id },
      ...{ starts_at: cycle.start_at, expires_at: cycle.end_at, created_at: clock.now() },
    });
    return id;
  };
  return {
    included_grant_id: included > 0 ? await give("included", included) : null,
    overage_grant_id: terms.overage.enabled && !trial ? await give("overage", micros(0)) : null,
  };
}

/** The dates that Razorpay has are the dates: the grants go with them. What was admitted before stays what it was. */
async function moveEnd(tx: Tx, cycle: CycleRow, end: number): Promise<CycleRow> {
  if (cycle.end_at === end || cycle.state === "closed") return cycle;
  for (const id of grantIdsOf(cycle)) await saveGrant(tx, id, { expires_at: end });
  return saveCycle(tx, cycle.id, { end_at: end });
}

async function cutShort(tx: Tx, cycle: CycleRow, at: number): Promise<void> {
  if (cycle.start_at < at && cycle.end_at > at) await moveEnd(tx, cycle, at);
}

/** No plan gives a cycle any more: the one that runs ends, with what it gave, and is billed. */
export async function endCycles(tx: Tx, clock: Clock, customer: CustomerRow): Promise<void> {
  const now = clock.now();
  for (const cycle of await listCyclesAfter(tx, customer.id, now)) await cutShort(tx, cycle, now);
}

/** A cycle that changes its plan in the moment it begins: the unused part of what it had given is taken back. */
async function revised(tx: Tx, clock: Clock, cycle: CycleRow, opening: Opening): Promise<CycleRow> {
  const rows = await lockedGrants(tx, grantIdsOf(cycle));
  for (const grant of rows.values()) await saveGrant(tx, grant.id, { amount: micros(grant.used + grant.held) });
  const { subscription, version, span } = opening;
  const changed = await saveCycle(tx, cycle.id, {
    ...{ plan_id: planIdOf(version.id), plan_version_id: version.id, subscription_id: subscription?.id ?? null },
    ...{ end_at: span.end, trial: opening.trial !== null },
  });
  return saveCycle(tx, cycle.id, await grantsOf(tx, clock, changed, opening));
}

const grantIdsOf = ({ included_grant_id, overage_grant_id }: CycleRow): GrantId[] =>
  [included_grant_id, overage_grant_id].filter((id) => id !== null);
