import { and, eq, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Tx } from "../../db/database.ts";
import * as t from "../../db/schema.ts";
import { HOUR, type Instant } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";
import { FIGURES } from "../../usage/rollups/figures.ts";
import { isOf, type Person } from "../person.ts";
import { ERASED, withoutPersonal } from "../redact.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A table that may know something of an end user: which of its rows, and what becomes of them when that user is erased. */
export interface Place {
  readonly name: string;
  readonly table: PgTable;
  /** By which its rows are found again, and gone through in order. */
  readonly key: readonly PgColumn[];
  /** Rows to look at; undefined where there can be none. */
  readonly rows: (person: Person) => SQL | undefined;
  /** Of those, the ones that are about the person, where `rows` cannot say it. */
  readonly isAbout?: (row: Row, person: Person) => boolean;
  /** The columns that change, `delete` for the row as a whole, or null where it stays as it is. */
  readonly erased: (row: Row, person: Person) => Row | "delete" | null;
  /** What else changes, in the same transaction, when a row is deleted. */
  readonly alongside?: (tx: Tx, row: Row) => Promise<void>;
  /** What is never exported: secrets, hashes of them. */
  readonly secret?: readonly string[];
}

type Table = PgTable & Readonly<Record<string, PgColumn>>;
/** Whatever its own type is: places are gone through by their columns' names. */
const of = (table: PgTable): Table => table as Table;

const stays = () => null;
const byUser = (table: PgTable) => (person: Person) =>
  and(eq(of(table).tenant_id!, person.tenant_id), eq(of(table).user_id!, person.user_id));
const byCustomer = (table: PgTable) => (person: Person) =>
  person.customer_id === null
    ? undefined
    : and(eq(of(table).tenant_id!, person.tenant_id), eq(of(table).customer_id!, person.customer_id));
const bySubject = (table: PgTable, column: string) => (person: Person) =>
  and(eq(of(table).tenant_id!, person.tenant_id), inArray(of(table)[column]!, [...person.ids]));
const ofTenant = (table: PgTable) => (person: Person) => eq(of(table).tenant_id!, person.tenant_id);

/** These columns without the person's strings, where they have some. */
const cleaned =
  (...columns: readonly string[]) =>
  (row: Row, person: Person) =>
    changed(row, Object.fromEntries(columns.map((name) => [name, person.own.clean(row[name])])));

function changed(row: Row, next: Row): Row | null {
  const different = Object.entries(next).filter(([name, value]) => value !== row[name]);
  return different.length ? Object.fromEntries(different) : null;
}

const place = (
  name: string,
  table: PgTable,
  rest: Partial<Place> & Pick<Place, "rows"> & { readonly by?: readonly string[] },
): Place => {
  const { by = ["id"], erased = stays, ...more } = rest;
  return { name, table, key: by.map((column) => of(table)[column]!), erased, ...more };
};

/** A row that names one of the person's ids anywhere in these columns is about the person; any other is where it says their e-mail and the like. */
const mentions =
  (...columns: readonly string[]) =>
  (row: Row, person: Person) => {
    const said = columns.map((name) => row[name]);
    return isOf(person, JSON.stringify(said)) || person.anywhere.finds(said);
  };

/** What is about the person loses all that is personal; what only names them, their strings. */
const cleanedOf =
  (columns: readonly string[], toldBy: readonly string[] = columns) =>
  (row: Row, person: Person) => {
    const about = isOf(person, JSON.stringify(toldBy.map((name) => row[name])));
    const clean = (value: unknown) =>
      about ? person.own.clean(same(value, withoutPersonal(value))) : person.anywhere.clean(value);
    return changed(row, Object.fromEntries(columns.map((name) => [name, clean(row[name])])));
  };

const same = (before: unknown, after: unknown) => (JSON.stringify(before) === JSON.stringify(after) ? before : after);

const WHOLE_KEY = [
  ...["tenant_id", "part", "grain", "at", "slice", "model", "plan_version_id", "currency", "zone"],
] as const;

const ALL_KEY = ["part", "grain", "zone", "at", "slice", "model", "currency"] as const;

