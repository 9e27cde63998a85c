import { findPlanVersion } from "../../catalog/store.ts";
import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { iso } from "../../kernel/clock.ts";
import type { InvoiceId } from "../../kernel/id.ts";
import { microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { registered } from "../collection/mandate.ts";
import { settleCollection, settleLink } from "../collection/settle.ts";
import { findCollectionByLink } from "../collection/store.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { issueInvoice } from "../invoices/issue.ts";
import { payInvoice } from "../invoices/settle.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { type BillingParts, told } from "../parts.ts";
import type { RazorpayPayment } from "../razorpay/entities.ts";
import type { Applied } from "../razorpay/inbox.ts";
import { findByRazorpayId } from "../subscriptions/store.ts";
import { settleProposal } from "../wallet/auto-top-up.ts";
import { findTopupByLink, findTopupByOrder, type TopupRow } from "../wallet/store.ts";
import { creditTopup } from "../wallet/top-up.ts";
import { claimGiveBack } from "./give-back.ts";
import {
  chargesOf,
  findCollectionByOrder,
  findMandateByOrder,
  lockedPayment,
  type PaymentRow,
  paymentsOf,
  upsertPayment,
} from "./store.ts";

/** What a payment pays, found by what it names: its order, its link, Razorpay's invoice. */
type Subject =
  | { readonly purpose: "topup"; readonly row: TopupRow }
  | { readonly purpose: "collection"; readonly row: NonNullable<Awaited<ReturnType<typeof findCollectionByOrder>>> }
  | { readonly purpose: "mandate"; readonly row: NonNullable<Awaited<ReturnType<typeof findMandateByOrder>>> }
  | {
      readonly purpose: "subscription";
      readonly row: SubscriptionRow;
      /** What the charge is for: the cycle that it begins. */
      readonly period: { readonly from: string; readonly to: string } | null;
    };

/**
 * Makes our books agree with a payment as Razorpay has it. The first time that it is seen captured, in one transaction: the invoice, the money, the fee, and
 * what it bought. It does not matter how often or from where this is called.
 */
export async function applyPayment(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const razorpay = await parts.collectors.of(account_id);
  const remote = await razorpay.fetchPayment(id);
  const subject = await subjectOf(parts, account_id, remote);
  if (!subject) return "foreign";
  if (subject.purpose === "subscription" && isOlder(subject.row, remote.created_at)) return "ignored";
  const { db, clock, catalogs } = parts;
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    const { tenant_id, customer_id } = subject.row;
    await lockedCustomer(tx, customer_id);
    const before = await lockedPayment(tx, id);
    const captured = isCaptured(remote);
    // An answer from before the capture that we know of: it was a long time on its way.
    if (!captured && (before?.captured_at ?? null) !== null) return;
    const row = rowOf(subject, remote, { account_id, before, now: clock.now() });
    await upsertPayment(tx, row);
    parts.step?.("payment written");
    if (captured && (before?.captured_at ?? null) === null) {
      await upsertPayment(tx, {
        ...row,
        ...(await capturedFirst(tx, parts, subject, row, remote.base_currency ?? row.currency)),
      });
      parts.step?.("payment booked");
    }
    const lapsed = remote.status === "refunded" && !captured;
    if (remote.status === "failed" || lapsed) await failed(tx, parts, subject, { ...row, status: "failed" }, before);
    await reviewStanding(tx, { clock, catalog }, tenant_id, customer_id);
  });
  parts.step?.("payment applied");
  if (subject.purpose === "mandate") await registered(parts, subject.row, remote);
  return "applied";
}

/** Whether the money was ever here: an authorisation that nobody captured is `refunded`, too, once Razorpay has let it go. */
const isCaptured = ({ status, captured }: RazorpayPayment): boolean =>
  status === "captured" || (status === "refunded" && captured);

