import { mirroredToken } from "../../billing/collection/mandate.ts";
import { findMandateByToken } from "../../billing/collection/store.ts";
import type { MandateRow } from "../../billing/cycles/store.ts";
import type { RazorpayToken } from "../../billing/razorpay/entities.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { isoOrNull } from "../../kernel/clock.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts } from "../step.ts";
import { byId, ofAccount } from "./account.ts";
import { mandatesAt, nextOf } from "./store.ts";

/** A mandate allows what the bank says that it allows, for as long. */
export const proveMandates = ofAccount(async ({ db }, { razorpay, account_id }, cursor) => {
  const rows = await mandatesAt(db.read, account_id, cursor ?? "");
  const findings: NewFinding[] = [];
  for (const { token_id, razorpay_customer_id, tenant_id, customer_id } of rows) {
    if (token_id === null) continue;
    const remote = await byId(razorpay.fetchToken(razorpay_customer_id, token_id));
    const row = await findMandateByToken(db.read, account_id, token_id);
    if (!row || (remote && !differs(row, remote))) continue;
    findings.push({
      ...{ kind: remote ? "mandate_differs" : "mandate_gone", subject: token_id, tenant_id },
      local: { ...figuresOf(row), razorpay_customer_id, account_id },
      remote: remote && figuresOf(asMirrored(row, remote)),
      ...{ rows: [row.id], touches: [customer_id, row.id] },
    });
  }
  return { findings, next: nextOf(rows), looked_at: { mandates: rows.length } };
});

const asMirrored = (row: MandateRow, remote: RazorpayToken): MandateRow => ({ ...row, ...mirroredToken(remote) });

const figuresOf = ({ status, max_amount_paise, expires_at }: MandateRow) => ({
  ...{ status, max_amount_paise, expires_at: isoOrNull(expires_at) },
});

const differs = (row: MandateRow, remote: RazorpayToken): boolean =>
  JSON.stringify(figuresOf(row)) !== JSON.stringify(figuresOf(asMirrored(row, remote)));

export async function repairMandate(parts: ReconcileParts, { subject, local }: FindingRow): Promise<boolean> {
  const account_id = (local?.account_id ?? "operator") as AccountId;
  const customer = String(local?.razorpay_customer_id ?? "");
  await parts.appliers.token(account_id, subject);
  const razorpay = await parts.collectors.of(account_id);
  const row = await findMandateByToken(parts.db.read, account_id, subject);
  return row !== undefined && !differs(row, await razorpay.fetchToken(customer, subject));
}
