import { asc, inArray, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Reader } from "../db/database.ts";
import {
  apiKeys,
  billingProfiles,
  collections,
  creditNotes,
  customers,
  holds,
  invoices,
  keySecrets,
  mandates,
  payments,
  razorpayCustomers,
  refunds,
  subscriptions,
  tenants,
  topups,
  usageEvents,
  users,
} from "../db/schema.ts";
import type { TenantId } from "../kernel/id.ts";

/** What a search can find: each kind is shown by another route. */
export type HitKind =
  | "tenant"
  | "user"
  | "customer"
  | "key"
  | "request"
  | "hold"
  | "subscription"
  | "invoice"
  | "credit_note"
  | "payment"
  | "refund"
  | "topup"
  | "collection"
  | "mandate";

/** Where a text may be found: one column, which an index begins with. */
export interface Lookup {
  readonly kind: HitKind;
  readonly field: string;
  /** Whether a text can be one at all: what cannot is not looked for. */
  readonly fits: (text: string) => boolean;
  /** The text as the column has it. */
  readonly written?: (text: string) => string;
  readonly table: PgTable;
  readonly column: PgColumn | SQL;
  readonly id: PgColumn;
  readonly tenant_id: PgColumn;
  /** Whose it is: a customer, or a tenant or user that may have become one. */
  readonly customer_id?: PgColumn;
  readonly subject_id?: PgColumn;
}

const begins =
  (...starts: readonly string[]) =>
  (text: string): boolean =>
    starts.some((start) => text.startsWith(start));
const has =
  (letter: string) =>
  (text: string): boolean =>
    text.includes(letter);
const always = (): boolean => true;

type Owned = PgTable & Readonly<Record<"id" | "tenant_id" | "customer_id", PgColumn>>;

const owned = (kind: HitKind, table: Owned, fields: Readonly<Record<string, Lookup["fits"]>>): Lookup[] =>
  Object.entries(fields).map(([field, fits]) => ({
    ...{ kind, field, fits, table, column: (table as unknown as Record<string, PgColumn>)[field]! },
    ...{ id: table.id, tenant_id: table.tenant_id, customer_id: table.customer_id },
  }));

const ORDER = begins("order_");

/** Every column that is searched. `test/desk/plans.test.ts` sees to it that none of these reads a table through. */
export const LOOKUPS: readonly Lookup[] = [
  ...(["id", "external_id"] as const).map((field) => ({
    ...{ kind: "tenant" as const, field, fits: field === "id" ? begins("ten_") : always, table: tenants },
    ...{ column: tenants[field], id: tenants.id, tenant_id: tenants.id, subject_id: tenants.id },
  })),
  ...(["id", "external_id"] as const).map((field) => ({
    ...{ kind: "user" as const, field, fits: field === "id" ? begins("usr_") : always, table: users },
    ...{ column: users[field], id: users.id, tenant_id: users.tenant_id, subject_id: users.id },
  })),
  {
    ...{ kind: "customer", field: "id", fits: begins("cus_"), table: customers, column: customers.id },
    ...{ id: customers.id, tenant_id: customers.tenant_id, customer_id: customers.id },
  },
  {
    ...{ kind: "customer", field: "email", fits: has("@"), written: (text) => text.toLowerCase() },
    ...{ table: billingProfiles, column: sql`lower(${billingProfiles.email})`, id: billingProfiles.customer_id },
    ...{ tenant_id: billingProfiles.tenant_id, customer_id: billingProfiles.customer_id },
  },
  {
    ...{ kind: "customer", field: "razorpay_customer_id", fits: begins("cust_"), table: razorpayCustomers },
    ...{ column: razorpayCustomers.razorpay_customer_id, id: razorpayCustomers.customer_id },
    ...{ tenant_id: razorpayCustomers.tenant_id, customer_id: razorpayCustomers.customer_id },
  },
  {
    ...{ kind: "key", field: "id", fits: begins("key_"), table: apiKeys, column: apiKeys.id },
    ...{ id: apiKeys.id, tenant_id: apiKeys.tenant_id },
  },
  {
    ...{ kind: "key", field: "prefix", fits: begins("tg_live_", "tg_test_"), table: keySecrets },
    ...{ column: keySecrets.prefix, id: keySecrets.key_id, tenant_id: keySecrets.tenant_id },
  },
  ...owned("request", usageEvents, { request_id: begins("tgr_"), id: begins("evt_") }).map((lookup) => ({
    ...lookup,
    id: usageEvents.request_id,
  })),
  ...owned("hold", holds, { id: begins("tgr_") }),
  ...owned("subscription", subscriptions, { id: begins("tgs_"), razorpay_subscription_id: begins("sub_") }),
  ...owned("invoice", invoices, { id: begins("tgi_"), number: has("/") }),
  ...owned("credit_note", creditNotes, { id: begins("tgn_"), number: has("/") }),
  ...owned("payment", payments, { id: begins("pay_", "mpy_"), order_id: ORDER }),
  ...owned("refund", refunds, { id: begins("trf_"), razorpay_refund_id: begins("rfnd_") }),
  ...owned("topup", topups, { id: begins("tup_"), order_id: ORDER, link_id: begins("plink_") }),
  ...owned("collection", collections, { id: begins("col_"), order_id: ORDER, link_id: begins("plink_") }),
  ...owned("mandate", mandates, { id: begins("mnd_"), order_id: ORDER, token_id: begins("token_") }),
];

const LAST = "\u{10ffff}";

/** What begins with a text, as a range of the column's index. The last condition holds where a database does not sort by code points. */
const beginsWith = (column: SQLWrapper, text: string): SQL =>
  sql`${column} >= ${text} and ${column} < ${text + LAST} and substr(${column}, 1, ${sql.raw(String([...text].length))}) = ${text}`;

export interface Found {
  readonly id: string;
  readonly tenant_id: TenantId;
  readonly customer_id: string | null;
  readonly subject_id: string | null;
  /** What the column says there. */
  readonly value: string;
}

/** What one column has of a text, the text itself first. */
export function lookUp(read: Reader, lookup: Lookup, text: string, rowsMax: number) {
  const { table, column, id, tenant_id, customer_id, subject_id } = lookup;
  const nothing = sql<null>`null`;
  return read
    .select({
      ...{ id: sql<string>`${id}`, tenant_id: sql<TenantId>`${tenant_id}`, value: sql<string>`${column}` },
      customer_id: customer_id ? sql<string | null>`${customer_id}` : nothing,
      subject_id: subject_id ? sql<string | null>`${subject_id}` : nothing,
    })
    .from(table)
    .where(beginsWith(column, text))
    .orderBy(asc(column))
    .limit(rowsMax);
}

/** The customers that these tenants and users are. */
export async function customersOf(read: Reader, subject_ids: readonly string[]): Promise<Map<string, string>> {
  if (!subject_ids.length) return new Map();
  const rows = await read
    .select({ id: customers.id, subject_id: customers.subject_id })
    .from(customers)
    .where(inArray(customers.subject_id, [...subject_ids]));
  return new Map(rows.map(({ id, subject_id }) => [subject_id, id]));
}
