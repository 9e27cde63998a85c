import { z } from "zod";
import type { Reader, Tx } from "../../db/database.ts";
import { type Clock, DAY, MINUTE } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { MICROS_PER_PAISA, type Micros, micros, microsOfPaise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { insertGrant } from "../../ledger/store.ts";
import { lockedCustomer, saveGrant } from "../cycles/store.ts";
import { issueInvoice, quoteTax } from "../invoices/issue.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { accountOf, profileOf } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { countUnpaid, findSettings, insertTopup, lockedTopup, saveTopup, type TopupRow } from "./store.ts";

/** How long a top-up may be paid. */
const PAYABLE_MS = 7 * DAY;
/** An order that nobody pays costs nothing: a second one may be made when the first does not show. */
const RESEND_MS = 15 * MINUTE;
/** Each is an order at Razorpay that is looked at again and again: nobody needs many at once. */
const UNPAID_MAX = 20;
const PREPAID_PRIORITY = 30;
/** One rupee to ten lakh rupees: Razorpay takes no less, and more is a matter for a bank transfer. */
const CREDIT_MIN = 100 * MICROS_PER_PAISA;
export const CREDIT_MAX = 100_000_000 * MICROS_PER_PAISA;

/** How much credit can be bought at once. */
export const Credit = z
  .int()
  .min(CREDIT_MIN, `must be at least ${CREDIT_MIN}`)
  .max(CREDIT_MAX, `must be at most ${CREDIT_MAX}`)
  .multipleOf(MICROS_PER_PAISA, "must be whole paise, a multiple of 10000")
  .transform(micros);

/** Somebody sets out to buy credit: its price with tax, and the order that Checkout is opened with. */
export async function topUp(parts: BillingParts, payer: Payer, credit_micros: Micros): Promise<TopupRow> {
  const { db, clock } = parts;
  const { tenant, customer } = payer;
  const account_id = await accountOf(db.read, tenant.id);
  await parts.collectors.of(account_id);
  const row = await draftTopup(db.read, clock, payer, { credit_micros, channel: "checkout" });
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    if ((await countUnpaid(tx, tenant.id, customer.id)) >= UNPAID_MAX)
      throw new Problem("conflict", {
        message: `${UNPAID_MAX} top-ups wait to be paid (GET /api/billing/topups): pay one of them, or wait until one has ended.`,
      });
    await insertTopup(tx, row);
  });
  parts.step?.("topup begun");
  const order = await createOnce(parts, {
    ...{ key: `topup:${row.id}`, account_id, tenant_id: tenant.id, operation: "order.create" },
    request: {
      ...{ amount: row.payable_paise, currency: row.currency, receipt: row.id, payment_capture: true },
      notes: { tollgate: "1", tenant_id: tenant.id, customer_id: customer.id, subject: row.id },
    },
    send: (razorpay, request) => razorpay.createOrder(request),
    find: async (razorpay) => (await razorpay.listOrders({ receipt: row.id }))[0] ?? null,
    resendAfterMs: RESEND_MS,
  });
  const ordered = await db.transaction((tx) => saveTopup(tx, row.id, { order_id: order.id }));
  parts.step?.("topup ordered");
  return ordered;
}

/** A top-up as it is offered: what it costs this customer with its tax, and until when it may be paid. */
export async function draftTopup(
  read: Reader,
  clock: Clock,
  { tenant, customer }: Payer,
  { credit_micros, channel }: Pick<TopupRow, "credit_micros" | "channel">,
): Promise<TopupRow> {
  const account_id = await accountOf(read, tenant.id);
  await profileOf(read, tenant.id, customer.id);
  const net_paise = paise(credit_micros / MICROS_PER_PAISA);
  const quote = await quoteTax(read, { account_id, tenant_id: tenant.id, customer_id: customer.id, net_paise });
  const now = clock.now();
  return {
    ...{ id: newId("topup", clock.wall()), tenant_id: tenant.id, customer_id: customer.id, account_id },
    ...{ channel, state: "created", currency: customer.currency, credit_micros },
    ...{ gst_paise: quote.gst_paise, payable_paise: quote.total_paise },
    ...{ order_id: null, link_id: null, short_url: null, payment_id: null, grant_id: null, invoice_id: null },
    ...{ expires_at: now + PAYABLE_MS, created_at: now, updated_at: now },
  };
}

/**
 * A captured payment becomes credit, once: the grant and its tax invoice. The caller posts the payment to the invoice in the same transaction. Null
 * where this top-up was paid by another payment: Razorpay gives a second one back by itself.
 */
export async function creditTopup(
  tx: Tx,
  { clock, step }: Pick<BillingParts, "clock" | "step">,
  seen: TopupRow,
  payment: { readonly id: string; readonly at: number },
): Promise<InvoiceRow | null> {
  const topup = await lockedTopup(tx, seen.id);
  if (!topup || (topup.payment_id !== null && topup.payment_id !== payment.id)) return null;
  const { tenant_id, customer_id, currency, credit_micros, payable_paise } = topup;
  const grant_id = newId("grant", clock.wall());
  const days = (await findSettings(tx, tenant_id, customer_id))?.credit_days ?? null;
  const given = await insertGrant(tx, {
    ...{ id: grant_id, tenant_id, customer_id, kind: "prepaid", priority: PREPAID_PRIORITY, currency },
    ...{ amount: credit_micros, used: micros(0), held: micros(0), reason: "top-up", source: `topup:${topup.id}` },
    ...{ starts_at: payment.at, expires_at: days === null ? null : payment.at + days * DAY, created_at: clock.now() },
  });
  const invoice = await issueInvoice(
    tx,
    {
      ...{ source: `topup:${topup.id}`, kind: "topup", account_id: topup.account_id, tenant_id, customer_id, currency },
      lines: [{ description: "Prepaid credit", net_micros: credit_micros, ledger_account: "wallet" }],
      ...{ gross_paise: payable_paise, due_days: 0, at: payment.at },
    },
    clock.wall(),
  );
  if (!given) return invoice;
  // Whose State has changed since the offer owes another tax within what was paid: the credit is what is left of it.
  const bought = microsOfPaise(invoice.taxable_paise);
  if (bought !== credit_micros) await saveGrant(tx, grant_id, { amount: bought });
  await saveTopup(tx, topup.id, {
    ...{ state: "paid", payment_id: payment.id, grant_id, invoice_id: invoice.id, updated_at: clock.now() },
    ...{ credit_micros: bought, gst_paise: paise(payable_paise - invoice.taxable_paise) },
  });
  await told(tx, clock, {
    ...{ type: "invoice.issued", dedupe: `invoice.issued ${invoice.id}`, tenant_id },
    data: {
      ...{ invoice_id: invoice.id, number: invoice.number, kind: "topup", customer_id, currency },
      total_paise: invoice.total_paise,
    },
  });
  step?.("topup credited");
  return invoice;
}