/** Null where it pays nothing of ours: the account is shared with other products. */
export async function subjectOf(
  parts: BillingParts,
  account_id: AccountId,
  remote: RazorpayPayment,
): Promise<Subject | null> {
  const { read } = parts.db;
  if (remote.invoice_id !== null) {
    const razorpay = await parts.collectors.of(account_id);
    const { subscription_id, billing_start, billing_end } = await razorpay.fetchInvoice(remote.invoice_id);
    const period = billing_start && billing_end ? { from: iso(billing_start), to: iso(billing_end) } : null;
    const row = subscription_id === null ? undefined : await findByRazorpayId(read, account_id, subscription_id);
    return row ? { purpose: "subscription", row, period } : null;
  }
  if (remote.order_id === null) return null;
  const topup = await findTopupByOrder(read, account_id, remote.order_id);
  if (topup) return { purpose: "topup", row: topup };
  const collection = await findCollectionByOrder(read, account_id, remote.order_id, remote.id);
  if (collection) return { purpose: "collection", row: collection };
  const mandate = await findMandateByOrder(read, account_id, remote.order_id);
  if (mandate) return { purpose: "mandate", row: mandate };
  return null;
}

function rowOf(
  { purpose, row }: Subject,
  remote: RazorpayPayment,
  { account_id, before, now }: { account_id: AccountId; before: PaymentRow | undefined; now: number },
): PaymentRow {
  return {
    ...{
      id: remote.id,
      account_id,
      tenant_id: row.tenant_id,
      customer_id: row.customer_id,
      purpose,
      subject_id: row.id,
    },
    ...{ invoice_id: before?.invoice_id ?? null, order_id: remote.order_id, razorpay_invoice_id: remote.invoice_id },
    ...{ status: remote.status, method: remote.method, currency: remote.currency, amount_paise: remote.amount },
    ...{ fee_paise: remote.fee, fee_tax_paise: remote.tax, error_reason: remote.error_reason },
    ...{ refunded_paise: before?.refunded_paise ?? paise(0), deducted_paise: before?.deducted_paise ?? paise(0) },
    unapplied_paise: before?.unapplied_paise ?? paise(0),
    captured_at: before?.captured_at ?? (isCaptured(remote) ? now : null),
    ...{ created_at: before?.created_at ?? remote.created_at ?? now, updated_at: now },
  };
}

/**
 * The money is here: what it bought, its invoice, its entries, and what Razorpay kept. Answers the invoice that it paid, and what of it paid nothing: that is
 * given back, but where the amount does not fit, which is for the operator to look at.
 */
async function capturedFirst(
  tx: Tx,
  parts: BillingParts,
  subject: Subject,
  row: PaymentRow,
  feeCurrency: string,
): Promise<Pick<PaymentRow, "invoice_id" | "unapplied_paise">> {
  const { clock } = parts;
  const at = clock.now();
  const { amount_paise } = row;
  await postFee(tx, row, feeCurrency, at, clock.wall());
  const expected = expectedOf(subject);
  if (expected !== null && (expected.amount_paise !== amount_paise || expected.currency !== row.currency)) {
    await tellMismatch(tx, parts, row, expected);
    await standsUnapplied(tx, row, at, clock.wall());
    return { invoice_id: null, unapplied_paise: amount_paise };
  }
  const invoice_id = await invoiceFor(tx, parts, subject, row, at);
  let unapplied_paise = amount_paise;
  if (invoice_id === null) await standsUnapplied(tx, row, at, clock.wall());
  else {
    const paid = { invoice_id, source: row.id, amount_paise, from: "collector", at } as const;
    unapplied_paise = (await payInvoice(tx, clock, paid)).excess_paise;
  }
  if (subject.purpose === "collection") await settleCollection(tx, parts, subject.row, row);
  // The small charge of an authentication goes back by itself.
  if (unapplied_paise > 0 && subject.purpose !== "subscription")
    await claimGiveBack(tx, parts, { ...row, invoice_id }, unapplied_paise);
  return { invoice_id, unapplied_paise };
}

