import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { newId } from "../../kernel/id.ts";
import { micros, microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer } from "../cycles/store.ts";
import { payInvoice } from "../invoices/settle.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { type BillingParts, told } from "../parts.ts";
import type { RazorpayDispute } from "../razorpay/entities.ts";
import type { Applied } from "../razorpay/inbox.ts";
import { bookMoneyBack } from "./refund.ts";
import {
  type DisputeRow,
  findDispute,
  findPayment,
  lockedPayment,
  type PaymentRow,
  upsertDispute,
  upsertPayment,
} from "./store.ts";

/**
 * Makes our books agree with a dispute as Razorpay has it, by what it says was deducted: money that a lost dispute took is like a refund that nobody asked
 * for, and what comes back because it was won after all pays what that left open.
 */
export async function applyDispute(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const { db, clock, catalogs } = parts;
  const known = await findDispute(db.read, id);
  const razorpay = await parts.collectors.of(account_id);
  const remote = await razorpay.fetchDispute(id);
  const seen = await findPayment(db.read, remote.payment_id);
  if (seen?.account_id !== account_id) return "foreign";
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, seen.customer_id);
    const payment = (await lockedPayment(tx, seen.id))!;
    const before = await findDispute(tx, id);
    if (before && isLate(before, known, remote)) return;
    const taken = remote.amount_deducted - (before?.deducted_paise ?? 0);
    const row: DisputeRow = {
      ...{ id, account_id, tenant_id: payment.tenant_id, customer_id: payment.customer_id, payment_id: payment.id },
      ...{ status: remote.status, phase: remote.phase ?? "", reason_code: remote.reason_code },
      ...{ currency: remote.currency, amount_paise: remote.amount, deducted_paise: remote.amount_deducted },
      ...{ respond_by: remote.respond_by, created_at: before?.created_at ?? clock.now(), updated_at: clock.now() },
    };
    await upsertDispute(tx, row);
    if (taken > 0) await bookTaken(tx, parts, payment, { row, taken: paise(taken) });
    if (taken < 0) await bookReturned(tx, parts, payment, { row, returned: paise(-taken) });
    await reviewStanding(tx, { clock, catalog }, payment.tenant_id, payment.customer_id);
  });
  return "applied";
}

/**
 * An answer from before the money was taken, which was a long time on its way: it would have it taken again. One that was asked for when we knew of it
 * already says that it came back.
 */
const isLate = (before: DisputeRow, known: DisputeRow | undefined, remote: RazorpayDispute): boolean =>
  remote.amount_deducted < before.deducted_paise && known?.deducted_paise !== before.deducted_paise;

/** It may be lost in parts, or again after it was won: each time is an occasion of its own, once by the row that is written with it. */
const occasionOf = ({ id }: DisputeRow, wall: number): string => `${id}:${newId("transfer", wall)}`;

async function bookTaken(
  tx: Tx,
  parts: BillingParts,
  payment: PaymentRow,
  { row, taken }: { readonly row: DisputeRow; readonly taken: Paise },
): Promise<void> {
  const { clock } = parts;
  const { unapplied_paise } = await bookMoneyBack(tx, parts, payment, {
    ...{ source: occasionOf(row, clock.wall()), amount_paise: taken, reason: "A dispute was lost" },
    ...{ origin: "dispute", credit_micros: micros(0), at: clock.now() },
  });
  const deducted_paise = paise(payment.deducted_paise + taken);
  await upsertPayment(tx, { ...payment, unapplied_paise, deducted_paise, updated_at: clock.now() });
}

/**
 * What is owed again because of the loss is paid by it. What the loss had credited stays credited, so that the rest pays nothing: what becomes of that is
 * the operator's to say.
 */
async function bookReturned(
  tx: Tx,
  { clock, log }: BillingParts,
  payment: PaymentRow,
  { row, returned }: { readonly row: DisputeRow; readonly returned: Paise },
): Promise<void> {
  const { account_id, tenant_id, customer_id, currency, invoice_id } = payment;
  const now = clock.now();
  const source = occasionOf(row, clock.wall());
  let rest = returned;
  if (invoice_id !== null) {
    const paid = { invoice_id, source, amount_paise: returned, from: "collector", at: now } as const;
    rest = (await payInvoice(tx, clock, paid)).excess_paise;
  } else {
    const amount = microsOfPaise(returned);
    const entries = [debit("collector", currency, amount), credit("unapplied", currency, amount)];
    const of = { account_id, tenant_id, customer_id, at: now };
    await post(
      tx,
      { ...of, source: `payment:${source}`, kind: "payment", memo: "A dispute was won after all", entries },
      clock.wall(),
    );
  }
  await upsertPayment(tx, {
    ...payment,
    deducted_paise: paise(payment.deducted_paise - returned),
    unapplied_paise: paise(payment.unapplied_paise + rest),
    updated_at: now,
  });
  if (rest === 0) return;
  const data = { kind: "dispute_returned", dispute_id: row.id, payment_id: payment.id, customer_id, currency };
  log.warn(data, "a dispute was won after it was lost: the money is here again, and pays nothing");
  await told(tx, clock, {
    ...{ type: "reconciliation.finding", dedupe: `dispute_returned ${source}`, tenant_id },
    data: {
      ...{ ...data, amount_paise: rest },
      action:
        "Give it back (POST refunds), or agree with the customer on what it is to pay: it was credited when the dispute was lost.",
    },
  });
}
