import type { Reader } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { chosen } from "../../http/csv.ts";
import type { CreditNoteId, CustomerId, InvoiceId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { plain } from "../documents/letters.ts";
import { dateOf } from "../documents/paper.ts";
import { rupeesOf } from "../gst-return/supplies.ts";
import { rupeeRate } from "../invoices/rupees.ts";
import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";
import type { EntryRow, TransferRow } from "../journal/store.ts";
import { LEFT_OUT } from "./ledgers.ts";
import * as store from "./store.ts";

/** A transfer with all that a voucher says of it. */
export interface Movement {
  readonly transfer: TransferRow;
  readonly entries: readonly EntryRow[];
  readonly currency: string;
  /** Of another currency than rupees: what one unit was in them, on the day of the document or of the movement. */
  readonly rupees_micros: number | null;
  /** Whose ledger it is, under a name that stays the same. */
  readonly party: string;
  /** What it invoices, credits, pays or writes off. */
  readonly invoice: InvoiceRow | null;
  readonly note: CreditNoteRow | null;
}

const ROWS_AT_ONCE = 500;
/** Names that are kept from page to page. */
const NAMES_MAX = 20_000;

/** What moved on an account in a period, in the order of business time; page by page, so that memory does not depend on how much it is. */
export async function* movementsOf(read: Reader, period: store.Period): AsyncGenerator<Movement> {
  let after: store.Place = { at: period.from, id: "" };
  const names = new Map<CustomerId, string>();
  for (;;) {
    const page = await store.transfersAfter(read, period, after, ROWS_AT_ONCE);
    await learnNames(read, page, names);
    yield* await lookedUp(read, period.account_id, page, names);
    const last = page.at(-1);
    if (!last || page.length < ROWS_AT_ONCE) return;
    after = last;
  }
}

async function learnNames(read: Reader, page: readonly TransferRow[], names: Map<CustomerId, string>): Promise<void> {
  if (names.size > NAMES_MAX) names.clear();
  const unknown = page.flatMap(({ tenant_id, customer_id }) =>
    customer_id && !names.has(customer_id) ? [{ tenant_id, customer_id }] : [],
  );
  for (const [id, name] of await store.namesOf(read, unknown)) names.set(id, name);
}

async function lookedUp(
  read: Reader,
  account_id: AccountId,
  page: readonly TransferRow[],
  names: ReadonlyMap<CustomerId, string>,
): Promise<Movement[]> {
  const entries = await store.entriesOf(read, page);
  const notes = await store.creditNotesById(read, account_id, page.flatMap(subjectOf<CreditNoteId>("credit_note")));
  const paid = await store.invoicesPaid(read, account_id, page.flatMap(subjectOf("payment")));
  const invoiceOf = ({ source }: TransferRow): InvoiceId | null => {
    const [kind, id = "", manual = ""] = source.split(":");
    if (kind === "invoice" || kind === "write_off") return id as InvoiceId;
    if (kind === "credit_note") return notes.get(id)?.invoice_id ?? null;
    if (kind === "payment") return id === "manual" ? (manual as InvoiceId) : (paid.get(id) ?? null);
    return null;
  };
  const invoices = await store.invoicesById(
    read,
    account_id,
    page.flatMap((transfer) => invoiceOf(transfer) ?? []),
  );
  const found: Movement[] = [];
  for (const transfer of page) {
    const own = (entries.get(transfer.id) ?? []).filter(({ ledger_account }) => !LEFT_OUT.includes(ledger_account));
    const invoice = invoices.get(invoiceOf(transfer) ?? "") ?? null;
    const currency = own[0]?.currency ?? "INR";
    found.push({
      ...{
        transfer,
        entries: own,
        currency,
        invoice,
        note: notes.get(subjectOf("credit_note")(transfer)[0] ?? "") ?? null,
      },
      rupees_micros: currency === "INR" ? null : await rupeesAt(read, { transfer, invoice, currency }),
      party: transfer.customer_id ? partyOf(transfer.customer_id, names) : "",
    });
  }
  return found;
}

/** The id that the source of a transfer of this kind names. */
const subjectOf =
  <T extends string>(kind: string) =>
  ({ source }: TransferRow): T[] =>
    source.startsWith(`${kind}:`) ? [source.split(":")[1] as T] : [];

/** Under which names the customers of a period are known, page by page. */
export async function* partiesOf(read: Reader, period: store.Period): AsyncGenerator<string> {
  for (let after = ""; ; ) {
    const page = await store.customersAfter(read, period, after, ROWS_AT_ONCE);
    const names = await store.namesOf(read, page);
    for (const { customer_id } of page) yield partyOf(customer_id, names);
    const last = page.at(-1);
    if (!last || page.length < ROWS_AT_ONCE) return;
    after = last.customer_id;
  }
}

/** Names are not unique, and change; ids are and do not. */
const partyOf = (id: CustomerId, names: ReadonlyMap<CustomerId, string>): string =>
  chosen(`${plain(names.get(id) ?? "Customer")} ${id}`);

async function rupeesAt(
  read: Reader,
  of: { readonly transfer: TransferRow; readonly invoice: InvoiceRow | null; readonly currency: string },
): Promise<number> {
  const { kind, at } = of.transfer;
  const kept = of.invoice && (kind === "invoice" || kind === "credit_note") ? await rupeesOf(read, of.invoice) : null;
  const rupees = kept ?? (await rupeeRate(read, of.currency, at))?.rupees_micros;
  if (rupees === undefined) throw noRate(of.currency, at);
  return rupees;
}

/** A Problem where something was in a currency that had no rate to the rupee: asked before the first byte of an answer. */
export async function assertExportable(read: Reader, period: store.Period): Promise<void> {
  for (const { currency, at } of await store.foreignSince(read, period))
    if (!(await rupeeRate(read, currency, at))) throw noRate(currency, at);
}

const noRate = (currency: string, at: number): Problem =>
  new Problem("conflict", {
    message: `Something moved in ${currency} on ${dateOf(at)}, and no rate to the rupee was in force. Add one with POST /api/admin/fx_rates.`,
  });
