import type { Reader } from "../../db/database.ts";
import { DAY, HOUR, iso, MINUTE, SECOND } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { findMandate, lockedCustomer, type MandateRow } from "../cycles/store.ts";
import { isCollectable, openAmount } from "../invoices/settle.ts";
import { findInvoice, type InvoiceRow, listAllOpenInvoices } from "../invoices/store.ts";
import { profileOf } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { isUnknownId, RazorpayRefusal } from "../razorpay/errors.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { nextStep } from "./ladder.ts";
import { debitMax, METHODS } from "./methods.ts";
import {
  type CollectionRow,
  findMandateById,
  insertCollection,
  listCollections,
  listLive,
  lockedCollection,
  saveCollection,
} from "./store.ts";

const ROWS_MAX = 500;
const ORDER_RESEND_MS = 15 * MINUTE;
const LINK_DAYS = 30;
const LOOK_MS = HOUR;

/** Looks at what became of a payment or a link; given by the caller, because payments know collections and not the reverse. */
export interface Looks {
  payment(account_id: CollectionRow["account_id"], id: string): Promise<unknown>;
  link(account_id: CollectionRow["account_id"], id: string): Promise<unknown>;
}

/** Collects what is owed: begins the next step for each open invoice, and carries on with what is under way. One that fails stops no other. */
export async function collectDue(parts: BillingParts, looks: Looks): Promise<void> {
  const { db, log } = parts;
  for (let after = ""; ; ) {
    const open = await listAllOpenInvoices(db.read, after, ROWS_MAX);
    for (const invoice of open.filter(isCollected)) {
      await begin(parts, invoice).catch((error: unknown) =>
        log.error({ err: error, invoice: invoice.id }, "a collection could not be begun"),
      );
    }
    const last = open.at(-1);
    if (!last || open.length < ROWS_MAX) break;
    after = last.id;
  }
  for (const row of await listLive(db.read, ROWS_MAX)) {
    await carryOn(parts, looks, row).catch(async (error: unknown) => {
      log.warn({ err: error, collection: row.id }, "a collection could not go on yet");
      if (error instanceof RazorpayRefusal) await tellRefused(parts, row, error);
    });
  }
}

/**
 * Razorpay will not have it as it stands (a telephone number it does not take, say): nothing is collected from this customer until somebody mends that, and
 * it is tried again every hour. What it refuses only once has mended itself, and is not told.
 */
async function tellRefused(
  { db, clock }: BillingParts,
  row: CollectionRow,
  { message }: RazorpayRefusal,
): Promise<void> {
  const { id, tenant_id, customer_id, invoice_id, channel, amount_paise, currency } = row;
  const now = clock.now();
  await db.transaction(async (tx) => {
    if ((await lockedCollection(tx, id))?.state !== row.state) return;
    if (row.error_reason !== message) return void (await saveCollection(tx, id, { error_reason: message }));
    await saveCollection(tx, id, { next_at: now + LOOK_MS, updated_at: now });
    await told(tx, clock, {
      ...{ type: "reconciliation.finding", dedupe: `collection_refused ${id} ${message}`.slice(0, 300), tenant_id },
      data: {
        ...{ kind: "collection_refused", collection_id: id, customer_id, invoice_id, channel, amount_paise, currency },
        ...{
          reason: message,
          action: "Correct what Razorpay refuses, the billing profile first: it is tried again every hour.",
        },
      },
    });
  });
}

/** Bases and top-ups are paid before they are invoiced; they are collected only where their payment was taken back. */
const isCollected = ({ kind, reopened_at }: InvoiceRow): boolean =>
  kind === "overage" || kind === "combined" || reopened_at !== null;

/** What is to be done for an open invoice now, and by what that was decided. */
async function stepFor(read: Reader, invoice: InvoiceRow, now: number) {
  const { id, tenant_id, customer_id } = invoice;
  const collections = await listCollections(read, tenant_id, customer_id);
  const mandate = (await findMandate(read, { tenant_id, customer_id, at: now })) ?? null;
  const step = nextStep({ invoice_id: id, open_paise: openAmount(invoice), mandate, collections, now });
  return { step, collections, mandate };
}

