import type { PlanVersion } from "../../catalog/plan.ts";
import { DAY, HOUR, iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { listSubscriptions, type SubscriptionRow } from "../cycles/store.ts";
import type { Note } from "../note.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { type Beginning, claimed } from "./claim.ts";
import { type Standing, standingFor, standingOf } from "./current.ts";
import { countOf, type Offer, offerOf } from "./offer.ts";
import { placed, withdraw } from "./place.ts";
import { factsOf, hindrance, LIVE, possible } from "./states.ts";

export type When = "now" | "cycle_end";

export interface ChangeAsked {
  readonly plan_id: string;
  readonly when: When;
  readonly by: "admin" | "customer";
}

/** The debit of the next cycle is under way a day and a half before it: until then the old subscription must have been cancelled. */
const CLOSED_BEFORE_MS = 48 * HOUR;
const APPROVE_DAYS = 7;

export interface Change {
  readonly offer: Offer;
  readonly standing: Standing;
  /** The last one that was approved: its place is taken. */
  readonly from: SubscriptionRow;
  readonly beginning: Beginning;
}

/** What a change would be; a Problem where it cannot be. Changes nothing. */
export async function plannedChange(parts: BillingParts, payer: Payer, asked: ChangeAsked): Promise<Change> {
  const standing = await standingFor(parts, payer);
  const offer = await offerOf(parts, payer, asked);
  return { offer, standing, ...beginningOf(standing, offer.version, asked.when, payer, parts.clock.now()) };
}

/**
 * Changes the plan: a new subscription, because Indian cards, UPI and eMandates allow no other way. It is approved first; the one before stays until
 * then, and is ended by `completeChange`. Asked for twice it is the same one; another plan takes the place of one that still waits.
 */
export async function changePlan(
  parts: BillingParts,
  payer: Payer,
  asked: ChangeAsked,
  note: Note | null,
): Promise<SubscriptionRow> {
  const { offer, from } = await plannedChange(parts, payer, asked);
  const { row, replaced } = await claimed(parts, payer, offer, {
    ...{ total_count: countOf(offer.version.terms), replaces: from.id, replace_when: asked.when, cause: "change" },
    note: (tx, row) =>
      note?.(tx, "subscription.change", { before: factsOf(from), after: { ...factsOf(row), when: asked.when } }),
    begins({ rows, now }) {
      const present = standingOf(rows, now);
      const planned = present && beginningOf(present, offer.version, asked.when, payer, now);
      if (planned?.from.id !== from.id)
        throw new Problem("conflict", { message: "The subscription has changed in the meantime: look again." });
      return planned.beginning;
    },
  });
  for (const one of replaced) await withdraw(parts, one);
  return placed(parts, payer, offer, row);
}

/** What a change takes the place of, and when it begins. */
export function beginningOf(
  { current, next }: Standing,
  version: PlanVersion,
  when: When,
  { customer }: Pick<Payer, "customer">,
  now: number,
): Pick<Change, "from" | "beginning"> {
  const from = next && LIVE.includes(next.status) ? next : current;
  const message = hindrance(when === "now" ? "change_now" : "change_at_cycle_end", from);
  if (message) throw new Problem("conflict", { message, details: { status: from.status, possible: possible(from) } });
  // Who has cancelled may ask for the same plan again.
  const same = (row: SubscriptionRow) => row.plan_version_id === version.id && !row.cancel_at_cycle_end;
  if (same(from) || (when === "now" && same(current)))
    throw new Problem("conflict", { message: "This customer is on this plan already: there is nothing to change." });
  if (when === "now")
    return { from, beginning: { start_at: null, trial_end: null, expire_by: now + APPROVE_DAYS * DAY } };

  const begun = from.status !== "authenticated";
  const end = begun ? (from.current_end ?? customer.cycle_end) : from.start_at;
  if (end === null || end <= now)
    throw new Problem("conflict", {
      message: "The cycle is being renewed at this moment: try again in a few minutes, or change with when: now.",
    });
  const closes = from.razorpay_subscription_id !== null && begun ? end - CLOSED_BEFORE_MS : end;
  if (closes <= now) {
    throw new Problem("conflict", {
      message: `The cycle ends at ${iso(end)}: a change at its end is closed 48 hours before. Change with when: now, or after it.`,
      details: { cycle_end: iso(end), closed_at: iso(closes) },
    });
  }
  return { from, beginning: { start_at: end, trial_end: null, expire_by: closes } };
}

/** The customer's rows by a change: those that have to end for it, newest first. */
export async function givingWay({ db }: BillingParts, row: SubscriptionRow): Promise<readonly SubscriptionRow[]> {
  const rows = await listSubscriptions(db.read, row.tenant_id, row.customer_id);
  const index = rows.findIndex(({ id }) => id === row.id);
  return rows.slice(index + 1).filter(({ status }) => LIVE.includes(status));
}
