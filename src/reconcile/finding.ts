import type { Severity, Side } from "../db/schema/reconcile.ts";
import type { findings } from "../db/schema.ts";
import { iso } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";

export type FindingRow = typeof findings.$inferSelect;
export type Figures = Readonly<Record<string, unknown>>;

interface KindOf {
  readonly side: Side;
  readonly severity: Severity;
  /** What somebody should do about it. */
  readonly action: string;
  /** Findings of these kinds that touch the same follow from one of this kind. */
  readonly explains?: readonly string[];
}

const books = (severity: Severity, action: string, explains?: readonly string[]): KindOf => ({
  ...{ side: "books", severity, action, explains },
});
const provider = (severity: Severity, action: string, explains?: readonly string[]): KindOf => ({
  ...{ side: "provider", severity, action, explains },
});
const collector = (severity: Severity, action: string, explains?: readonly string[]): KindOf => ({
  ...{ side: "collector", severity, action, explains },
});

const OF_USAGE = [
  ...["rollup_differs", "tag_rollup_differs", "grant_used_differs", "tier_counter_differs", "cycle_totals_differ"],
  ...["counter_too_high", "provider_tokens_differ", "provider_cost_differs", "provider_usage_unmetered"],
];

/** Every kind of finding there is, on one page. */
export const KINDS = {
  transfer_unbalanced: books(
    "critical",
    "Find the entry that is wrong or missing, and post a transfer that puts it right.",
    ["balance_differs", "document_not_posted"],
  ),
  invoice_sums_differ: books("critical", "Compare the invoice with what was sent: its lines and taxes do not add up.", [
    "document_not_posted",
    "balance_differs",
  ]),
  document_not_posted: books("critical", "Find out why the document has no transfer of its amount, and post one.", [
    "balance_differs",
  ]),
  document_number_gap: books("critical", "Look for the document in a backup: numbers are consecutive by law."),
  balance_differs: books("critical", "Compare the customer's statement with its open invoices, line by line."),
  usage_event_missing: books(
    "critical",
    "Restore the event from a backup: its grant and its rollup both remember it.",
    OF_USAGE,
  ),
  usage_event_changed: books(
    "critical",
    "Restore the event from a backup: its grant and its rollup both remember another.",
    OF_USAGE,
  ),
  usage_event_surplus: books(
    "critical",
    "Find out where the event came from: neither its grant nor its rollup knows it.",
    OF_USAGE,
  ),
  rollup_differs: books("warning", "Repair it: the reports read the rollup, and the events are what it is made of."),
  tag_rollup_differs: books(
    "warning",
    "Repair it: the reports read the rollup, and the events are what it is made of.",
  ),
  grant_used_differs: books("critical", "Compare the grant with its events: credit was lost or given twice.", [
    "cycle_totals_differ",
  ]),
  grant_held_differs: books("warning", "Repair it: no open request holds this credit."),
  grant_overdrawn: books("critical", "Find out how more was drawn than there was, and give or take the difference.", [
    "grant_used_differs",
  ]),
  tier_counter_differs: books(
    "warning",
    "Price the customer's cycle again: its tiers went by another total than its events.",
  ),
  counter_held_differs: books("warning", "Repair it: no open request holds this part of the limit."),
  counter_too_high: books("warning", "Replace the limit's counter: it refuses requests for use that never was."),
  hold_abandoned: books("warning", "See why no node settles it; a restart does."),
  topup_without_credit: books("critical", "Give the credit that was paid for."),
  credit_differs: books("critical", "Find out why the credit is not what was paid for, or is somebody else's."),
  credit_without_topup: books("critical", "Find out who gave credit that nobody paid for."),
  cycle_totals_differ: books("critical", "Compare the closed cycle with its events before the next bill goes out."),
  cycle_not_closed: books(
    "warning",
    "See why the cycle does not close: the log says where its events and grants disagree.",
  ),

  provider_day_missing: provider(
    "critical",
    "Ask again later; if the report stays empty, ask the provider about this day.",
    ["provider_usage_missing", "provider_cost_differs"],
  ),
  provider_usage_missing: provider(
    "warning",
    "Ask again later: the report does not know this use yet, or never will.",
    ["provider_cost_differs"],
  ),
  provider_usage_unmetered: provider("critical", "Find who used this key without Tollgate, and rotate it.", [
    "provider_cost_differs",
  ]),
  provider_tokens_differ: provider(
    "critical",
    "Compare the day's events with the report; events marked partial are in the band already.",
    ["provider_cost_differs"],
  ),
  provider_cost_differs: provider("critical", "Check the price book against the provider's list, then rerate the day."),

  subscription_differs: collector("warning", "Repair it: the subscription is fetched again.", ["charge_missing"]),
  subscription_gone: collector(
    "critical",
    "Razorpay does not know this subscription: check the account's keys, then cancel it here.",
  ),
  subscription_unknown: collector(
    "critical",
    "Adopt the subscription, or cancel it at Razorpay: it charges a customer of ours.",
  ),
  charge_missing: collector("critical", "Repair it: the charge is fetched and invoiced.", [
    "payment_missing",
    "balance_differs",
  ]),
  payment_missing: collector("critical", "Repair it: the payment is fetched and booked.", [
    "order_not_credited",
    "balance_differs",
  ]),
  payment_differs: collector("critical", "Repair it where only its state moved; else compare it with the bank.", [
    "balance_differs",
    "document_not_posted",
    "settlement_fee_differs",
  ]),
  payment_gone: collector("critical", "Razorpay does not know this payment: find out where it came from.", [
    "settlement_missing",
    "balance_differs",
  ]),
  payment_unknown: collector("critical", "Find whom this payment of ours is for; give it back if nobody."),
  fee_differs: collector("warning", "Compare the fee with Razorpay's rates; book the difference.", [
    "balance_differs",
    "document_not_posted",
    "settlement_fee_differs",
  ]),
  refund_missing: collector("critical", "Repair it: the refund is fetched and booked.", ["payment_differs"]),
  refund_differs: collector("warning", "Repair it: the refund is fetched again.", ["payment_differs"]),
  dispute_missing: collector("critical", "Repair it, and answer the dispute before its date.", ["payment_differs"]),
  dispute_differs: collector("critical", "Repair it: the dispute is fetched again.", ["payment_differs"]),
  mandate_differs: collector("warning", "Repair it: the token is fetched again."),
  mandate_gone: collector("warning", "Ask the customer for a new mandate: Razorpay does not know this one."),
  order_not_credited: collector("critical", "Repair it: the order's payments are fetched and booked.", [
    "credit_without_topup",
  ]),
  order_not_paid: collector("critical", "Find out why credit was given: the order was not paid.", [
    "topup_without_credit",
  ]),
  settlement_short: collector("critical", "Ask Razorpay: the settlement is not the sum of its rows."),
  settlement_fee_differs: collector("warning", "Book the difference: more was kept of the payment than its fee."),
  settlement_missing: collector("warning", "Ask Razorpay when this payment will be settled."),
} as const satisfies Record<string, KindOf>;

export type FindingKind = keyof typeof KINDS;

export const kindOf = (kind: string): KindOf | undefined => (KINDS as Readonly<Record<string, KindOf>>)[kind];

/** What a step of a proof has found. */
export interface NewFinding {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly tenant_id: TenantId | null;
  readonly local: Figures | null;
  readonly remote: Figures | null;
  readonly rows?: readonly string[];
  readonly touches?: readonly string[];
}

/** A finding is the same in another run by its kind and its subject. */
export const fingerprint = ({ kind, subject }: Pick<FindingRow, "kind" | "subject">): string => `${kind} ${subject}`;

export const presentFinding = ({ created_at, touches: _, ...row }: FindingRow) => ({
  ...row,
  created_at: iso(created_at),
});