async function begin(parts: BillingParts, seen: InvoiceRow): Promise<void> {
  const { db, clock } = parts;
  const { id, tenant_id, customer_id } = seen;
  const now = clock.now();
  // Most open invoices only wait: their customers are not locked for that.
  if ((await stepFor(db.read, seen, now)).step.kind === "wait") return;
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, customer_id);
    const invoice = await findInvoice(tx, id, tenant_id);
    if (!invoice || !isCollectable(invoice)) return;
    const open_paise = openAmount(invoice);
    const { step, collections, mandate } = await stepFor(tx, invoice, now);
    if (step.kind === "wait") return;
    const debit = step.kind === "debit" && mandate?.account_id === invoice.seller_id;
    const past = collections.filter(({ invoice_id }) => invoice_id === id);
    await insertCollection(tx, {
      ...{
        id: newId("collection", clock.wall()),
        tenant_id,
        customer_id,
        account_id: invoice.seller_id,
        invoice_id: id,
      },
      attempt: 1 + past.length,
      ...{ channel: debit ? "debit" : "link", state: "claimed", amount_paise: open_paise, currency: invoice.currency },
      ...{ mandate_id: debit ? mandate.id : null, order_id: debit ? orderToRetry(past, invoice) : null },
      ...{ payment_id: null, link_id: null, short_url: null },
      ...{ next_at: now, final_at: null, error_reason: null, created_at: now, updated_at: now },
    });
  });
  parts.step?.("collection begun");
}

/**
 * A debit is tried again on the order of the one that failed: an order takes one payment, so should the bank say yes to the first after all, the second cannot
 * be kept, too. An order on which a debit was refused outright (it has no payment) is not tried again.
 */
function orderToRetry(past: readonly CollectionRow[], { seller_id, currency, ...invoice }: InvoiceRow): string | null {
  const last = past.findLast(({ channel, order_id }) => channel === "debit" && order_id !== null);
  if (last?.state !== "failed" || last.payment_id === null || last.account_id !== seller_id) return null;
  return last.amount_paise === openAmount(invoice) && last.currency === currency ? last.order_id : null;
}

async function carryOn(parts: BillingParts, looks: Looks, row: CollectionRow): Promise<void> {
  const { db, clock } = parts;
  if (row.next_at > clock.now()) return;
  const invoice = await findInvoice(db.read, row.invoice_id, row.tenant_id);
  if (!invoice) return;
  const paidOtherwise = openAmount(invoice) < row.amount_paise;
  if (paidOtherwise && row.state !== "submitted" && row.state !== "unknown") return withdraw(parts, looks, row);
  if (row.channel === "link")
    return row.state === "sent" ? lookAtLink(parts, looks, row) : sendLink(parts, row, invoice);
  if (row.state === "submitted" || row.state === "unknown") return lookAtDebit(parts, looks, row);
  return submitDebit(parts, looks, row, invoice);
}

