import { isOlder, subjectOf } from "../../billing/payments/apply.ts";
import { findPayment, type PaymentRow } from "../../billing/payments/store.ts";
import type { RazorpayPayment } from "../../billing/razorpay/entities.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts } from "../step.ts";
import { type Account, byId, DAYS_MAX, daysOfAccount, everyOne } from "./account.ts";
import { ourPayments, paymentsAt } from "./store.ts";

/** Every payment that we know is at Razorpay as we have it, and every one there that is for something of ours is known to us. */
export const provePayments = daysOfAccount(DAYS_MAX, async (parts, account) => {
  const { razorpay, account_id } = account;
  const theirs = await everyOne((query) => razorpay.listPayments(query), account);
  const listed = new Map(theirs.map((payment) => [payment.id, payment]));
  const known = await ourPayments(parts.db.read, account_id, [...listed.keys()]);
  for (const row of await paymentsAt(parts.db.read, account)) known.set(row.id, row);

  const findings: NewFinding[] = [];
  for (const row of known.values()) {
    const seen = listed.get(row.id);
    if (!seen || differs(row, seen)) findings.push(...(await lookedAtAgain(parts, account, row.id)));
  }
  let foreign = 0;
  for (const remote of theirs) {
    if (known.has(remote.id) || !isCaptured(remote)) continue;
    const found = await unknownToUs(parts, account, remote);
    if (found) findings.push(found);
    else foreign += 1;
  }
  return { findings, looked_at: { payments: known.size, foreign_payments: foreign } };
});

/** What was only authorised, and let go again, never came to us. */
const isCaptured = ({ status, captured }: RazorpayPayment): boolean =>
  status === "captured" || (status === "refunded" && captured);

interface PaymentFigures {
  readonly captured: boolean;
  readonly status: string;
  readonly amount_paise: number;
  readonly currency: string;
  readonly refunded_paise: number;
  readonly fee_paise: number;
  readonly fee_tax_paise: number;
}

const figuresOf = (row: PaymentRow): PaymentFigures => ({
  ...{ captured: row.captured_at !== null, status: row.status },
  ...{ amount_paise: row.amount_paise, currency: row.currency, refunded_paise: row.refunded_paise },
  ...{ fee_paise: row.fee_paise, fee_tax_paise: row.fee_tax_paise },
});

const remoteOf = (remote: RazorpayPayment): PaymentFigures => ({
  ...{ captured: isCaptured(remote), status: remote.status },
  ...{ amount_paise: remote.amount, currency: remote.currency, refunded_paise: remote.amount_refunded },
  ...{ fee_paise: remote.fee, fee_tax_paise: remote.tax },
});

const OF_ANY = ["captured", "amount_paise", "currency"] as const;
const OF_CAPTURED = ["refunded_paise", "fee_paise", "fee_tax_paise"] as const;

/** The names of the figures that are not the same. Of a payment that never came it does not matter how it ended. */
function differing(local: PaymentFigures, remote: PaymentFigures): (keyof PaymentFigures)[] {
  const names: (keyof PaymentFigures)[] = [...OF_ANY.filter((name) => local[name] !== remote[name])];
  if (!local.captured || !remote.captured) return names;
  names.push(...OF_CAPTURED.filter((name) => local[name] !== remote[name]));
  // What was given back makes it `refunded` in the end, whenever we heard of that.
  return local.status === "captured" || local.status === "refunded" ? names : [...names, "status"];
}

const differs = (row: PaymentRow, remote: RazorpayPayment): boolean =>
  differing(figuresOf(row), remoteOf(remote)).length > 0;

/** By its id, and our row after it: a webhook may have come in between. */
async function lookedAtAgain({ db }: ReconcileParts, { razorpay }: Account, id: string): Promise<NewFinding[]> {
  const remote = await byId(razorpay.fetchPayment(id));
  const row = await findPayment(db.read, id);
  if (!row) return [];
  const about = { subject: id, tenant_id: row.tenant_id, rows: [id], touches: [row.customer_id] };
  const local = figuresOf(row);
  if (!remote) return [{ kind: "payment_gone", ...about, local: { ...local }, remote: null }];
  const names = differing(local, remoteOf(remote));
  if (!names.length) return [];
  const kind = names.every((name) => name.startsWith("fee_")) ? "fee_differs" : "payment_differs";
  return [{ kind, ...about, local: { ...local }, remote: { ...remoteOf(remote) } }];
}

/** A payment that we do not have: of something of ours, or saying that it is, or of another product. */
async function unknownToUs(
  parts: ReconcileParts,
  { account_id, razorpay }: Account,
  seen: RazorpayPayment,
): Promise<NewFinding | null> {
  const subject = await subjectOf(parts, account_id, seen);
  const says = seen.notes.tollgate === "1";
  if (!subject && !says) return null;
  if (subject?.purpose === "subscription" && isOlder(subject.row, seen.created_at)) return null;
  const remote = await byId(razorpay.fetchPayment(seen.id));
  if (!remote || (await findPayment(parts.db.read, seen.id))) return null;
  return {
    kind: subject ? "payment_missing" : "payment_unknown",
    ...{ subject: seen.id, tenant_id: subject?.row.tenant_id ?? null, local: null },
    remote: { ...remoteOf(remote), order_id: remote.order_id, notes: remote.notes, account_id },
    ...{ rows: [seen.id], touches: subject ? [subject.row.customer_id, subject.row.id] : [] },
  };
}

/** Only where it is the same money, and merely its state moved. */
export async function repairPayment(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  const { db, appliers, collectors } = parts;
  const row = await findPayment(db.read, subject);
  if (!row) return false;
  const razorpay = await collectors.of(row.account_id);
  const remote = await razorpay.fetchPayment(subject);
  if (remote.amount !== row.amount_paise || remote.currency !== row.currency) return false;
  await appliers.payment(row.account_id, subject);
  const after = await findPayment(db.read, subject);
  return after !== undefined && !differs(after, await razorpay.fetchPayment(subject));
}

/** It is booked as any webhook would have it: what does not come to what it is for stays unapplied, and is told. */
export async function repairMissingPayment(parts: ReconcileParts, { subject, remote }: FindingRow): Promise<boolean> {
  const { db, appliers, collectors } = parts;
  const account_id = (remote?.account_id ?? "operator") as AccountId;
  if ((await appliers.payment(account_id, subject)) !== "applied") return false;
  const after = await findPayment(db.read, subject);
  return after !== undefined && !differs(after, await (await collectors.of(account_id)).fetchPayment(subject));
}