/** What a tag's rollups without users have of a row that is deleted goes from them too, but for the counts of latencies, which rows of users do not know. */
async function takeFromWhole(tx: Tx, row: Row): Promise<void> {
  const { at, grain, zone } = row as { readonly at: Instant; readonly grain: number; readonly zone: string };
  const day = windowAt("day", at, zone).start;
  // Of users there are no rows by hours: what is of its quarter is of the hour around it.
  const hours = grain === t.GRAINS.slot ? [{ ...row, grain: t.GRAINS.hour, at: at - ((at - day) % HOUR) }] : [];
  for (const less of [row, ...hours]) {
    await take(tx, t.usageWhole, { key: WHOLE_KEY, less, of: FIGURES });
    await takeFromAll(tx, less, FIGURES);
  }
}

async function takeFromAll(
  tx: Tx,
  less: Row,
  of: readonly string[] = [...FIGURES, ...t.LATENCY_COLUMNS],
): Promise<void> {
  for (const row of [less, { ...less, part: "tags", model: "" }])
    await take(tx, t.usageAll, { key: ALL_KEY, less: row, of });
}

interface Taken {
  readonly key: readonly string[];
  readonly less: Row;
  readonly of: readonly string[];
}

async function take(tx: Tx, rollup: PgTable, { key, less, of: figures }: Taken): Promise<void> {
  const table = of(rollup);
  const is = and(...key.map((column) => eq(table[column]!, less[column])));
  const left = figures.map((figure) => [figure, sql`${table[figure]} - ${Number(less[figure])}`]);
  await tx.update(rollup).set(Object.fromEntries(left)).where(is);
  await tx.delete(rollup).where(and(is, ...FIGURES.map((figure) => eq(table[figure]!, 0))));
}

const EMPTY = JSON.stringify({ erased: true });
const ADDRESS = { line1: "", city: "", postal_code: "" };

/**
 * In the order in which they are erased: what says under which names the person was known comes last, so that an erasure that was broken off can
 * be begun anew. Invoices keep what a tax invoice must say (name, address, GSTIN, State); the books keep every amount.
 */