/** One order, and one debit on it: should the answer be lost, the order tells whether it was made, and takes one payment only. */
async function submitDebit(parts: BillingParts, looks: Looks, row: CollectionRow, invoice: InvoiceRow): Promise<void> {
  const { clock } = parts;
  const { account_id, tenant_id, customer_id } = row;
  const mandate = row.mandate_id === null ? undefined : await findMandateById(parts.db.read, row.mandate_id);
  // From then on the debit may be under way, its answer lost: then Razorpay says whether the mandate bears it.
  const begun = row.state === "order_created";
  const bears = mandate?.status === "confirmed" && row.amount_paise <= debitMax(mandate);
  if (!mandate?.token_id || !(begun || bears))
    return save(parts, row, { state: "failed", error_reason: `mandate_${mandate?.status ?? "missing"}` });
  const notes = { tollgate: "1", tenant_id, customer_id, subject: row.id, invoice: invoice.number };
  try {
    const order_id = row.order_id ?? (await ordered(parts, row, notes));
    const current = await saved(parts, row, { state: "order_created", order_id });
    if (!current) return;
    parts.step?.("collection ordered");
    const payment = await createOnce(parts, {
      ...{ key: `debit:${row.id}`, account_id, tenant_id, operation: "payment.recurring" },
      request: await debitOf(parts, row, mandate, { order_id, number: invoice.number, notes }),
      send: (razorpay, request) => razorpay.createRecurringPayment(request),
      find: async (razorpay) => {
        const before = await paymentsBefore(parts.db.read, row, order_id);
        return (await razorpay.paymentsOfOrder(order_id)).find(({ id }) => !before.has(id)) ?? null;
      },
      resendAfterMs: ORDER_RESEND_MS,
    });
    const { debit_takes_ms, final_after_ms } = METHODS[mandate.method];
    const now = clock.now();
    await saved(parts, current, {
      ...{ state: "submitted", payment_id: payment.id, next_at: now + debit_takes_ms, final_at: now + final_after_ms },
    });
    parts.step?.("collection submitted");
  } catch (error) {
    if (!(error instanceof RazorpayRefusal)) throw error;
    // What was tried before on this order may have been paid after all, which is then why it is refused.
    if (row.order_id !== null) {
      const razorpay = await parts.collectors.of(account_id);
      for (const { id } of await razorpay.paymentsOfOrder(row.order_id)) await looks.payment(account_id, id);
    }
    await save(parts, row, { state: "failed", error_reason: error.reason ?? error.message });
  }
}

async function ordered(parts: BillingParts, row: CollectionRow, notes: Record<string, string>): Promise<string> {
  const { id, account_id, tenant_id, amount_paise, currency } = row;
  const order = await createOnce(parts, {
    ...{ key: `order:${id}`, account_id, tenant_id, operation: "order.create" },
    request: { amount: amount_paise, currency, receipt: id, payment_capture: true, notes },
    send: (razorpay, request) => razorpay.createOrder(request),
    find: async (razorpay) => (await razorpay.listOrders({ receipt: id }))[0] ?? null,
    resendAfterMs: ORDER_RESEND_MS,
  });
  return order.id;
}

/** The payments that earlier tries made on an order. */
async function paymentsBefore(read: Reader, row: CollectionRow, order_id: string): Promise<ReadonlySet<string | null>> {
  const all = await listCollections(read, row.tenant_id, row.customer_id);
  return new Set(all.filter((one) => one.order_id === order_id && one.id !== row.id).map((one) => one.payment_id));
}

async function debitOf(
  parts: BillingParts,
  { amount_paise, currency, tenant_id, customer_id }: CollectionRow,
  { razorpay_customer_id, token_id }: MandateRow,
  { order_id, number, notes }: { order_id: string; number: string; notes: Record<string, string> },
) {
  const { email, contact } = await profileOf(parts.db.read, tenant_id, customer_id);
  return {
    ...{ email, contact, amount: amount_paise, currency, order_id, customer_id: razorpay_customer_id, token: token_id },
    ...{ recurring: true, description: `Invoice ${number}`, notes },
  };
}