function expectedOf(subject: Subject): { readonly amount_paise: Paise; readonly currency: string } | null {
  if (subject.purpose === "topup") return { amount_paise: subject.row.payable_paise, currency: subject.row.currency };
  if (subject.purpose === "collection")
    return { amount_paise: subject.row.amount_paise, currency: subject.row.currency };
  return null;
}

async function invoiceFor(
  tx: Tx,
  parts: BillingParts,
  subject: Subject,
  row: PaymentRow,
  at: number,
): Promise<InvoiceId | null> {
  switch (subject.purpose) {
    case "topup":
      return (await creditTopup(tx, parts, subject.row, { id: row.id, at }))?.id ?? null;
    case "collection":
      return subject.row.invoice_id;
    case "mandate":
      return null;
    case "subscription":
      // A charge without an invoice of Razorpay's is the small one of an authentication, which goes back by itself.
      return row.razorpay_invoice_id === null ? null : baseInvoice(tx, parts, subject, row, at);
  }
}

/** The base fee was charged: the tax invoice of exactly what was paid. */
async function baseInvoice(
  tx: Tx,
  parts: BillingParts,
  { row: subscription, period }: Extract<Subject, { purpose: "subscription" }>,
  row: PaymentRow,
  at: number,
): Promise<InvoiceId> {
  const { clock } = parts;
  const { tenant_id, customer_id, account_id, id, plan_version_id } = subscription;
  const sold = await findPlanVersion(tx, plan_version_id);
  const invoice = await issueInvoice(
    tx,
    {
      ...{ source: `base:${row.razorpay_invoice_id}`, kind: "base", account_id, tenant_id, customer_id },
      ...{ subscription_id: id, currency: row.currency, gross_paise: row.amount_paise, due_days: 0, at },
      lines: [
        {
          ...{
            description: sold ? `Subscription: ${sold.plan.name}` : "Subscription",
            details: { plan_version_id, razorpay_invoice_id: row.razorpay_invoice_id, ...(period && { period }) },
          },
          ...{ net_micros: microsOfPaise(row.amount_paise), ledger_account: "revenue.base" },
        },
      ],
    },
    clock.wall(),
  );
  await told(tx, clock, {
    ...{ type: "invoice.issued", dedupe: `invoice.issued ${invoice.id}`, tenant_id },
    data: {
      ...{ invoice_id: invoice.id, number: invoice.number, kind: "base", customer_id, currency: row.currency },
      total_paise: invoice.total_paise,
    },
  });
  return invoice.id;
}

/** Money that pays no invoice of ours: it is there, and to be given back. */
const standsUnapplied = (tx: Tx, row: PaymentRow, at: number, wall: number) =>
  post(
    tx,
    {
      ...{ source: `payment:${row.id}`, kind: "payment", account_id: row.account_id, at },
      ...{ tenant_id: row.tenant_id, customer_id: row.customer_id, memo: `Payment ${row.id}, of no invoice` },
      entries: [
        debit("collector", row.currency, microsOfPaise(row.amount_paise)),
        credit("unapplied", row.currency, microsOfPaise(row.amount_paise)),
      ],
    },
    wall,
  );

/** What Razorpay keeps of a payment, also of one that does not fit: its fee, and the tax on that, which is input credit. */
const postFee = (tx: Tx, row: PaymentRow, currency: string, at: number, wall: number) =>
  post(
    tx,
    {
      ...{ source: `fee:${row.id}`, kind: "fee", account_id: row.account_id, at },
      ...{ tenant_id: row.tenant_id, customer_id: row.customer_id, memo: `Razorpay's fee on ${row.id}` },
      entries: [
        debit("fees", currency, microsOfPaise(paise(row.fee_paise - row.fee_tax_paise))),
        debit("fees.gst", currency, microsOfPaise(row.fee_tax_paise)),
        credit("collector", currency, microsOfPaise(row.fee_paise)),
      ],
    },
    wall,
  );

