import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { type GrantId, newId } from "../../kernel/id.ts";
import { MICROS_PER_PAISA, type Micros, micros, microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { freeOf } from "../../ledger/grants.ts";
import type { GrantRow } from "../../ledger/store.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { grantsOfCustomer, lockedCustomer, lockedGrants, saveGrant } from "../cycles/store.ts";
import { creditInvoice, giveBack, takeBack } from "../invoices/settle.ts";
import { findInvoice, type InvoiceRow } from "../invoices/store.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { type BillingParts, told } from "../parts.ts";
import { RazorpayRefusal } from "../razorpay/errors.ts";
import type { Applied } from "../razorpay/inbox.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { lapsedOf, unlapse } from "../wallet/expire.ts";
import { stoodInFor } from "./stand-in.ts";
import {
  failClaimed,
  findOwnClaim,
  findPayment,
  findRefund,
  findRefundUnderWay,
  insertRefund,
  lockedPayment,
  type PaymentRow,
  type RefundRow,
  saveRefund,
  upsertPayment,
} from "./store.ts";

/** What was bought with a payment, as far as it can be taken back. */
interface Takeable {
  readonly invoice: InvoiceRow | null;
  /** The credit that a top-up bought; its free part can be taken back, and what of it lapsed. */
  readonly grant: GrantRow | null;
  /** What of the payment has not been used, gross; for anything but credit that is all of it. */
  readonly free_paise: Paise;
}

async function takeableOf(tx: Tx, payment: PaymentRow): Promise<Takeable> {
  const invoice = payment.invoice_id === null ? null : ((await findInvoice(tx, payment.invoice_id)) ?? null);
  if (payment.purpose !== "topup" || !invoice) {
    // What a credit note took off its invoice was given back another way.
    const left = invoice ? invoice.total_paise - invoice.credited_paise : payment.amount_paise;
    return { invoice, grant: null, free_paise: paise(Math.min(payment.amount_paise, left)) };
  }
  const grants = await grantsOfCustomer(tx, payment.tenant_id, payment.customer_id);
  const id = grants.find(({ source }) => source === `topup:${payment.subject_id}`)?.id;
  const grant = id ? ((await lockedGrants(tx, [id])).get(id) ?? null) : null;
  const free = grant ? Math.floor((freeOf(grant) + (await lapsedOf(tx, grant))) / MICROS_PER_PAISA) : 0;
  // The gross of the free part, rounded down: never more than was free.
  const free_paise = paise((BigInt(free) * BigInt(invoice.total_paise)) / BigInt(invoice.taxable_paise));
  return { invoice, grant, free_paise };
}

/** The net of a gross part of a top-up, rounded up to the paisa: what is given back is never left to be spent. */
const netOf = (gross: Paise, { taxable_paise, total_paise }: InvoiceRow): Paise =>
  paise((BigInt(gross) * BigInt(taxable_paise) + BigInt(total_paise) - 1n) / BigInt(total_paise));

/** Takes credit off its grant: what is free of it, and beyond that what has lapsed. */
async function takeOff(
  tx: Tx,
  parts: Pick<BillingParts, "clock">,
  grant: GrantRow,
  { net, source }: { readonly net: Micros; readonly source: string },
): Promise<void> {
  const free = Math.min(net, freeOf(grant));
  await saveGrant(tx, grant.id, { amount: micros(grant.amount - free) });
  const lapsed = micros(Math.min(net - free, await lapsedOf(tx, grant)));
  if (lapsed > 0) await unlapse(tx, parts, grant, { amount: lapsed, source });
}

/** Writes down who has a payment given back, in the transaction that claims it: what comes of it at Razorpay is in the refund itself. */
type NoteRefund = (tx: Tx, payment: PaymentRow, claim: RefundRow) => Promise<void>;

/**
 * Refunds a payment, or a part of it, because an administrator says so. Of a top-up no more than what is free of its credit: that is taken off first, so
 * that it cannot be spent while the money goes back.
 */
export async function refundPayment(
  parts: BillingParts,
  payment_id: string,
  asked: { readonly amount_paise?: Paise; readonly reason: string },
  note: NoteRefund,
): Promise<RefundRow> {
  const { db } = parts;
  const seen = await findPayment(db.read, payment_id);
  if (!seen) throw new Problem("not_found", { message: "There is no such payment." });
  const row = await db.transaction((tx) => claimRefund(tx, parts, seen, { ...asked, note }));
  parts.step?.("refund begun");
  try {
    return await sendRefund(parts, row);
  } catch (error) {
    if (!(error instanceof RazorpayRefusal)) throw error;
    throw new Problem("conflict", { message: `Razorpay refuses: ${error.message}` });
  }
}

/** Asks Razorpay for a refund that was claimed, once, and books what came of it. Where it refuses, what was taken off is put back. */
export async function sendRefund(parts: BillingParts, row: RefundRow): Promise<RefundRow> {
  const { db, clock } = parts;
  try {
    const made = await createOnce(parts, {
      ...{ key: `refund:${row.id}`, account_id: row.account_id, tenant_id: row.tenant_id, operation: "refund.create" },
      request: { amount: row.amount_paise, notes: { tollgate: "1", tenant_id: row.tenant_id, subject: row.id } },
      send: (razorpay, request) => razorpay.refundPayment(row.payment_id, request, row.id),
      find: async () => null,
      // Razorpay does it once for the key that goes with it.
      resendAfterMs: 0,
    });
    await applyRefund(parts, row.account_id, made.id);
    return (await findRefund(db.read, row.account_id, { razorpay_id: made.id, id: row.id })) ?? row;
  } catch (error) {
    if (!(error instanceof RazorpayRefusal)) throw error;
    await db.transaction(async (tx) => {
      await lockedCustomer(tx, row.customer_id);
      // Whoever else was sending it may have been refused first, and has put it back.
      if (!(await failClaimed(tx, row.id, clock.now()))) return;
      if (row.grant_id !== null) await putBack(tx, row.grant_id, row.credit_micros);
      if (row.origin === "automatic") await tellFailed(tx, parts, row);
    });
    throw error;
  }
}

async function claimRefund(
  tx: Tx,
  { clock }: BillingParts,
  seen: PaymentRow,
  { amount_paise, reason, note }: { readonly amount_paise?: Paise; readonly reason: string; readonly note: NoteRefund },
): Promise<RefundRow> {
  await lockedCustomer(tx, seen.customer_id);
  const payment = (await lockedPayment(tx, seen.id))!;
  const underWay = await findRefundUnderWay(tx, payment.id);
  if (underWay) return sameRefund(underWay, amount_paise);
  const left = paise(payment.amount_paise - payment.refunded_paise - payment.deducted_paise);
  if (payment.captured_at === null || left === 0)
    throw new Problem("conflict", { message: "Nothing of this payment is left to be given back." });
  const { invoice, grant, free_paise } = await takeableOf(tx, payment);
  const most = paise(Math.min(left, free_paise + payment.unapplied_paise));
  const amount = amount_paise ?? most;
  if (amount < 100 || amount > most) {
    throw new Problem("invalid_request", {
      message: `amount_paise: between 100 and ${most} of this payment can be given back: the rest is used`,
      details: { most_paise: most },
    });
  }
  // What pays nothing goes first; it is of no credit.
  const bought = paise(Math.max(0, amount - payment.unapplied_paise));
  const credit_micros = grant && invoice ? microsOfPaise(netOf(bought, invoice)) : micros(0);
  const id = newId("refund", clock.wall());
  if (grant) await takeOff(tx, { clock }, grant, { net: credit_micros, source: id });
  const now = clock.now();
  const row: RefundRow = {
    ...{ id, account_id: payment.account_id, tenant_id: payment.tenant_id },
    ...{ customer_id: payment.customer_id, payment_id: payment.id, razorpay_refund_id: null, origin: "admin" },
    ...{
      state: "claimed",
      currency: payment.currency,
      amount_paise: amount,
      grant_id: grant?.id ?? null,
      credit_micros,
    },
    ...{ credit_note_id: null, reason, created_at: now, updated_at: now },
  };
  await insertRefund(tx, row);
  await note(tx, payment, row);
  return row;
}

/** Who asks again after an answer was lost means the refund that was begun; another one waits until that one is known. */
function sameRefund(underWay: RefundRow, amount_paise: Paise | undefined): RefundRow {
  if (amount_paise === undefined || amount_paise === underWay.amount_paise) return underWay;
  throw new Problem("conflict", {
    message: `A refund of ${underWay.amount_paise} paise of this payment is under way: wait for it, then ask for this one.`,
    details: { refund_id: underWay.id, amount_paise: underWay.amount_paise },
  });
}

async function putBack(tx: Tx, id: GrantId, amount: Micros): Promise<void> {
  const grant = (await lockedGrants(tx, [id])).get(id);
  if (grant) await saveGrant(tx, id, { amount: micros(grant.amount + amount) });
}

/**
 * Makes our books agree with a refund as Razorpay has it: one that we asked for, or one that was made at its dashboard. The latter may give back what
 * was used already: then that is owed again.
 */
export async function applyRefund(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const { db, clock, catalogs } = parts;
  const razorpay = await parts.collectors.of(account_id);
  const remote = await razorpay.fetchRefund(id);
  const seen = await findPayment(db.read, remote.payment_id);
  if (seen?.account_id !== account_id) return "foreign";
  // What was never captured was never in our books; where its capture is not known yet, the sweep brings both.
  if (seen.captured_at === null) return "ignored";
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, seen.customer_id);
    const locked = (await lockedPayment(tx, seen.id))!;
    // One that Razorpay made by itself, of money that we were to give back, is that one.
    const theirs = remote.notes.subject === undefined;
    const known =
      (await findRefund(tx, account_id, { razorpay_id: id, id: remote.notes.subject })) ??
      (theirs ? await findOwnClaim(tx, locked.id, remote.amount) : undefined);
    // That one failed is the last word of it: an answer from before was a long time on its way, and would have its money come back twice.
    if (known?.razorpay_refund_id === id && known.state === "failed") return;
    const whole = theirs && !known && remote.amount === locked.amount_paise && remote.status !== "failed";
    const payment = whole ? await stoodInFor(tx, parts, locked) : locked;
    const now = clock.now();
    const row: RefundRow = known ?? {
      ...{
        id: newId("refund", clock.wall()),
        account_id,
        tenant_id: payment.tenant_id,
        customer_id: payment.customer_id,
      },
      ...{ payment_id: payment.id, razorpay_refund_id: id, origin: "dashboard", state: "claimed" },
      ...{ currency: remote.currency, amount_paise: remote.amount, grant_id: null, credit_micros: micros(0) },
      ...{ credit_note_id: null, reason: "made at Razorpay", created_at: now, updated_at: now },
    };
    if (!known) await insertRefund(tx, row);
    let paid = payment;
    if (row.state === "claimed") {
      const booked = await bookMoneyBack(tx, parts, payment, { ...row, source: row.id, at: now });
      await saveRefund(tx, row.id, { credit_note_id: booked.credit_note_id });
      paid = {
        ...payment,
        refunded_paise: paise(payment.refunded_paise + row.amount_paise),
        ...{ unapplied_paise: booked.unapplied_paise, updated_at: now },
      };
      parts.step?.("refund booked");
    }
    if (remote.status === "failed" && row.state !== "failed") {
      await post(tx, stillHere(paid, row, now), clock.wall());
      paid = {
        ...paid,
        refunded_paise: paise(paid.refunded_paise - row.amount_paise),
        ...{ unapplied_paise: paise(paid.unapplied_paise + row.amount_paise), updated_at: now },
      };
      await tellFailed(tx, parts, row);
    }
    if (paid !== payment) await upsertPayment(tx, paid);
    await saveRefund(tx, row.id, { razorpay_refund_id: id, state: remote.status, updated_at: now });
    await reviewStanding(tx, { clock, catalog }, payment.tenant_id, payment.customer_id);
  });
  parts.step?.("refund applied");
  return "applied";
}

