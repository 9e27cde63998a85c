import type { Reader } from "../../db/database.ts";
import type { ImportParts } from "../../db/schema/self-invoices.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { DAY } from "../../kernel/clock.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import {
  costsByTenant,
  type InvoicedRow,
  invoicedOf,
  invoicedSpans,
  otherCosts,
  otherInvoiced,
  type Span,
  type StandingRow,
  withoutOwnKey,
} from "./store.ts";

/** What has to go on a self-invoice: its cost, and what is on self-invoices once it is there. */
export interface Reckoned {
  readonly cost_micros_usd: Micros;
  readonly parts: ImportParts;
  readonly invoiced: readonly InvoicedRow[];
}

/** A self-invoice may be put right in the returns up to November of the next year: what changes later than this is the accountant's. */
const CORRECTED_FOR_MS = 600 * DAY;

/**
 * What was imported from where the last self-invoice ends up to an instant, and what has changed since of what the ones before it have: a call that was
 * priced again, true usage that came late, a cost of the provider that was noted late. A document that was issued is not changed, so that goes on the
 * next one. Reading it twice gives the same until it is saved, so nothing is left out, or counted twice, whatever happens in between.
 */
export async function reckon(
  read: Reader,
  { seller_id, since, covered_until: from }: StandingRow,
  to: number,
): Promise<Reckoned> {
  const calls = await callCosts(read, { from, to });
  const changed = await changedCosts(read, seller_id, { from: Math.max(since, from - CORRECTED_FOR_MS), to: from });
  const other = micros((await otherCosts(read, { from: since, to })) - (await otherInvoiced(read, seller_id, since)));
  const parts = {
    calls: micros(calls.reduce((sum, { cost }) => sum + cost, 0)),
    other,
    corrections: micros(changed.reduce((sum, { cost, cost_micros_usd }) => sum + cost - cost_micros_usd, 0)),
  };
  const span = { seller_id, from_at: from, to_at: to };
  return {
    ...{ cost_micros_usd: micros(parts.calls + parts.other + parts.corrections), parts },
    invoiced: [
      ...calls.map(({ tenant_id, cost }) => ({ ...span, tenant_id, cost_micros_usd: cost })),
      { ...span, tenant_id: "operator", cost_micros_usd: other },
      ...changed.map(({ cost, ...row }) => ({ ...row, cost_micros_usd: cost })),
    ],
  };
}

/** What the operator was charged for the calls of each tenant. */
async function callCosts(read: Reader, span: Span): Promise<{ tenant_id: AccountId; cost: Micros }[]> {
  const ours = await withoutOwnKey(read);
  return [...(await costsByTenant(read, span))].flatMap(([tenant_id, cost]) =>
    ours.has(tenant_id) ? [{ tenant_id, cost }] : [],
  );
}

/** Of the spans that are invoiced, the tenants whose calls cost something else now: whoever was the operator's then is it still. */
async function changedCosts(
  read: Reader,
  seller_id: AccountId,
  within: Span,
): Promise<(InvoicedRow & { readonly cost: Micros })[]> {
  const changed: (InvoicedRow & { readonly cost: Micros })[] = [];
  for (const span of await invoicedSpans(read, seller_id, within)) {
    const costs = await costsByTenant(read, span);
    for (const row of await invoicedOf(read, seller_id, span.from)) {
      const cost = costs.get(row.tenant_id) ?? micros(0);
      if (cost !== row.cost_micros_usd) changed.push({ ...row, cost });
    }
  }
  return changed;
}

/** What was imported in a period and is on no self-invoice: before the first one, and after the last with what has changed of those before it. */
export async function notInvoiced(
  read: Reader,
  standing: StandingRow | undefined,
  { from, to }: Span,
): Promise<Micros> {
  const imported = async (span: Span): Promise<number> => {
    if (span.from >= span.to) return 0;
    const calls = await callCosts(read, span);
    return calls.reduce((sum, { cost }) => sum + cost, 0) + (await otherCosts(read, span));
  };
  if (!standing) return micros(await imported({ from, to }));
  const before = await imported({ from, to: Math.min(to, standing.since) });
  const { covered_until } = standing;
  if (to <= covered_until) return micros(before);
  if (from > covered_until) return micros(before + (await imported({ from, to })));
  return micros(before + (await reckon(read, standing, to)).cost_micros_usd);
}
