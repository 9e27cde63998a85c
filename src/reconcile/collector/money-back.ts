import {
  type DisputeRow,
  disputesOf,
  findDispute,
  findPayment,
  findRefund,
  type RefundRow,
  refundsOf,
} from "../../billing/payments/store.ts";
import type { RazorpayDispute, RazorpayRefund } from "../../billing/razorpay/entities.ts";
import type { Reader } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts } from "../step.ts";
import { type Account, byId, DAYS_MAX, daysOfAccount, everyOne } from "./account.ts";
import { disputesAt, ofIds, ourPayments, refundsAt } from "./store.ts";

/** Refunds: asked for by us, made at Razorpay's dashboard, or by Razorpay itself. Those of payments that are not ours are other products'. */
export const proveRefunds = daysOfAccount(DAYS_MAX, async ({ db }, account) => {
  const { razorpay, account_id } = account;
  const theirs = await everyOne((query) => razorpay.listRefunds(query), account);
  for (const id of await givenBackOtherwise(db.read, account)) theirs.push(...(await razorpay.refundsOfPayment(id)));
  const listed = new Map(theirs.map((refund) => [refund.id, refund]));
  const ids = [...listed.keys()];
  const paid = await ourPayments(
    db.read,
    account_id,
    theirs.map(({ payment_id }) => payment_id),
  );
  const known: Map<string, RefundRow> = await ofIds(ids, (some) => refundsOf(db.read, account_id, some));
  for (const row of await refundsAt(db.read, account)) known.set(row.razorpay_refund_id ?? row.id, row);
  const findings: NewFinding[] = [];
  for (const id of new Set([...ids.filter((id) => paid.has(listed.get(id)!.payment_id)), ...known.keys()])) {
    const [row, seen] = [known.get(id), listed.get(id)];
    if (row && seen && isSameRefund(row, seen)) continue;
    const remote = await byId(razorpay.fetchRefund(id));
    const own = await findRefund(db.read, account_id, { razorpay_id: id, id: remote?.notes.subject });
    if (own && remote && isSameRefund(own, remote)) continue;
    const payment_id = remote?.payment_id ?? own?.payment_id ?? "";
    const payment = await findPayment(db.read, payment_id);
    findings.push({
      ...{ kind: own ? "refund_differs" : "refund_missing", subject: id, tenant_id: payment?.tenant_id ?? null },
      local: own ? { state: own.state, amount_paise: own.amount_paise, currency: own.currency, account_id } : null,
      remote: remote && { state: remote.status, amount_paise: remote.amount, currency: remote.currency, account_id },
      ...{ rows: [id, payment_id], touches: [payment_id] },
    });
  }
  return { findings, looked_at: { refunds: known.size } };
});

/** Payments of the span of which another amount was given back than we know of: their refunds may be of a later time. */
async function givenBackOtherwise(read: Reader, account: Account): Promise<string[]> {
  const theirs = await everyOne((query) => account.razorpay.listPayments(query), account);
  const known = await ourPayments(
    read,
    account.account_id,
    theirs.map(({ id }) => id),
  );
  const given = (id: string) => known.get(id)?.refunded_paise;
  return theirs
    .filter(({ id, amount_refunded }) => given(id) !== undefined && given(id) !== amount_refunded)
    .map(({ id }) => id);
}

const isSameRefund = (row: RefundRow, remote: RazorpayRefund): boolean =>
  row.state === remote.status && row.amount_paise === remote.amount && row.currency === remote.currency;

/** Disputes: money leaves when one is lost. */
export const proveDisputes = daysOfAccount(DAYS_MAX, async ({ db }, account) => {
  const { razorpay, account_id } = account;
  const theirs = await everyOne((query) => razorpay.listDisputes(query), account);
  const ids = theirs.map(({ id }) => id);
  const paid = await ourPayments(
    db.read,
    account_id,
    theirs.map(({ payment_id }) => payment_id),
  );
  const known: Map<string, DisputeRow> = await ofIds(ids, (some) => disputesOf(db.read, account_id, some));
  for (const row of await disputesAt(db.read, account)) known.set(row.id, row);
  const listed = new Map(theirs.map((dispute) => [dispute.id, dispute]));
  const findings: NewFinding[] = [];
  for (const id of new Set([...ids.filter((id) => paid.has(listed.get(id)!.payment_id)), ...known.keys()])) {
    const [row, seen] = [known.get(id), listed.get(id)];
    if (row && seen && isSameDispute(row, seen)) continue;
    const remote = await byId(razorpay.fetchDispute(id));
    const own = await findDispute(db.read, id);
    if (own && remote && isSameDispute(own, remote)) continue;
    const payment_id = remote?.payment_id ?? own?.payment_id ?? "";
    const payment = await findPayment(db.read, payment_id);
    findings.push({
      ...{ kind: own ? "dispute_differs" : "dispute_missing", subject: id, tenant_id: payment?.tenant_id ?? null },
      local: own ? { ...moneyOf(own), deducted_paise: own.deducted_paise, account_id } : null,
      remote: remote && {
        ...{ status: remote.status, amount_paise: remote.amount, deducted_paise: remote.amount_deducted, account_id },
      },
      ...{ rows: [id, payment_id], touches: [payment_id] },
    });
  }
  return { findings, looked_at: { disputes: known.size } };
});

const moneyOf = ({ status, amount_paise }: DisputeRow) => ({ status, amount_paise });

const isSameDispute = (row: DisputeRow, remote: RazorpayDispute): boolean =>
  row.status === remote.status && row.amount_paise === remote.amount && row.deducted_paise === remote.amount_deducted;

const accountOf = ({ local, remote }: FindingRow) => (remote?.account_id ?? local?.account_id) as AccountId;

/**
 * Booked as its webhook would have it: where it is of the amount that we know, or where its payment shows that it was never booked (else our row of it
 * is lost, and booking it would take the money twice).
 */
export async function repairRefund(parts: ReconcileParts, finding: FindingRow): Promise<boolean> {
  const { db, appliers, collectors } = parts;
  const { subject, local, remote, rows } = finding;
  if (!remote || (local && local.amount_paise !== remote.amount_paise)) return false;
  const account_id = accountOf(finding);
  if (!local) {
    const payment = await findPayment(db.read, rows[1] ?? "");
    const there = await (await collectors.of(account_id)).fetchPayment(rows[1] ?? "");
    if (!payment || there.amount_refunded - payment.refunded_paise < Number(remote.amount_paise)) return false;
  }
  await appliers.refund(account_id, subject);
  const after = await findRefund(db.read, account_id, { razorpay_id: subject, id: undefined });
  return after !== undefined && isSameRefund(after, await (await collectors.of(account_id)).fetchRefund(subject));
}

/** Not where its payment says that something was deducted already, and our row of that is lost. */
export async function repairDispute(parts: ReconcileParts, finding: FindingRow): Promise<boolean> {
  const { db, appliers, collectors } = parts;
  const { subject, local, remote, rows } = finding;
  if (!remote) return false;
  const account_id = accountOf(finding);
  const deducted = (await findPayment(db.read, rows[1] ?? ""))?.deducted_paise ?? 0;
  if (!local && deducted > 0 && Number(remote.deducted_paise) > 0) return false;
  if (local && local.amount_paise !== remote.amount_paise) return false;
  await appliers.dispute(account_id, subject);
  const after = await findDispute(db.read, subject);
  return after !== undefined && isSameDispute(after, await (await collectors.of(account_id)).fetchDispute(subject));
}