/** A refund that failed at the bank: the money is at Razorpay again, and still the payer's. */
const stillHere = ({ account_id, tenant_id, customer_id, currency }: PaymentRow, row: RefundRow, at: number) => ({
  ...{ source: `refund_failed:${row.id}`, kind: "refund", account_id, tenant_id, customer_id, at },
  memo: "A refund failed",
  entries: [
    debit("collector", currency, microsOfPaise(row.amount_paise)),
    credit("unapplied", currency, microsOfPaise(row.amount_paise)),
  ],
});

/** Money that went back: first what paid nothing; then credited as far as what it had bought is still there, and owed again for the rest. */
export async function bookMoneyBack(
  tx: Tx,
  { clock }: BillingParts,
  payment: PaymentRow,
  back: {
    readonly source: string;
    readonly amount_paise: Paise;
    readonly reason: string;
    /** What an administrator asked for was within what can be taken back. */
    readonly origin: "admin" | "dashboard" | "automatic" | "dispute";
    /** What was taken off the grant already. */
    readonly credit_micros: Micros;
    readonly at: number;
  },
): Promise<Pick<RefundRow, "credit_note_id"> & Pick<PaymentRow, "unapplied_paise">> {
  const { account_id, tenant_id, customer_id, currency } = payment;
  const { source, at } = back;
  const of = { account_id, tenant_id, customer_id, currency, at };
  const { invoice, grant, free_paise } = await takeableOf(tx, payment);
  const idle = invoice ? paise(Math.min(back.amount_paise, payment.unapplied_paise)) : back.amount_paise;
  const unapplied_paise = paise(Math.max(0, payment.unapplied_paise - idle));
  if (idle > 0)
    await giveBack(tx, clock, { ...of, source: `${source}:unapplied`, invoice_id: null, amount_paise: idle });
  const amount_paise = paise(back.amount_paise - idle);
  if (!invoice || amount_paise === 0) return { credit_note_id: null, unapplied_paise };
  const credited = back.origin === "admin" ? amount_paise : paise(Math.min(amount_paise, free_paise));
  const unused_paise = grant ? netOf(credited, invoice) : undefined;
  // Off the grant goes what the credit note says, to the micro: what the wallets hold is what customers were granted.
  if (grant && unused_paise !== undefined) {
    const more = micros(microsOfPaise(unused_paise) - back.credit_micros);
    if (more > 0) await takeOff(tx, { clock }, grant, { net: more, source });
    if (more < 0) await putBack(tx, grant.id, micros(0 - more));
  }
  const note =
    credited > 0
      ? await creditInvoice(tx, clock, {
          ...{ invoice_id: invoice.id, source, gross_paise: credited, unused_paise, reason: back.reason, at },
        })
      : null;
  if (credited > 0) await giveBack(tx, clock, { ...of, source, invoice_id: invoice.id, amount_paise: credited });
  const rest = paise(amount_paise - credited);
  if (rest > 0) await takeBack(tx, clock, { invoice_id: invoice.id, amount_paise: rest, source, at });
  return { credit_note_id: note?.id ?? null, unapplied_paise };
}

async function tellFailed(tx: Tx, { clock, log }: BillingParts, row: RefundRow): Promise<void> {
  const data = { kind: "refund_failed", refund_id: row.id, payment_id: row.payment_id, amount_paise: row.amount_paise };
  log.error(data, "a refund failed at Razorpay: the money is still there, and owed to the customer");
  await told(tx, clock, {
    ...{ type: "reconciliation.finding", dedupe: `refund_failed ${row.id}`, tenant_id: row.tenant_id, data },
  });
}
