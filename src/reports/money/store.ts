import { and, asc, eq, gte, inArray, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn, SubqueryWithSelection } from "drizzle-orm/pg-core";
import { total } from "../../db/columns.ts";
import type { Reader } from "../../db/database.ts";
import { openInvoice } from "../../db/schema/invoices.ts";
import { cycles, entries, grants, invoices, payments, planVersions, tenants, transfers } from "../../db/schema.ts";
import type { PageQuery } from "../../http/paging.ts";
import { pageClause } from "../../http/paging.ts";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import type { Bucket } from "../../usage/rollups/spans.ts";
import type { RowKey } from "../../usage/rollups/store.ts";

/* Money by time */

/** What is added up: from which rows, at which instant, and the figures. */
interface Source {
  readonly rows: SQL;
  readonly at: PgColumn;
  readonly tenant: PgColumn;
  readonly currency: PgColumn;
  readonly where?: SQL;
  readonly figures: Readonly<Record<string, SQL>>;
  readonly dimensions: Readonly<Record<string, PgColumn>>;
}

const onAccount = (account: string, sign: 1 | -1): SQL =>
  sql`case when ${entries.ledger_account} = ${account} then ${sign === 1 ? sql`` : sql`-`}${entries.amount_micros} else 0 end`;

const BOOKED = {
  ...{ base_micros: onAccount("revenue.base", -1), overage_micros: onAccount("revenue.overage", -1) },
  ...{ prepaid_micros: onAccount("revenue.prepaid", -1), breakage_micros: onAccount("revenue.breakage", -1) },
  promotional_micros: onAccount("revenue.promotional", -1),
  ...{ bad_debt_micros: onAccount("bad_debt", 1), fees_micros: onAccount("fees", 1) },
  provider_cost_micros: onAccount("cost.provider", 1),
};
const ACCOUNTS = [
  ...["revenue.base", "revenue.overage", "revenue.prepaid", "revenue.breakage", "revenue.promotional"],
  ...["bad_debt", "fees", "cost.provider"],
];

/** Revenue as the journal has it, and payments as they were captured. */
export const SOURCES = {
  revenue: {
    rows: sql`${transfers} inner join ${entries} on ${entries.transfer_id} = ${transfers.id}`,
    ...{ at: transfers.at, tenant: transfers.tenant_id, currency: entries.currency },
    where: inArray(entries.ledger_account, ACCOUNTS),
    figures: BOOKED,
    dimensions: { tenant: transfers.tenant_id, customer: transfers.customer_id },
  },
  collections: {
    rows: sql`${payments}`,
    ...{ at: payments.captured_at, tenant: payments.tenant_id, currency: payments.currency },
    figures: {
      ...{ payments: sql`1`, collected_paise: sql`${payments.amount_paise}`, fee_paise: sql`${payments.fee_paise}` },
      ...{ fee_tax_paise: sql`${payments.fee_tax_paise}`, refunded_paise: sql`${payments.refunded_paise}` },
      disputed_paise: sql`${payments.deducted_paise}`,
    },
    dimensions: {
      tenant: payments.tenant_id,
      customer: payments.customer_id,
      method: payments.method,
      purpose: payments.purpose,
    },
  },
} satisfies Record<string, Source>;
export type FlowName = keyof typeof SOURCES;

export interface FlowRow extends RowKey {
  readonly figures: Readonly<Record<string, number>>;
}

interface FlowsAsked {
  readonly tenant_id?: TenantId;
  readonly by: readonly string[];
  readonly buckets: readonly Bucket[];
}

