import type { NewFinding } from "../finding.ts";
import type { Step } from "../step.ts";
import { listPaidTopups, listUnbought } from "./store.ts";

const ROWS_MAX = 500;

/** Credit that was bought was given, once, in its amount and currency; and nobody has credit of a top-up that was not paid. */
export const proveTopups: Step = async ({ db }, { from_at: from, to_at: to }, { cursor }) => {
  const page = await listPaidTopups(db.read, { from, to }, cursor ?? "", ROWS_MAX);
  const findings = page.flatMap(({ topup, grant }): NewFinding[] => {
    const { id, tenant_id, customer_id, credit_micros, currency, payment_id, state } = topup;
    const about = { subject: id, tenant_id, rows: [id, ...(grant ? [grant.id] : [])], touches: [customer_id] };
    const local = grant && { credit_micros: grant.amount, currency: grant.currency };
    const remote = { credit_micros, currency, state, payment_id };
    if (state !== "paid") return [{ kind: "credit_without_topup", ...about, local, remote }];
    if (!grant) return [{ kind: "topup_without_credit", ...about, local, remote }];
    // Refunds take from a grant; nothing adds to it.
    const same = grant.amount <= credit_micros && grant.currency === currency && grant.customer_id === customer_id;
    return same ? [] : [{ kind: "credit_differs", ...about, local, remote }];
  });
  if (cursor === null) {
    for (const { grant } of await listUnbought(db.read)) {
      const { id, tenant_id, customer_id, amount, currency, source } = grant;
      findings.push({
        ...{ kind: "credit_without_topup", subject: source ?? id, tenant_id, rows: [id], touches: [customer_id] },
        ...{ local: { credit_micros: amount, currency }, remote: null },
      });
    }
  }
  const next = page.length < ROWS_MAX ? null : (page.at(-1)?.topup.id ?? null);
  return { findings, next, looked_at: { topups: page.length } };
};