async function tellMismatch(
  tx: Tx,
  { clock, log }: BillingParts,
  row: PaymentRow,
  expected: { readonly amount_paise: Paise; readonly currency: string },
): Promise<void> {
  const data = {
    ...{ kind: "payment_amount_differs", payment_id: row.id, subject_id: row.subject_id },
    ...{ paid_paise: row.amount_paise, expected_paise: expected.amount_paise, currency: row.currency },
  };
  log.error(data, "a payment does not come to what it was for: nothing was credited");
  await told(tx, clock, {
    ...{ type: "reconciliation.finding", dedupe: `payment_amount_differs ${row.id}`, tenant_id: row.tenant_id, data },
  });
}

async function failed(
  tx: Tx,
  parts: BillingParts,
  subject: Subject,
  row: PaymentRow,
  before: PaymentRow | undefined,
): Promise<void> {
  if (subject.purpose === "collection") await settleCollection(tx, parts, subject.row, row);
  if (before?.status === "failed") return;
  const { tenant_id, customer_id, id, purpose, amount_paise, currency, error_reason } = row;
  await told(tx, parts.clock, {
    ...{ type: "payment.failed", dedupe: `payment.failed ${id}`, tenant_id },
    data: { payment_id: id, purpose, customer_id, amount_paise, currency, reason: error_reason },
  });
}

/** An order is what its payments are. */
export async function applyOrder(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const { read } = parts.db;
  const ours =
    (await findTopupByOrder(read, account_id, id)) ??
    (await findCollectionByOrder(read, account_id, id)) ??
    (await findMandateByOrder(read, account_id, id));
  if (!ours) return "foreign";
  const razorpay = await parts.collectors.of(account_id);
  for (const payment of await razorpay.paymentsOfOrder(id)) await applyPayment(parts, account_id, payment.id);
  return "applied";
}

/** A link is paid through an order of its own, which it names once it is paid. */
export async function applyPaymentLink(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const collection = await findCollectionByLink(parts.db.read, account_id, id);
  const topup = collection ? undefined : await findTopupByLink(parts.db.read, account_id, id);
  if (!collection && !topup) return "foreign";
  const razorpay = await parts.collectors.of(account_id);
  const link = await razorpay.fetchPaymentLink(id);
  if (collection) await parts.db.transaction((tx) => settleLink(tx, parts, collection, link));
  parts.step?.("link looked at");
  if (topup) await settleProposal(parts, topup, link);
  for (const { payment_id } of link.payments) await applyPayment(parts, account_id, payment_id);
  return "applied";
}

/** Charged before the subscription was ours: it was invoiced elsewhere. */
export const isOlder = ({ adopted_at }: SubscriptionRow, at: number | null): boolean =>
  adopted_at !== null && at !== null && at < adopted_at;

/** The charges of a subscription that we have not seen: what a lost webhook leaves behind. */
export async function applyCharges(parts: BillingParts, row: SubscriptionRow): Promise<void> {
  if (row.razorpay_subscription_id === null) return;
  const razorpay = await parts.collectors.of(row.account_id);
  const { read } = parts.db;
  // It says how often it charged: while we have as many there is nothing to look for. (An adopted one is always looked at.)
  if (((await chargesOf(read, [row])).get(row.id) ?? 0) >= row.paid_count) return;
  const invoices = await razorpay.listInvoices({ subscription_id: row.razorpay_subscription_id });
  const ours = invoices.filter(({ paid_at }) => !isOlder(row, paid_at));
  const ids = ours.map(({ payment_id }) => payment_id).filter((id) => id !== null);
  const known = await paymentsOf(read, row.account_id, ids);
  for (const id of ids)
    if ((known.get(id)?.captured_at ?? null) === null) await applyPayment(parts, row.account_id, id);
}
