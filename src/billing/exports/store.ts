import { and, asc, eq, exists, gt, gte, inArray, lt, min, ne, notInArray, or } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { billingProfiles, creditNotes, customers, entries, invoices, payments, transfers } from "../../db/schema.ts";
import type { CreditNoteId, CustomerId, InvoiceId, TenantId, TransferId } from "../../kernel/id.ts";
import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";
import type { EntryRow, TransferRow } from "../journal/store.ts";
import { LEFT_OUT } from "./ledgers.ts";

/** What happened on an account in `[from, to)`. */
export interface Period {
  readonly account_id: AccountId;
  readonly from: number;
  readonly to: number;
}

export type Place = { readonly at: number; readonly id: string };

/** A page of an account's transfers, in the order of business time, after one. */
export const transfersAfter = (
  read: Reader,
  { account_id, to }: Period,
  after: Place,
  rowsMax: number,
): Promise<TransferRow[]> =>
  read
    .select()
    .from(transfers)
    .where(
      and(
        ...[eq(transfers.account_id, account_id), gte(transfers.at, after.at), lt(transfers.at, to)],
        or(gt(transfers.at, after.at), gt(transfers.id, after.id as TransferId)),
      ),
    )
    .orderBy(asc(transfers.at), asc(transfers.id))
    .limit(rowsMax);

export async function entriesOf(read: Reader, of: readonly TransferRow[]): Promise<Map<TransferId, EntryRow[]>> {
  if (!of.length) return new Map();
  const ids = of.map(({ id }) => id);
  const tenant_ids = [...new Set(of.map(({ tenant_id }) => tenant_id))];
  const rows = await read
    .select()
    .from(entries)
    .where(and(inArray(entries.transfer_id, ids), inArray(entries.tenant_id, tenant_ids)))
    .orderBy(asc(entries.transfer_id), asc(entries.line));
  return Map.groupBy(rows, ({ transfer_id }) => transfer_id);
}

export async function invoicesById(
  read: Reader,
  seller_id: AccountId,
  ids: readonly InvoiceId[],
): Promise<Map<string, InvoiceRow>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select()
    .from(invoices)
    .where(and(inArray(invoices.id, [...ids]), eq(invoices.seller_id, seller_id)));
  return new Map(rows.map((row) => [row.id, row]));
}

export async function creditNotesById(
  read: Reader,
  seller_id: AccountId,
  ids: readonly CreditNoteId[],
): Promise<Map<string, CreditNoteRow>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select()
    .from(creditNotes)
    .where(and(inArray(creditNotes.id, [...ids]), eq(creditNotes.seller_id, seller_id)));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Which invoices these payments paid. */
export async function invoicesPaid(
  read: Reader,
  account_id: AccountId,
  ids: readonly string[],
): Promise<Map<string, InvoiceId | null>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select({ id: payments.id, invoice_id: payments.invoice_id })
    .from(payments)
    .where(and(inArray(payments.id, [...ids]), eq(payments.account_id, account_id)));
  return new Map(rows.map(({ id, invoice_id }) => [id, invoice_id]));
}

interface Customer {
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId;
}

/** A page of the customers of whom something moved in a period, in the order of their ids, after one. */
export const customersAfter = (
  read: Reader,
  { account_id, from, to }: Period,
  after: string,
  rowsMax: number,
): Promise<Customer[]> => {
  const moved = read
    .select({ id: transfers.id })
    .from(transfers)
    .where(
      and(
        ...[eq(transfers.tenant_id, customers.tenant_id), eq(transfers.customer_id, customers.id)],
        ...[eq(transfers.account_id, account_id), gte(transfers.at, from), lt(transfers.at, to)],
      ),
    );
  return read
    .select({ tenant_id: customers.tenant_id, customer_id: customers.id })
    .from(customers)
    .where(and(gt(customers.id, after as CustomerId), exists(moved)))
    .orderBy(asc(customers.id))
    .limit(rowsMax);
};

/** What customers were called on their first invoice, which never changes; of those who have none, by their profile. */
export async function namesOf(read: Reader, of: readonly Customer[]): Promise<Map<CustomerId, string>> {
  if (!of.length) return new Map();
  const tenant_ids = [...new Set(of.map(({ tenant_id }) => tenant_id))];
  const ids = [...new Set(of.map(({ customer_id }) => customer_id))];
  const known = await read
    .select({ id: billingProfiles.customer_id, name: billingProfiles.name })
    .from(billingProfiles)
    .where(and(inArray(billingProfiles.customer_id, ids), inArray(billingProfiles.tenant_id, tenant_ids)));
  const first = read
    .select({ id: min(invoices.id) })
    .from(invoices)
    .where(and(inArray(invoices.tenant_id, tenant_ids), inArray(invoices.customer_id, ids)))
    .groupBy(invoices.customer_id);
  const named = await read
    .select({ id: invoices.customer_id, buyer: invoices.buyer })
    .from(invoices)
    .where(and(inArray(invoices.tenant_id, tenant_ids), inArray(invoices.id, first)));
  return new Map([
    ...known.map(({ id, name }) => [id, name] as const),
    ...named.map(({ id, buyer }) => [id, String(buyer.name ?? "")] as const),
  ]);
}

/** Since when there is something in each currency other than rupees. */
export async function foreignSince(
  read: Reader,
  { account_id, from, to }: Period,
): Promise<{ readonly currency: string; readonly at: number }[]> {
  const rows = await read
    .select({ currency: entries.currency, at: min(transfers.at) })
    .from(transfers)
    .innerJoin(entries, eq(entries.transfer_id, transfers.id))
    .where(
      and(
        ...[eq(transfers.account_id, account_id), gte(transfers.at, from), lt(transfers.at, to)],
        ...[ne(entries.currency, "INR"), notInArray(entries.ledger_account, [...LEFT_OUT])],
      ),
    )
    .groupBy(entries.currency)
    .orderBy(entries.currency);
  return rows.map(({ currency, at }) => ({ currency, at: Number(at) }));
}
