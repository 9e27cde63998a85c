import type { Severity, Side } from "../db/schema/reconcile.ts";

interface KindOf {
  readonly side: Side;
  readonly meaning: string;
  readonly severity: Severity;
  /** What somebody should do about it. */
  readonly action: string;
  /** Findings of these kinds that touch the same follow from one of this kind. */
  readonly explains?: readonly string[];
}

type Kind = (meaning: string, severity: Severity, action: string, explains?: readonly string[]) => KindOf;
const of =
  (side: Side): Kind =>
  (meaning, severity, action, explains) => ({ side, meaning, severity, action, explains });
const [books, provider, collector] = [of("books"), of("provider"), of("collector")];

const OF_USAGE = [
  ...[
    "rollup_differs",
    "tag_rollup_differs",
    "rollup_sum_differs",
    "grant_used_differs",
    "tier_counter_differs",
    "cycle_totals_differ",
  ],
  ...["counter_too_high", "provider_tokens_differ", "provider_cost_differs", "provider_usage_unmetered"],
];

/** Their subjects are rows, and what touches these is what they are part of. */
export const OF_ROLLUPS = ["rollup_sum_differs"];

/** Every kind of finding there is, on one page. */
export const KINDS = {
  transfer_unbalanced: books(
    "The entries of a transfer do not sum to zero in a currency.",
    "critical",
    "Find the entry that is wrong or missing, and post a transfer that puts it right.",
    ["balance_differs", "wallet_differs", "document_not_posted"],
  ),
  invoice_sums_differ: books(
    "The lines or taxes of an invoice do not come to its total.",
    "critical",
    "Compare the invoice with the one that was sent.",
    ["document_not_posted", "balance_differs"],
  ),
  document_not_posted: books(
    "An invoice, credit note, payment or fee is in the journal with another amount, or not at all.",
    "critical",
    "Find out why the document has no transfer of its amount, and post one.",
    ["balance_differs", "wallet_differs"],
  ),
  document_number_gap: books(
    "A number of a series is on no document, on two, or beyond the last that was given.",
    "critical",
    "Look for the document in a backup: numbers are consecutive by law.",
  ),
  balance_differs: books(
    "A customer's account in the journal is not what its invoices or payments come to.",
    "critical",
    "Compare the customer's statement with its open invoices, line by line.",
  ),
  wallet_differs: books(
    "A customer's prepaid credit in the journal is not what its grants come to.",
    "critical",
    "Find the top-up, refund, lapse or gift that was booked otherwise than it was granted.",
  ),
  usage_event_missing: books(
    "A rollup and a grant both remember more than the events that there are.",
    "critical",
    "Restore the event from a backup: its grant and its rollup both remember it.",
    OF_USAGE,
  ),
  usage_event_changed: books(
    "A rollup and a grant both remember another amount than their event says.",
    "critical",
    "Restore the event from a backup: its grant and its rollup both remember another.",
    OF_USAGE,
  ),
  usage_event_surplus: books(
    "There is an event of which neither its rollup nor its grant knows.",
    "critical",
    "Find out where the event came from: neither its grant nor its rollup knows it.",
    OF_USAGE,
  ),
  rollup_differs: books(
    "A rollup of a quarter of an hour is not what its events come to.",
    "warning",
    "Repair it: the reports read the rollup, and the events are what it is made of.",
    OF_ROLLUPS,
  ),
  tag_rollup_differs: books(
    "A tag's or promotion's rollup of a quarter of an hour is not what its events come to.",
    "warning",
    "Repair it: the reports read the rollup, and the events are what it is made of.",
    OF_ROLLUPS,
  ),
  rollup_sum_differs: books(
    "A rollup of a longer time, of a whole tenant, of all tenants, or of who used anything is not the sum of what it is made of.",
    "warning",
    "Repair it: what it lacks is added, and what is made of it is put right with it.",
    OF_ROLLUPS,
  ),
  grant_used_differs: books(
    "What was used of a grant is not what events drew of it.",
    "critical",
    "Compare the grant with its events: credit was lost or given twice.",
    ["cycle_totals_differ"],
  ),
  grant_held_differs: books(
    "What is held of a grant is not what open requests hold.",
    "warning",
    "Repair it: no open request holds this credit.",
  ),
  grant_overdrawn: books(
    "More of a grant is used and held than there is.",
    "critical",
    "Find out how more was drawn than there was, and give or take the difference.",
    ["grant_used_differs", "wallet_differs"],
  ),
  tier_counter_differs: books(
    "A customer's tiers go by another total than its events.",
    "warning",
    "Price the customer's cycle again: its tiers went by another total than its events.",
  ),
  counter_held_differs: books(
    "What is held of a limit's counter is not what open requests hold.",
    "warning",
    "Repair it: no open request holds this part of the limit.",
  ),
  counter_too_high: books(
    "A limit has counted more than the reports know of.",
    "warning",
    "Replace the limit's counter: it refuses requests for use that never was.",
  ),
  hold_abandoned: books(
    "A request has been open for longer than one may take.",
    "warning",
    "See why no node settles it; a restart does.",
  ),
  topup_without_credit: books(
    "A top-up was paid, and its credit was not given.",
    "critical",
    "Give the credit that was paid for.",
  ),
  credit_differs: books(
    "The credit of a top-up is more than was paid for, of another currency, or of another customer.",
    "critical",
    "Find out why the credit is not what was paid for, or is somebody else's.",
    ["wallet_differs"],
  ),
  credit_without_topup: books(
    "There is credit that says that it was bought, of a top-up that does not exist or was not paid.",
    "critical",
    "Find out who gave it.",
  ),
  cycle_totals_differ: books(
    "The frozen totals of a closed cycle are not what its events come to.",
    "critical",
    "Compare the closed cycle with its events before the next bill goes out.",
  ),
  cycle_not_closed: books(
    "A cycle was over two days ago and is not closed.",
    "warning",
    "See why the cycle does not close: the log says where its events and grants disagree.",
  ),

  provider_day_missing: provider(
    "The provider reports nothing of a day on which calls were metered.",
    "critical",
    "Ask again later; if the report stays empty, ask the provider about this day.",
    ["provider_usage_missing", "provider_cost_differs"],
  ),
  provider_usage_missing: provider(
    "A key, model, tier or geography that was metered is not in the report of its day.",
    "warning",
    "Ask again later: the report does not know this use yet, or never will.",
    ["provider_cost_differs"],
  ),
  provider_usage_unmetered: provider(
    "The provider reports use of a key of ours of which there is no call.",
    "critical",
    "Find who used this key without Tollgate, and rotate it.",
    ["provider_cost_differs"],
  ),
  provider_tokens_differ: provider(
    "The provider counted other tokens than were metered, beyond the band.",
    "critical",
    "Compare the day's events with the report; events marked partial are in the band already.",
    ["provider_cost_differs"],
  ),
  provider_cost_differs: provider(
    "The provider charges something else than the price book, beyond the band.",
    "critical",
    "Check the price book against the provider's list, then rerate the day.",
  ),

  subscription_differs: collector(
    "A subscription has another state, number of charges or end of its period at Razorpay.",
    "warning",
    "Repair it: the subscription is fetched again.",
    ["charge_missing"],
  ),
  subscription_gone: collector(
    "Razorpay does not know a subscription of ours.",
    "critical",
    "Check the account's keys, then cancel the subscription here.",
    ["subscription_unknown"],
  ),
  subscription_unknown: collector(
    "A live subscription at Razorpay says that it is ours, and we do not know it.",
    "critical",
    "Adopt the subscription, or cancel it at Razorpay: it charges a customer of ours.",
  ),
  charge_missing: collector(
    "Razorpay charged a subscription of ours, and the payment is not in the books.",
    "critical",
    "Repair it: the charge is fetched and invoiced.",
    ["payment_missing", "balance_differs"],
  ),
  payment_missing: collector(
    "Something of ours was paid at Razorpay, and the payment is not in the books.",
    "critical",
    "Repair it: the payment is fetched and booked.",
    ["order_not_credited", "balance_differs"],
  ),
  payment_differs: collector(
    "A payment is of another amount, currency or state at Razorpay, or another amount of it was given back.",
    "critical",
    "Repair it where only its state moved; else compare it with the bank.",
    ["balance_differs", "document_not_posted", "settlement_fee_differs"],
  ),
  payment_gone: collector("Razorpay does not know a payment of ours.", "critical", "Find out where it came from.", [
    "document_not_posted",
    "settlement_missing",
    "balance_differs",
  ]),
  payment_unknown: collector(
    "A payment at Razorpay says that it is ours, and pays nothing that we know.",
    "critical",
    "Find whom this payment of ours is for; give it back if nobody.",
  ),
  fee_differs: collector(
    "Razorpay kept another fee of a payment than was booked.",
    "warning",
    "Compare the fee with Razorpay's rates; book the difference.",
    ["balance_differs", "document_not_posted", "settlement_fee_differs"],
  ),
  refund_missing: collector(
    "A payment of ours was given back at Razorpay, and the refund is not in the books.",
    "critical",
    "Repair it: the refund is fetched and booked.",
    ["payment_differs"],
  ),
  refund_differs: collector(
    "A refund is of another amount or state at Razorpay, or Razorpay does not know it.",
    "warning",
    "Repair it: the refund is fetched again.",
    ["payment_differs"],
  ),
  dispute_missing: collector(
    "A payment of ours is disputed, and we do not know of it.",
    "critical",
    "Repair it, and answer the dispute before its date.",
    ["payment_differs"],
  ),
  dispute_differs: collector(
    "A dispute is of another amount or state at Razorpay, or Razorpay does not know it.",
    "critical",
    "Repair it: the dispute is fetched again.",
    ["payment_differs"],
  ),
  mandate_differs: collector(
    "A mandate allows something else at the bank than here.",
    "warning",
    "Repair it: the token is fetched again.",
  ),
  mandate_gone: collector(
    "Razorpay does not know the token of a mandate that may be debited.",
    "warning",
    "Ask the customer for a new mandate.",
  ),
  order_not_credited: collector(
    "The order of a top-up was paid, and counts as waiting.",
    "critical",
    "Repair it: the order's payments are fetched and booked.",
    ["credit_without_topup"],
  ),
  order_not_paid: collector(
    "Something counts as paid, and Razorpay says that its order was not.",
    "critical",
    "Find out why credit was given: the order was not paid.",
    ["topup_without_credit"],
  ),
  settlement_short: collector(
    "A settlement is not the sum of its rows.",
    "critical",
    "Ask Razorpay what was taken off.",
  ),
  settlement_fee_differs: collector(
    "Another amount was kept of a payment when it was settled than its fee.",
    "warning",
    "Book the difference: more was kept of the payment than its fee.",
  ),
  settlement_missing: collector(
    "A captured payment is in no settlement ten days later.",
    "warning",
    "Ask Razorpay when this payment will be settled.",
  ),
} as const satisfies Record<string, KindOf>;

export type FindingKind = keyof typeof KINDS;

export const kindOf = (kind: string): KindOf | undefined => (KINDS as Readonly<Record<string, KindOf>>)[kind];
