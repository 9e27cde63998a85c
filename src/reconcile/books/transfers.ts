import type { NewFinding } from "../finding.ts";
import type { Step } from "../step.ts";
import { listOff, listTransfers } from "./store.ts";

const ROWS_MAX = 1_000;

/** Every transfer sums to zero, in every currency. */
export const proveTransfers: Step = async ({ db }, { from_at, to_at }, { cursor }) => {
  const page = await listTransfers(db.read, { from: from_at, to: to_at }, cursor ?? "", ROWS_MAX);
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return { findings: [], next: null };
  const known = new Map(page.map((transfer) => [transfer.id, transfer]));
  const findings: NewFinding[] = [];
  for (const { id, currency, off } of await listOff(db.read, { first: first.id, last: last.id })) {
    const transfer = known.get(id);
    if (!transfer) continue;
    findings.push({
      ...{ kind: "transfer_unbalanced", subject: `${id} ${currency}`, tenant_id: transfer.tenant_id },
      ...{ local: { sum_micros: off, currency, source: transfer.source }, remote: { sum_micros: 0 } },
      ...{ rows: [id], touches: [transfer.customer_id ?? transfer.tenant_id, `source ${transfer.source}`] },
    });
  }
  return { findings, next: page.length < ROWS_MAX ? null : last.id, looked_at: { transfers: page.length } };
};