/** Sums by stretches of time and dimensions, in this order. */
export async function sumFlows(
  read: Reader,
  flow: FlowName,
  query: FlowsAsked & { readonly after?: RowKey; readonly limit: number },
): Promise<FlowRow[]> {
  const { buckets, after } = query;
  if (!buckets.length) return [];
  const source: Source = SOURCES[flow];
  const keys = keysOf(source, query);
  const last = after && [sql.raw(String(after.at)), ...[...after.dimensions, after.currency].map((key) => sql`${key}`)];
  const found = await read
    .select({
      at: keys[0]!.mapWith(Number),
      ...Object.fromEntries(keys.slice(1).map((key, index) => [`d${index}`, sql`${key}`.mapWith(String)])),
      ...Object.fromEntries(Object.entries(source.figures).map(([name, figure]) => [`f_${name}`, total(figure)])),
    })
    .from(rowsOf(source, buckets))
    .where(and(asked(source, query), last && sql`(${sql.join(keys, sql`, `)}) > (${sql.join(last, sql`, `)})`))
    .groupBy(...keys)
    .orderBy(...keys.map((key) => asc(key)))
    .limit(query.limit);
  return found.map((row) => {
    const texts = keys.slice(1).map((_, index) => row[`d${index}` as keyof typeof row] as unknown as string);
    const figures = Object.keys(source.figures).map((name) => [name, row[`f_${name}` as keyof typeof row]]);
    return {
      at: row.at as number,
      ...{ dimensions: texts.slice(0, -1), currency: texts.at(-1)! },
      figures: Object.fromEntries(figures) as Record<string, number>,
    };
  });
}

/** How many rows `sumFlows` has in all. */
export async function countFlows(read: Reader, flow: FlowName, query: FlowsAsked): Promise<number> {
  if (!query.buckets.length) return 0;
  const source: Source = SOURCES[flow];
  const groups = read
    .select({ one: sql`1`.as("one") })
    .from(rowsOf(source, query.buckets))
    .where(asked(source, query))
    .groupBy(...keysOf(source, query))
    .as("g");
  return countOf(read, groups);
}

type Groups = SubqueryWithSelection<{ one: SQL.Aliased }, string>;

async function countOf(read: Reader, groups: Groups): Promise<number> {
  const [row] = await read.select({ rows: sql`count(*)`.mapWith(Number) }).from(groups);
  return row!.rows;
}

function rowsOf({ rows }: Source, buckets: readonly Bucket[]): SQL {
  const spans = buckets.map(({ label, from, to, step = 0 }) => `(${label}, ${from}, ${to}, ${step})`).join(", ");
  return sql`(select column1 as bucket, column2 as from_at, column3 as to_at, column4 as step from (values ${sql.raw(spans)}) v) p
    cross join ${rows}`;
}

const asked = ({ at, where, tenant }: Source, { tenant_id }: FlowsAsked): SQL | undefined =>
  and(sql`${at} >= p.from_at and ${at} < p.to_at`, where, tenant_id && eq(tenant, tenant_id));

/** What rows are told apart by: the stretch of time (of several at once, each by its length), dimensions, currency. */
const keysOf = ({ at, currency, dimensions }: Source, { by }: FlowsAsked): SQL[] => [
  sql`p.bucket + case when p.step > 0 then (${at} - p.bucket) / p.step * p.step else 0 end`,
  ...by.map((dimension) => sql`coalesce(${dimensions[dimension]!}, '')`),
  sql`${currency}`,
];

/* Open invoices */

const overdue = (now: number, from: number, to: number | null): SQL =>
  sql`${invoices.due_at} <= ${now - from * 86_400_000} ${to === null ? sql`` : sql`and ${invoices.due_at} > ${now - to * 86_400_000}`}`;

const OPEN = sql`${invoices.total_paise} - ${invoices.paid_paise} - ${invoices.credited_paise} - ${invoices.tds_paise} - ${invoices.written_off_paise}`;

export interface OpenAfter {
  readonly customer_id: string;
  readonly currency: string;
}

/** What is open of each customer's invoices by how long it has been due, in the order of customers. A partial index has the open ones. */
export function sumOpenInvoices(
  read: Reader,
  query: { readonly tenant_id?: TenantId; readonly now: number; readonly after?: OpenAfter; readonly limit: number },
) {
  const { now, after } = query;
  const when = (condition: SQL) => total(sql`case when ${condition} then ${OPEN} else 0 end`);
  return read
    .select({
      ...{ customer_id: invoices.customer_id, tenant_id: invoices.tenant_id, currency: invoices.currency },
      invoices: sql<number>`count(*)`.mapWith(Number),
      open_paise: total(OPEN),
      not_due_paise: when(sql`${invoices.due_at} > ${now}`),
      days_0_30_paise: when(overdue(now, 0, 30)),
      days_30_60_paise: when(overdue(now, 30, 60)),
      days_60_90_paise: when(overdue(now, 60, 90)),
      days_90_paise: when(overdue(now, 90, null)),
      oldest_due_at: sql<number>`min(${invoices.due_at})`.mapWith(Number),
    })
    .from(invoices)
    .where(
      and(
        openOf(query),
        after && sql`(${invoices.customer_id}, ${invoices.currency}) > (${after.customer_id}, ${after.currency})`,
      ),
    )
    .groupBy(invoices.customer_id, invoices.tenant_id, invoices.currency)
    .orderBy(asc(invoices.customer_id), asc(invoices.currency))
    .limit(query.limit);
}

