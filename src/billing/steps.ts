/**
 * Every step after which billing may be stopped: a node can die, be killed or lose its database at each, and the next one completes what was begun,
 * once. Told through `BillingParts.step`; each is tried by test/scenarios/crash-points.test.ts, which fails for one that is not in this list.
 */

/** What is created at Razorpay, each through the outbox. */
export const OPERATIONS = [
  ...(["customer.create", "plan.create", "subscription.create", "order.create"] as const),
  ...(["payment.recurring", "payment_link.create", "refund.create"] as const),
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Of each operation: claimed; noted as sent, and not sent yet; answered by Razorpay, and the answer not kept yet; kept. */
const OUTBOX = ["claimed", "sent", "answered", "kept"] as const;

/** Inside a transaction: of what came before it in there, nothing stays. */
const INSIDE = [
  ...(["cycle booked", "cycle billed", "early bill booked", "early bill cut"] as const),
  ...(["payment written", "payment booked", "topup credited", "refund booked"] as const),
] as const;

/** After a commit: what came before it stays. */
const AFTER = [
  ...(["cycle closed", "early bill kept"] as const),
  ...(["collection begun", "collection ordered", "collection submitted"] as const),
  ...(["collection sent", "collection withdrawn", "link looked at"] as const),
  ...(["webhook kept", "webhook applied", "payment applied", "topup begun", "topup ordered"] as const),
  ...(["proposal begun", "proposal sent", "credit repeated", "credit lapsed"] as const),
  ...(["refund begun", "refund applied", "mandate begun", "mandate ordered", "mandate changed"] as const),
  ...(["subscription begun", "subscription placed", "subscription synced"] as const),
] as const;

export type Step = `${Operation} ${(typeof OUTBOX)[number]}` | (typeof INSIDE)[number] | (typeof AFTER)[number];

export const STEPS: readonly Step[] = [
  ...OPERATIONS.flatMap((operation) => OUTBOX.map((moment): Step => `${operation} ${moment}`)),
  ...[...INSIDE, ...AFTER],
];
