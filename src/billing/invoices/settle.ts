import type { Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type InvoiceId, newId } from "../../kernel/id.ts";
import { microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { findProfile, findSeller } from "../parties/store.ts";
import { told } from "../parts.ts";
import { mailCreditNote } from "./announce.ts";
import { creditSeries, nextNumber } from "./number.ts";
import type { CreditNoteRow, InvoiceRow } from "./store.ts";
import * as store from "./store.ts";

/** What is left to pay. */
export const openAmount = (
  row: Pick<InvoiceRow, "total_paise" | "paid_paise" | "credited_paise" | "tds_paise" | "written_off_paise">,
): Paise =>
  paise(Math.max(0, row.total_paise - row.paid_paise - row.credited_paise - row.tds_paise - row.written_off_paise));

/** Razorpay moves no less, in either direction: a rupee, a dollar. */
export const LEAST_PAISE = paise(100);

/** Whether what is open can be asked for: of the dust below, nobody is reminded, and nobody's service stops for it. */
export const isCollectable = (row: Parameters<typeof openAmount>[0]): boolean => openAmount(row) >= LEAST_PAISE;

const partyOf = ({ seller_id, tenant_id, customer_id }: InvoiceRow) => ({
  account_id: seller_id,
  tenant_id,
  customer_id,
});

/**
 * Money came in for an invoice, once for its source. What is more than is open stands as `unapplied`, to be given back. `from` says where the money
 * is; `tds_paise` is what the payer kept back as income tax, which the invoice counts as paid. False where this source was posted before.
 */
export async function payInvoice(
  tx: Tx,
  clock: Clock,
  payment: {
    readonly invoice_id: InvoiceId;
    /** The payment's id. */
    readonly source: string;
    readonly amount_paise: Paise;
    readonly tds_paise?: Paise;
    readonly from: "collector" | "bank";
    readonly at: number;
  },
): Promise<{ readonly invoice: InvoiceRow; readonly again: boolean; readonly excess_paise: Paise }> {
  const before = await store.lockedInvoice(tx, payment.invoice_id);
  const { currency } = before;
  const tds = payment.tds_paise ?? paise(0);
  const open = openAmount(before);
  const applied = paise(Math.min(payment.amount_paise, open));
  const excess_paise = paise(payment.amount_paise - applied);
  const posted = await post(
    tx,
    {
      ...{ source: `payment:${payment.source}`, kind: "payment", ...partyOf(before), at: payment.at },
      memo: `Payment of invoice ${before.number}`,
      entries: [
        debit(payment.from, currency, microsOfPaise(payment.amount_paise)),
        debit("tds_receivable", currency, microsOfPaise(tds)),
        credit("receivable", currency, microsOfPaise(paise(applied + tds))),
        credit("unapplied", currency, microsOfPaise(excess_paise)),
      ],
    },
    clock.wall(),
  );
  if (!posted) return { invoice: before, again: true, excess_paise: paise(0) };
  const invoice = await changed(tx, clock, before, {
    paid_paise: paise(before.paid_paise + applied),
    tds_paise: paise(before.tds_paise + tds),
  });
  return { invoice, again: false, excess_paise };
}

/** Saves what became of an invoice; one that is closed by it needs no more reminding, and is told of. */
async function changed(tx: Tx, clock: Clock, before: InvoiceRow, change: store.InvoiceChange): Promise<InvoiceRow> {
  const closes = openAmount({ ...before, ...change }) === 0 && openAmount(before) > 0;
  const row = await store.saveInvoice(tx, before.id, {
    ...change,
    ...(closes && { reopened_at: null, final_notice_at: null, dunning_stage: 0, suspended_at: null }),
  });
  if (closes && row.written_off_paise === before.written_off_paise) {
    const { id, number, customer_id, currency, total_paise, kind } = row;
    await told(tx, clock, {
      ...{ type: "invoice.paid", dedupe: `invoice.paid ${id} ${row.paid_paise} ${row.credited_paise}` },
      tenant_id: row.tenant_id,
      data: { invoice_id: id, number, kind, customer_id, currency, total_paise },
    });
  }
  return row;
}

/** Money that had paid an invoice went back, and what it had paid for was used: it is owed again. */
export async function takeBack(
  tx: Tx,
  clock: Clock,
  taken: { readonly invoice_id: InvoiceId; readonly amount_paise: Paise; readonly source: string; readonly at: number },
): Promise<InvoiceRow> {
  const before = await store.lockedInvoice(tx, taken.invoice_id);
  const amount = microsOfPaise(taken.amount_paise);
  const posted = await post(
    tx,
    {
      ...{ source: `takeback:${taken.source}`, kind: "takeback", ...partyOf(before), at: taken.at },
      memo: `Payment of invoice ${before.number} was taken back`,
      entries: [debit("receivable", before.currency, amount), credit("collector", before.currency, amount)],
    },
    clock.wall(),
  );
  if (!posted) return before;
  const paid_paise = paise(before.paid_paise - taken.amount_paise);
  const owed = openAmount({ ...before, paid_paise }) > 0;
  return store.saveInvoice(tx, before.id, { paid_paise, ...(owed && { reopened_at: before.reopened_at ?? taken.at }) });
}

/**
 * Takes back a part of an invoice: a credit note of its own number, in the proportions of the invoice, so that all of them together never come to
 * more than it. Once for its source.
 */
export async function creditInvoice(
  tx: Tx,
  clock: Clock,
  asked: {
    readonly invoice_id: InvoiceId;
    readonly source: string;
    readonly gross_paise: Paise;
    readonly reason: string;
    /** Of a top-up: exactly so much of the credit, net, was taken off its grant. Without it what is taken back was used. */
    readonly unused_paise?: Paise;
    readonly at: number;
  },
): Promise<CreditNoteRow> {
  const known = await store.findCreditNoteBySource(tx, asked.source);
  if (known) return known;
  const before = await store.lockedInvoice(tx, asked.invoice_id);
  const left = before.total_paise - before.credited_paise;
  if (asked.gross_paise < 1 || asked.gross_paise > left) {
    throw new Problem("invalid_request", {
      message: `amount_paise: at most ${left} paise of invoice ${before.number} can still be credited`,
      details: { left_paise: left },
    });
  }
  const credited = await store.sumCredited(tx, before.id);
  const parts = withNet(proportionOf(before, asked.gross_paise, credited), asked.unused_paise);
  // The series that the seller has now: the one of the invoice may be full.
  const seller = await findSeller(tx, before.seller_id);
  const series = creditSeries(seller?.invoice_series ?? before.number.split("/")[0]!);
  const wall = clock.wall();
  const numbered = await nextNumber(tx, {
    seller_id: before.seller_id,
    tenant_id: sellerTenant(before),
    series,
    at: asked.at,
    wall,
  });
  const { currency } = before;
  const row: CreditNoteRow = {
    ...{ id: newId("credit_note", wall), source: asked.source, invoice_id: before.id, ...numbered },
    ...{ tenant_id: before.tenant_id, customer_id: before.customer_id, seller_id: before.seller_id },
    ...{
      reason: asked.reason,
      currency,
      ...parts,
      total_paise: asked.gross_paise,
      issued_at: asked.at,
      created_at: wall,
    },
  };
  await store.insertCreditNote(tx, row);
  await post(
    tx,
    {
      ...{ source: `credit_note:${row.id}`, kind: "credit_note", ...partyOf(before), at: asked.at },
      memo: `Credit note ${row.number} on invoice ${before.number}`,
      entries: [
        ...(asked.unused_paise === undefined
          ? soldBack(before, { before: credited.taxable_paise, taxable_paise: row.taxable_paise })
          : [debit("wallet", currency, microsOfPaise(asked.unused_paise))]),
        debit("gst.cgst", currency, microsOfPaise(row.cgst_paise)),
        debit("gst.sgst", currency, microsOfPaise(row.sgst_paise)),
        debit("gst.igst", currency, microsOfPaise(row.igst_paise)),
        debit("round_off", currency, microsOfPaise(row.round_off_paise)),
        credit("receivable", currency, microsOfPaise(row.total_paise)),
      ],
    },
    wall,
  );
  const profile = await findProfile(tx, before.tenant_id, before.customer_id);
  if (profile) await mailCreditNote(tx, row, { invoice: before, recipient: profile.email });
  await changed(tx, clock, before, { credited_paise: paise(before.credited_paise + asked.gross_paise) });
  return row;
}

/** What of a credit note goes back from what was sold: the base's part of the net amount, cumulated, and of the rest. */
function soldBack(
  { kind, currency, lines, taxable_paise: whole }: InvoiceRow,
  credited: { readonly before: number; readonly taxable_paise: Paise },
) {
  const rest = kind === "topup" ? "revenue.prepaid" : kind === "base" ? "revenue.base" : "revenue.overage";
  const base = lines.reduce((sum, line) => sum + (line.ledger_account === "revenue.base" ? line.net_paise : 0), 0);
  const upTo = (net: number) =>
    whole === 0 ? 0n : (BigInt(base) * BigInt(net) * 2n + BigInt(whole)) / BigInt(2 * whole);
  const ofBase = paise(upTo(credited.before + credited.taxable_paise) - upTo(credited.before));
  return [
    debit("revenue.base", currency, microsOfPaise(ofBase)),
    debit(rest, currency, microsOfPaise(paise(credited.taxable_paise - ofBase))),
  ];
}

const sellerTenant = ({ seller_id }: InvoiceRow) => (seller_id === "operator" ? null : seller_id);

type Parts = Pick<CreditNoteRow, "taxable_paise" | "cgst_paise" | "sgst_paise" | "igst_paise" | "round_off_paise">;

/** A share of each amount of an invoice, cumulated: after the last credit note they sum to exactly the invoice. */
function proportionOf(
  invoice: Pick<InvoiceRow, "total_paise" | "credited_paise"> & Parts,
  gross: Paise,
  credited: Readonly<Record<keyof Parts, number>>,
): Parts {
  const upTo = BigInt(invoice.credited_paise + gross);
  const whole = BigInt(invoice.total_paise);
  const part = (name: keyof Parts) =>
    paise(Number((BigInt(invoice[name]) * upTo * 2n + whole) / (2n * whole)) - credited[name]);
  const cgst_paise = part("cgst_paise");
  const sgst_paise = part("sgst_paise");
  const igst_paise = part("igst_paise");
  const round_off_paise = part("round_off_paise");
  // What the roundings leave goes to the net amount.
  return {
    ...{ cgst_paise, sgst_paise, igst_paise, round_off_paise },
    taxable_paise: paise(gross - cgst_paise - sgst_paise - igst_paise - round_off_paise),
  };
}

/** With this net amount: what the proportions make it more or less is the document's round-off. */
function withNet(parts: Parts, taxable_paise: Paise = parts.taxable_paise): Parts {
  const round_off_paise = paise(parts.round_off_paise + parts.taxable_paise - taxable_paise);
  return { ...parts, taxable_paise, round_off_paise };
}

/** Gives up what is open: a loss, and the invoice is closed. The tax on it stays due. */
export async function writeOff(
  tx: Tx,
  clock: Clock,
  { invoice_id, reason, at }: { readonly invoice_id: InvoiceId; readonly reason: string; readonly at: number },
): Promise<InvoiceRow> {
  const before = await store.lockedInvoice(tx, invoice_id);
  const open = openAmount(before);
  if (open === 0)
    throw new Problem("conflict", { message: `Invoice ${before.number} is not open: there is nothing to write off.` });
  const written_off_paise = paise(before.written_off_paise + open);
  const amount = microsOfPaise(open);
  await post(
    tx,
    {
      ...{ source: `write_off:${before.id}:${written_off_paise}`, kind: "write_off", ...partyOf(before), at },
      memo: `Invoice ${before.number} written off: ${reason}`,
      entries: [debit("bad_debt", before.currency, amount), credit("receivable", before.currency, amount)],
    },
    clock.wall(),
  );
  return changed(tx, clock, before, { written_off_paise });
}

/**
 * Money that goes back for what a credit note took off an invoice, once for its source: the invoice is paid less, as it is owed less. Without an
 * invoice it is what stood unapplied. False where this was posted before.
 */
export async function giveBack(
  tx: Tx,
  clock: Clock,
  refund: {
    readonly source: string;
    readonly invoice_id: InvoiceId | null;
    readonly account_id: InvoiceRow["seller_id"];
    readonly tenant_id: InvoiceRow["tenant_id"];
    readonly customer_id: InvoiceRow["customer_id"];
    readonly currency: string;
    readonly amount_paise: Paise;
    readonly at: number;
  },
): Promise<boolean> {
  const { currency, amount_paise, invoice_id, source, ...of } = refund;
  const amount = microsOfPaise(amount_paise);
  const posted = await post(
    tx,
    {
      ...{ ...of, source: `refund:${source}`, kind: "refund", memo: "Refund" },
      entries: [
        debit(invoice_id === null ? "unapplied" : "receivable", currency, amount),
        credit("collector", currency, amount),
      ],
    },
    clock.wall(),
  );
  if (!posted || invoice_id === null) return posted;
  const before = await store.lockedInvoice(tx, invoice_id);
  await store.saveInvoice(tx, invoice_id, { paid_paise: paise(before.paid_paise - amount_paise) });
  return true;
}