/** How many rows `sumOpenInvoices` has in all. */
export function countOpenInvoices(read: Reader, query: { readonly tenant_id?: TenantId }): Promise<number> {
  const groups = read
    .select({ one: sql`1`.as("one") })
    .from(invoices)
    .where(openOf(query))
    .groupBy(invoices.customer_id, invoices.tenant_id, invoices.currency)
    .as("g");
  return countOf(read, groups);
}

const openOf = ({ tenant_id }: { readonly tenant_id?: TenantId }): SQL | undefined =>
  and(openInvoice(invoices), tenant_id && eq(invoices.tenant_id, tenant_id));

/* Cycles */

export interface CycleFilter {
  readonly tenant_id?: TenantId;
  readonly customer_id?: CustomerId;
  readonly state?: "open" | "ended" | "closed";
  readonly from?: number;
  readonly to?: number;
}

const matching = ({ tenant_id, customer_id, state, from, to }: CycleFilter): SQL | undefined =>
  and(
    tenant_id && eq(cycles.tenant_id, tenant_id),
    customer_id && eq(cycles.customer_id, customer_id),
    state && eq(cycles.state, state),
    from === undefined ? undefined : gte(cycles.start_at, from),
    to === undefined ? undefined : lt(cycles.start_at, to),
  );

/** Cycles that begin in a range, newest first, with the terms and the tenant's zone. */
export function listCyclesWithTerms(read: Reader, filter: CycleFilter, page: PageQuery) {
  const { where, orderBy, limit } = pageClause(cycles.id, page);
  return read
    .select({ id: cycles.id, cycle: cycles, terms: planVersions.terms, tenant: tenants })
    .from(cycles)
    .innerJoin(tenants, eq(tenants.id, cycles.tenant_id))
    .leftJoin(planVersions, eq(planVersions.id, cycles.plan_version_id))
    .where(and(matching(filter), where))
    .orderBy(orderBy)
    .limit(limit);
}

export async function countCycles(read: Reader, filter: CycleFilter): Promise<number> {
  const [row] = await read
    .select({ rows: sql<number>`count(*)`.mapWith(Number) })
    .from(cycles)
    .where(matching(filter));
  return row!.rows;
}

/** The cycles' own grants, and the invoices of their customers that may be of them. */
export async function moneyOfCycles(
  read: Reader,
  rows: readonly Pick<typeof cycles.$inferSelect, "id" | "tenant_id" | "customer_id" | "start_at" | "end_at">[],
) {
  if (!rows.length) return { given: [], invoiced: [] };
  const given = await read
    .select({ id: grants.id, amount: grants.amount, used: grants.used })
    .from(cycles)
    .innerJoin(grants, or(eq(grants.id, cycles.included_grant_id), eq(grants.id, cycles.overage_grant_id)))
    .where(inArray(cycles.id, [...rows.map(({ id }) => id)]));
  const invoiced = await read
    .select()
    .from(invoices)
    .where(
      and(
        inArray(invoices.tenant_id, [...new Set(rows.map(({ tenant_id }) => tenant_id))]),
        inArray(invoices.customer_id, [...new Set(rows.map(({ customer_id }) => customer_id))]),
        ne(invoices.kind, "topup"),
        gte(invoices.issued_at, Math.min(...rows.map(({ start_at }) => start_at)) - INVOICED_WITHIN_MS),
      ),
    )
    .orderBy(asc(invoices.id));
  return { given, invoiced };
}

/** A base may be invoiced before its cycle begins: not sooner than this. */
const INVOICED_WITHIN_MS = 40 * 86_400_000;
