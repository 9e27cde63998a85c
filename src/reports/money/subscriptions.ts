import { z } from "zod";
import { netOfGst } from "../../catalog/plan.ts";
import type { Reader } from "../../db/database.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { Ref, Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { iso } from "../../kernel/clock.ts";
import type { CustomerId } from "../../kernel/id.ts";
import { type Micros, microsOfPaise, paise } from "../../kernel/money.ts";
import { findTenant } from "../../tenants/store.ts";
import type { Row } from "../csv.ts";
import { wrong } from "../usage/query.ts";
import { type InvoiceShare, sharesOfInvoice } from "./invoice-share.ts";
import { type CycleFilter, countCycles, listCyclesWithTerms, moneyOfCycles } from "./store.ts";

export const CyclesQuery = z.strictObject({
  ...PageQuery.shape,
  tenant_id: Ref.optional(),
  customer_id: Ref.optional(),
  state: z.enum(["open", "ended", "closed"]).optional(),
  /** Cycles that begin in `[from, to)`. */
  from: Time.optional(),
  to: Time.optional(),
  format: z.enum(["json", "csv"]).default("json"),
});
type Query = z.infer<typeof CyclesQuery>;

/**
 * A row for each customer and cycle: what the plan asks for, what it includes, what was used, what of that is owed, what was invoiced and
 * what has come in. `variance_micros` is what should have been invoiced and was not: a closed cycle has less than a paisa for each line.
 */
export async function cyclesReport(read: Reader, query: Query) {
  const rows = await listCyclesWithTerms(read, await filterOf(read, query), query);
  const shown = await presented(read, rows);
  return pageOf(rows, query, (row) => shown.get(row.id)!);
}

const ROWS_AT_ONCE = 1_000;

/** Every row, newest first, in pages. */
export async function* everyCycle(read: Reader, query: Query): AsyncGenerator<Row[]> {
  const filter = await filterOf(read, query);
  for (let after_id: string | undefined; ; ) {
    const page = { limit: ROWS_AT_ONCE, after_id };
    const rows = (await listCyclesWithTerms(read, filter, page)).slice(0, ROWS_AT_ONCE);
    if (!rows.length) return;
    yield [...(await presented(read, rows)).values()];
    after_id = rows.at(-1)!.id;
  }
}

export const countCycleRows = async (read: Reader, query: Query): Promise<number> =>
  countCycles(read, await filterOf(read, query));

async function filterOf(read: Reader, { tenant_id, customer_id, state, from, to }: Query): Promise<CycleFilter> {
  if (from !== undefined && to !== undefined && to < from) throw wrong("to", "must not be before from");
  const tenant = tenant_id === undefined ? undefined : await findTenant(read, tenant_id);
  return { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined, state, from, to };
}

type CycleWithTerms = Awaited<ReturnType<typeof listCyclesWithTerms>>[number];

export const CYCLE_COLUMNS = [
  ...["id", "tenant_id", "tenant_name", "customer_id", "subscription_id", "plan_version_id", "state", "trial"],
  ...["start", "end", "currency", "base_micros", "included_micros", "metered_micros", "included_used_micros"],
  ...["promotional_micros", "prepaid_micros", "overage_micros", "invoiced_micros", "invoiced_paise"],
  ...["collected_paise", "open_paise", "variance_micros"],
] as const;

async function presented(read: Reader, rows: readonly CycleWithTerms[]): Promise<Map<string, Row>> {
  const cycles = rows.map(({ cycle }) => cycle);
  const { given, invoiced } = await moneyOfCycles(read, cycles);
  const grants = new Map(given.map((grant) => [grant.id, grant]));
  const sharesOf = Map.groupBy(
    invoiced.flatMap((invoice) => sharesOfInvoice(invoice, cycles)),
    ({ cycle_id }) => cycle_id,
  );
  return new Map(
    rows.map(({ cycle, terms, tenant }) => {
      const shares = sharesOf.get(cycle.id) ?? [];
      const sum = (of: (share: InvoiceShare) => number) => shares.reduce((total, share) => total + of(share), 0);
      const included = grants.get(cycle.included_grant_id!);
      const overage = grants.get(cycle.overage_grant_id!);
      const frozen = cycle.totals as Partial<Record<string, number>> | null;
      const base_micros =
        cycle.trial || !terms
          ? 0
          : netBase(
              terms,
              shares.some(({ taxed }) => !taxed),
            );
      const overage_micros = frozen?.overage_micros ?? overage?.used ?? 0;
      const included_used_micros = frozen?.included_micros ?? included?.used ?? 0;
      const invoiced_micros = microsOfPaise(paise(sum(({ net_paise }) => net_paise)));
      const row: Record<(typeof CYCLE_COLUMNS)[number], string | number | null> = {
        ...{ id: cycle.id, tenant_id: cycle.tenant_id, tenant_name: tenant.name, customer_id: cycle.customer_id },
        ...{ subscription_id: cycle.subscription_id, plan_version_id: cycle.plan_version_id, state: cycle.state },
        ...{ trial: cycle.trial ? "yes" : "no", start: iso(cycle.start_at), end: iso(cycle.end_at) },
        ...{ currency: cycle.currency, base_micros, included_micros: included?.amount ?? 0 },
        // Of a cycle that is not closed: what was drawn of its own grants. What credit paid for is counted at the close.
        metered_micros: frozen?.spend_micros ?? included_used_micros + overage_micros,
        ...{ included_used_micros, promotional_micros: frozen?.promotional_micros ?? null },
        ...{ prepaid_micros: frozen?.prepaid_micros ?? null, overage_micros, invoiced_micros },
        ...{ invoiced_paise: sum(({ total_paise }) => total_paise), collected_paise: sum((share) => share.paid_paise) },
        open_paise: sum((share) => share.open_paise),
        variance_micros: base_micros + overage_micros - invoiced_micros,
      };
      return [cycle.id, row];
    }),
  );
}

/** The base fee of a period without its tax; of a seller that charges none, all of it is. */
export function netBase({ price_paise, tax }: PlanTerms, untaxed: boolean): Micros {
  return tax === "exclusive" || untaxed ? microsOfPaise(price_paise) : netOfGst(price_paise);
}