/** A link that is one of a kind: its reference is unique at Razorpay, too. */
async function sendLink(parts: BillingParts, row: CollectionRow, invoice: InvoiceRow): Promise<void> {
  const { db, clock } = parts;
  const { account_id, tenant_id, customer_id } = row;
  const { name, email, contact } = await profileOf(db.read, tenant_id, customer_id);
  const reference_id = `${invoice.number}-${row.attempt}`;
  const link = await createOnce(parts, {
    ...{ key: `link:${row.id}`, account_id, tenant_id, operation: "payment_link.create" },
    request: {
      ...{ amount: row.amount_paise, currency: row.currency, reference_id, description: `Invoice ${invoice.number}` },
      expire_by: Math.floor((row.created_at + LINK_DAYS * DAY) / SECOND),
      customer: { name, email, contact },
      notes: { tollgate: "1", tenant_id, customer_id, subject: row.id, invoice: invoice.number },
    },
    send: async (razorpay, request) => {
      try {
        return await razorpay.createPaymentLink(request);
      } catch (error) {
        // It exists: an earlier try got through.
        const [known] = error instanceof RazorpayRefusal ? await razorpay.listPaymentLinks({ reference_id }) : [];
        if (known) return known;
        throw error;
      }
    },
    find: async (razorpay) => (await razorpay.listPaymentLinks({ reference_id }))[0] ?? null,
    resendAfterMs: MINUTE,
  });
  await db.transaction(async (tx) => {
    const current = await lockedCollection(tx, row.id);
    if (current?.state !== "claimed") return;
    const now = clock.now();
    await saveCollection(tx, row.id, {
      ...{ state: "sent", link_id: link.id, short_url: link.short_url, error_reason: null },
      ...{ next_at: now + LOOK_MS, updated_at: now },
    });
    await told(tx, clock, {
      ...{ type: "payment.requested", dedupe: `payment.requested ${row.id}`, tenant_id },
      data: {
        ...{ customer_id, invoice_id: invoice.id, number: invoice.number, amount_paise: row.amount_paise },
        ...{ currency: row.currency, pay_url: link.short_url, expires_at: iso(row.created_at + LINK_DAYS * DAY) },
      },
    });
  });
  parts.step?.("collection sent");
}

async function lookAtLink(parts: BillingParts, looks: Looks, row: CollectionRow): Promise<void> {
  await looks.link(row.account_id, row.link_id!);
  await stillLive(parts, row, { next_at: parts.clock.now() + LOOK_MS });
}

/** A debit has an answer a day or three after it was asked for. One without is looked at further, and told to the operator. */
async function lookAtDebit(parts: BillingParts, looks: Looks, row: CollectionRow): Promise<void> {
  const { clock } = parts;
  await looks.payment(row.account_id, row.payment_id!);
  const late = row.final_at !== null && clock.now() >= row.final_at;
  await stillLive(parts, row, { next_at: clock.now() + LOOK_MS, ...(late && { state: "unknown" as const }) });
}

/** Its invoice was paid in another way: a link is taken back before it can be paid, too. */
async function withdraw(parts: BillingParts, looks: Looks, row: CollectionRow): Promise<void> {
  if (row.link_id !== null) {
    const razorpay = await parts.collectors.of(row.account_id);
    await razorpay.cancelPaymentLink(row.link_id).catch(async (error: unknown) => {
      if (!(error instanceof RazorpayRefusal)) throw error;
      // Paid in this very moment, or expired: then that is what became of it.
      if (!isUnknownId(error)) await looks.link(row.account_id, row.link_id!);
    });
  }
  parts.step?.("collection withdrawn");
  await stillLive(parts, row, { state: "cancelled" });
}

const stillLive = async (parts: BillingParts, row: CollectionRow, change: Partial<CollectionRow>): Promise<void> => {
  await parts.db.transaction(async (tx) => {
    const current = await lockedCollection(tx, row.id);
    if (current?.state === row.state) await saveCollection(tx, row.id, { ...change, updated_at: parts.clock.now() });
  });
};

const saved = (
  parts: BillingParts,
  row: CollectionRow,
  change: Partial<CollectionRow>,
): Promise<CollectionRow | null> =>
  parts.db.transaction(async (tx) => {
    const current = await lockedCollection(tx, row.id);
    // Its payment may have been heard of before its own step was written down.
    if (!current || current.state === "settled" || current.state === "failed") return null;
    return saveCollection(tx, row.id, { ...change, updated_at: parts.clock.now() });
  });

const save = async (parts: BillingParts, row: CollectionRow, change: Partial<CollectionRow>): Promise<void> => {
  await saved(parts, row, change);
};
