import type { CustomerId } from "../../kernel/id.ts";
import { MICROS_PER_PAISA } from "../../kernel/money.ts";
import type { NewFinding } from "../finding.ts";
import type { ReconcileParts, RunRow, Step } from "../step.ts";
import {
  collectedOf,
  listCaptured,
  listCreditNotes,
  listCustomers,
  listInvoices,
  openOf,
  postedOn,
  standingOf,
  walletsOff,
} from "./store.ts";

const ROWS_MAX = 500;
type Page = { readonly findings: readonly NewFinding[]; readonly last: string | null; readonly count: number };

/** What a document says is what the journal says: invoices, credit notes, payments and their fees; and a customer's accounts are what its documents and grants come to. */
export const proveDocuments: Step = async (parts, run, { cursor }) => {
  const [part = "invoices", after = ""] = (cursor ?? "").split(" ").filter(Boolean);
  const { findings, last, count } = await PARTS[part]!(parts, run, after);
  const next = last === null ? FOLLOWS[part]! : `${part} ${last}`;
  return { findings, next, looked_at: { [part]: count } };
};

const FOLLOWS: Readonly<Record<string, string | null>> = {
  ...{ invoices: "credit_notes", credit_notes: "payments", payments: "customers", customers: null },
};

const PARTS: Readonly<
  Record<string, (parts: ReconcileParts, run: Pick<RunRow, "from_at" | "to_at">, after: string) => Promise<Page>>
> = {
  async invoices({ db }, { from_at: from, to_at: to }, after) {
    const page = await listInvoices(db.read, { from, to }, after, ROWS_MAX);
    const posted = await postedOn(
      db.read,
      page.map(({ id }) => `invoice:${id}`),
      ["receivable"],
    );
    const findings = page.flatMap((invoice): NewFinding[] => {
      const { id, tenant_id, customer_id, number, currency, total_paise } = invoice;
      const about = { subject: id, tenant_id, rows: [id], touches: [customer_id, `source invoice:${id}`] };
      const lines = invoice.lines.reduce((sum, { net_paise }) => sum + net_paise, 0);
      const taxed = invoice.taxable_paise + invoice.cgst_paise + invoice.sgst_paise + invoice.igst_paise;
      if (lines !== invoice.taxable_paise || taxed + invoice.round_off_paise !== total_paise) {
        const local = { number, currency, lines_paise: lines, taxable_paise: invoice.taxable_paise, total_paise };
        return [
          { ...about, kind: "invoice_sums_differ", local, remote: { total_paise: taxed + invoice.round_off_paise } },
        ];
      }
      return notPosted(about, { number, amount_paise: total_paise }, posted.get(`invoice:${id}`));
    });
    return pageOf(page, findings);
  },

  async credit_notes({ db }, { from_at: from, to_at: to }, after) {
    const page = await listCreditNotes(db.read, { from, to }, after, ROWS_MAX);
    const posted = await postedOn(
      db.read,
      page.map(({ id }) => `credit_note:${id}`),
      ["receivable"],
    );
    const findings = page.flatMap(({ id, tenant_id, customer_id, number, total_paise }) => {
      const sum = posted.get(`credit_note:${id}`);
      const about = { subject: id, tenant_id, rows: [id], touches: [customer_id, `source credit_note:${id}`] };
      return notPosted(about, { number, amount_paise: total_paise }, sum === undefined ? sum : -sum);
    });
    return pageOf(page, findings);
  },

  async payments({ db }, { from_at: from, to_at: to }, after) {
    const page = await listCaptured(db.read, { from, to }, after, ROWS_MAX);
    const paid = await postedOn(
      db.read,
      page.map(({ id }) => `payment:${id}`),
      ["collector", "bank"],
    );
    const kept = await postedOn(
      db.read,
      page.map(({ id }) => `fee:${id}`),
      ["fees", "fees.gst"],
    );
    const findings = page.flatMap((payment) => {
      const { id, tenant_id, customer_id, amount_paise, fee_paise } = payment;
      const about = { tenant_id, rows: [id], touches: [customer_id, `source payment:${id}`, `source fee:${id}`] };
      return [
        ...notPosted({ ...about, subject: id }, { amount_paise }, paid.get(`payment:${id}`)),
        ...notPosted({ ...about, subject: `fee ${id}` }, { amount_paise: fee_paise }, kept.get(`fee:${id}`)),
      ];
    });
    return pageOf(page, findings);
  },

  async customers({ db }, _run, after) {
    const page = await listCustomers(db.read, after, ROWS_MAX);
    const ids = page.map(({ id }) => id);
    const [owed, open] = [await standingOf(db.read, ids, "receivable"), await openOf(db.read, ids)];
    const [held, collected] = [await standingOf(db.read, ids, "collector"), await collectedOf(db.read, ids)];
    const wallets = await walletsOff(db.read, ids);
    const findings = page.flatMap(({ id, tenant_id }) => {
      const wallet = wallets.get(id);
      const walletDiffers: NewFinding[] = wallet
        ? [
            {
              ...{ kind: "wallet_differs", subject: id, tenant_id, rows: [id], touches: [id] },
              ...{ local: { granted_micros: wallet.granted }, remote: { booked_micros: wallet.booked } },
            },
          ]
        : [];
      const differs = (account: string, documents: string, standing: number, paise: number): NewFinding[] =>
        standing === paise * MICROS_PER_PAISA
          ? []
          : [
              {
                ...{ kind: "balance_differs", subject: `${id} ${account}`, tenant_id, rows: [id], touches: [id] },
                local: { [`${account}_micros`]: standing },
                remote: { [`${documents}_micros`]: paise * MICROS_PER_PAISA },
              },
            ];
      const of = (map: ReadonlyMap<CustomerId, number>) => map.get(id) ?? 0;
      return [
        ...differs("receivable", "open_invoices", of(owed), of(open)),
        ...differs("collector", "payments", of(held), of(collected)),
        ...walletDiffers,
      ];
    });
    return pageOf(page, findings);
  },
};

function notPosted(
  about: Pick<NewFinding, "subject" | "tenant_id" | "rows" | "touches">,
  document: { readonly amount_paise: number; readonly number?: string },
  posted: number | undefined,
): NewFinding[] {
  // A mandate that is registered without a charge is a payment of nothing.
  if ((posted ?? 0) === document.amount_paise * MICROS_PER_PAISA) return [];
  return [{ ...about, kind: "document_not_posted", local: document, remote: { posted_micros: posted ?? null } }];
}

const pageOf = (page: readonly { readonly id: string }[], findings: readonly NewFinding[]): Page => ({
  ...{ findings, count: page.length, last: page.length < ROWS_MAX ? null : (page.at(-1)?.id ?? null) },
});