export const PLACES: readonly Place[] = [
  place("usage_events", t.usageEvents, {
    rows: byUser(t.usageEvents),
    erased: ({ tags }) => (Object.keys(tags as object).length ? { tags: {} } : null),
  }),
  // Before the rollups, into which it is folded: what is folded meanwhile is found there.
  place("usage_tail", t.usageTail, {
    rows: ({ tenant_id, user_id }) =>
      and(
        eq(t.usageTail.tenant_id, tenant_id),
        sql`${t.usageTail.event_id} in (select e.id from ${t.usageEvents} e
          where e.tenant_id = ${tenant_id} and e.user_id = ${user_id})`,
      ),
    erased: ({ part }) => (part === "tag" ? "delete" : null),
  }),
  place("usage_detail", t.usageDetail, {
    rows: byUser(t.usageDetail),
    by: [...WHOLE_KEY, "user_id", "key_id"],
    erased: ({ part }) => (part === "tag" ? "delete" : null),
    alongside: takeFromWhole,
  }),
  // By month, where every tag is: those that name somebody have been taken out of the finer rows with the tags of others.
  place("usage_whole", t.usageWhole, {
    rows: ({ tenant_id }) =>
      and(
        ...[eq(t.usageWhole.tenant_id, tenant_id), eq(t.usageWhole.part, "tag")],
        eq(t.usageWhole.grain, t.GRAINS.month),
      ),
    by: [...WHOLE_KEY],
    isAbout: (row, person) => person.anywhere.finds(row.slice),
    erased: () => "delete",
    alongside: (tx, row) => takeFromAll(tx, row),
  }),
  place("usage_subjects", t.usageSubjects, {
    rows: ({ tenant_id, user_id }) =>
      and(
        ...[eq(t.usageSubjects.kind, "user"), eq(t.usageSubjects.subject_id, user_id)],
        eq(t.usageSubjects.tenant_id, tenant_id),
      ),
    by: ["kind", "grain", "at", "subject_id", "tenant_id", "currency"],
  }),
  place("usage_carried", t.usageCarried, {
    rows: byCustomer(t.usageCarried),
    by: ["tenant_id", "customer_id", "kind", "subject_id"],
  }),
  place("holds", t.holds, {
    rows: byUser(t.holds),
    erased: ({ call }) => {
      const { tags } = call as { readonly tags?: Readonly<Record<string, string>> };
      return tags && Object.keys(tags).length ? { call: { ...(call as object), tags: {} } } : null;
    },
  }),
  place("batches", t.batches, { rows: byUser(t.batches), secret: ["upstream_api_key_sealed"] }),
  place("counters", t.counters, { rows: bySubject(t.counters, "subject_id") }),
  place("limits", t.limits, { rows: bySubject(t.limits, "subject_id") }),
  place("idempotency", t.idempotency, {
    rows: byUser(t.idempotency),
    erased: () => "delete",
    secret: ["answer", "fingerprint", "claim"],
  }),
  place("grants", t.grants, {
    rows: ofTenant(t.grants),
    isAbout: (row, person) => row.customer_id === person.customer_id || person.anywhere.finds(row.reason),
    erased: (row, person) =>
      changed(row, {
        reason: (row.customer_id === person.customer_id ? person.own : person.anywhere).clean(row.reason),
      }),
  }),
  place("customers", t.customers, {
    rows: ({ tenant_id, user_id }) => and(eq(t.customers.tenant_id, tenant_id), eq(t.customers.user_id, user_id)),
  }),
  place("cycles", t.cycles, { rows: byCustomer(t.cycles) }),
  // Nothing is proposed any more to somebody who has no address.
  place("wallet_settings", t.walletSettings, {
    rows: byCustomer(t.walletSettings),
    by: ["customer_id"],
    erased: (row) => changed(row, { low_micros: 0, auto_below_micros: null, auto_credit_micros: null }),
  }),
  place("credit_repeats", t.creditRepeats, { rows: byCustomer(t.creditRepeats), erased: cleaned("reason") }),
  place("plan_moves", t.planMoves, { rows: byCustomer(t.planMoves), by: ["subscription_id"] }),
  place("promotion_guesses", t.promotionGuesses, { rows: byCustomer(t.promotionGuesses), by: ["customer_id"] }),
  place("promotion_redemptions", t.promotionRedemptions, {
    rows: byCustomer(t.promotionRedemptions),
    by: ["promotion_id", "customer_id"],
  }),
  // The pages behind the short addresses are Razorpay's, and show whom they are for.
  place("subscriptions", t.subscriptions, {
    rows: byCustomer(t.subscriptions),
    erased: ({ short_url }) => (short_url === null ? null : { short_url: null }),
  }),
  place("subscription_changes", t.subscriptionChanges, { rows: bySubject(t.subscriptionChanges, "subscription_id") }),
  place("topups", t.topups, {
    rows: byCustomer(t.topups),
    erased: ({ short_url }) => (short_url === null ? null : { short_url: null }),
  }),
  place("collections", t.collections, {
    rows: byCustomer(t.collections),
    erased: (row, person) => changed(row, { short_url: null, error_reason: person.own.clean(row.error_reason) }),
  }),
  place("invoices", t.invoices, {
    rows: byCustomer(t.invoices),
    erased: ({ buyer }) => {
      const said = buyer as Row;
      return said.email === "" && said.contact === "" ? null : { buyer: { ...said, email: "", contact: "" } };
    },
  }),
  place("credit_notes", t.creditNotes, { rows: byCustomer(t.creditNotes), erased: cleaned("reason") }),
  place("payments", t.payments, { rows: byCustomer(t.payments), erased: cleaned("error_reason") }),
  place("refunds", t.refunds, { rows: byCustomer(t.refunds), erased: cleaned("reason") }),
  place("disputes", t.disputes, { rows: byCustomer(t.disputes), erased: cleaned("reason_code") }),
  place("mandates", t.mandates, { rows: byCustomer(t.mandates) }),
  place("transfers", t.transfers, { rows: byCustomer(t.transfers), erased: cleaned("memo") }),
  place("entries", t.entries, { rows: byCustomer(t.entries), by: ["transfer_id", "line"] }),
  place("razorpay_customers", t.razorpayCustomers, {
    rows: byCustomer(t.razorpayCustomers),
    by: ["account_id", "customer_id"],
  }),
  place("mails", t.mails, {
    rows: ofTenant(t.mails),
    isAbout: (row, person) =>
      (person.customer_id !== null && row.customer_id === person.customer_id) ||
      person.anywhere.finds([row.recipient, row.subject, row.body]),
    erased: (row) =>
      changed(row, {
        ...{ recipient: ERASED, subject: ERASED, body: null, error: null },
        state: row.state === "pending" ? "failed" : row.state,
      }),
  }),
  place("claims", t.claims, {
    rows: ofTenant(t.claims),
    isAbout: mentions("key", "request", "answer", "remote_id"),
    erased: cleanedOf(["request", "answer"], ["key", "request", "answer", "remote_id"]),
  }),
  place("webhook_events", t.webhookEvents, {
    rows: ({ tenant_id }) =>
      and(inArray(t.webhookEvents.account_id, ["operator", tenant_id]), ne(t.webhookEvents.body, EMPTY)),
    isAbout: mentions("body", "error", "entity_ids"),
    erased: () => ({ body: EMPTY, error: null }),
  }),
  place("alerts", t.alerts, {
    rows: ofTenant(t.alerts),
    isAbout: mentions("data", "note"),
    erased: cleanedOf(["data", "note"]),
  }),
  // Whoever proves the same days again finds again what is so.
  place("findings", t.findings, {
    rows: ({ tenant_id }) => or(eq(t.findings.tenant_id, tenant_id), isNull(t.findings.tenant_id)),
    isAbout: mentions("subject", "local", "remote", "rows", "touches"),
    erased: () => "delete",
  }),
  place("api_keys", t.apiKeys, {
    rows: byUser(t.apiKeys),
    erased: (row) => changed(row, { name: ERASED }),
  }),
  place("key_secrets", t.keySecrets, { rows: bySubject(t.keySecrets, "key_id"), by: ["hash"], secret: ["hash"] }),
  place("audit", t.audit, {
    rows: ({ tenant_id }) => or(eq(t.audit.tenant_id, tenant_id), isNull(t.audit.tenant_id)),
    // Where the administrator sat who did it is nobody else's to know, and is no datum of the person.
    secret: ["address", "agent"],
    isAbout: mentions("subject_id", "before", "after"),
    erased: cleanedOf(["before", "after"], ["subject_id", "before", "after"]),
  }),
  // What an invoice that is still to come needs: the State, by which it is taxed.
  place("billing_profiles", t.billingProfiles, {
    rows: byCustomer(t.billingProfiles),
    by: ["customer_id"],
    erased: (row) =>
      row.name === ERASED
        ? null
        : {
            ...{ name: ERASED, email: "", contact: "", gstin: null },
            address: { ...ADDRESS, country: (row.address as { country: string }).country },
          },
  }),
  place("users", t.users, {
    rows: ({ tenant_id, user_id }) => and(eq(t.users.tenant_id, tenant_id), eq(t.users.id, user_id)),
    erased: (row) => changed(row, { external_id: erasedName(String(row.id)), name: null, status: "blocked" }),
  }),
];

/** The external id of whoever was erased: pseudonymous, and nobody's. */
export const erasedName = (user_id: string): string => `erased_${user_id}`;

/** Tables that know of no end user: the installation's, its administrators', its tenants', and what is sold. */
export const OF_NOBODY: readonly string[] = [
  ...["admin_keys", "admin_sessions"],
  ...["installation", "nodes", "jobs", "tenants", "issuers", "presets", "endpoints", "deliveries", "outcome_minutes"],
  ...["prices", "fx_rates", "plans", "plan_versions", "promotions", "cost_lines", "reconciliations"],
  ...["sellers", "number_series", "self_invoices", "self_invoiced", "self_invoicing"],
  ...["razorpay_accounts", "razorpay_plans", "usage_zones", "usage_all", "tenant_alert_settings"],
];
