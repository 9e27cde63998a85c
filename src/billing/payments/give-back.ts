import type { Tx } from "../../db/database.ts";
import { MINUTE } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { micros, type Paise } from "../../kernel/money.ts";
import { LEAST_PAISE } from "../invoices/settle.ts";
import { type BillingParts, told } from "../parts.ts";
import { applyRefund, sendRefund } from "./refund.ts";
import { THEIR_OWN_MS } from "./stand-in.ts";
import {
  capturedOnOrder,
  findPayment,
  findRefundById,
  insertRefund,
  listClaimedRefunds,
  type PaymentRow,
  type RefundRow,
  saveRefund,
} from "./store.ts";

const ROWS_MAX = 200;
/** Whoever asked for a refund sends it, and has had an answer by then; after this it is taken up by whoever finds it. */
const TAKEN_UP_MS = 5 * MINUTE;

/**
 * Money that pays nothing is to go back, once: what registered a mandate, and what came twice. The latter is told to the operator. Written down in the
 * transaction that books the payment; sent by giveBackDue.
 */
export async function claimGiveBack(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  payment: PaymentRow,
  amount_paise: Paise,
): Promise<void> {
  const now = clock.now();
  const { account_id, tenant_id, customer_id, currency, purpose, invoice_id } = payment;
  const sendable = amount_paise >= LEAST_PAISE;
  const row: RefundRow = {
    ...{ id: newId("refund", clock.wall()), account_id, tenant_id, customer_id, payment_id: payment.id },
    ...{ razorpay_refund_id: null, origin: "automatic", state: "claimed", currency, amount_paise },
    ...{ grant_id: null, credit_micros: micros(0), credit_note_id: null, created_at: now, updated_at: now },
    reason: purpose === "mandate" ? "it registered a mandate" : "it was paid already",
  };
  if (sendable) await insertRefund(tx, row);
  if (purpose === "mandate") return;
  await told(tx, clock, {
    ...{ type: "reconciliation.finding", dedupe: `paid_twice ${payment.id}`, tenant_id },
    data: {
      ...{ kind: "paid_twice", payment_id: payment.id, customer_id, invoice_id, amount_paise, currency },
      ...(sendable
        ? { refund_id: row.id, action: "none: it is given back" }
        : { action: "by hand: Razorpay refunds no less than 100 paise" }),
    },
  });
}

/** Sends the refunds that were claimed and not sent: those of money that pays nothing, and those whose sender stopped. One that fails stops no other. */
export async function giveBackDue(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const rows = await listClaimedRefunds(db.read, clock.now() - TAKEN_UP_MS, after, ROWS_MAX);
    for (const row of rows) {
      try {
        await giveBack(parts, row);
      } catch (error) {
        log.warn({ err: error, refund: row.id }, "a refund could not be sent yet");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.id;
  }
}

async function giveBack(parts: BillingParts, row: RefundRow): Promise<void> {
  const { db, clock } = parts;
  const own = row.origin === "automatic";
  const seen = (await findPayment(db.read, row.payment_id))!;
  const theirs = own && clock.now() < row.created_at + THEIR_OWN_MS;
  if (theirs && (await capturedOnOrder(db.read, seen)).length) return;
  const razorpay = await parts.collectors.of(row.account_id);
  // What Razorpay or its dashboard gave back in the meantime is not given back again.
  for (const { id } of await razorpay.refundsOfPayment(row.payment_id)) await applyRefund(parts, row.account_id, id);
  if ((await findRefundById(db.read, row.id))?.state !== "claimed") return;
  const { unapplied_paise } = (await findPayment(db.read, row.payment_id))!;
  if (own && unapplied_paise < row.amount_paise) {
    const change = { state: "failed", reason: "it was given back otherwise", updated_at: clock.now() } as const;
    await db.transaction((tx) => saveRefund(tx, row.id, change));
    return;
  }
  await sendRefund(parts, row);
}
