import type { Reader, Tx } from "../../db/database.ts";
import type { InvoiceLine } from "../../db/schema/invoices.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { DAY, iso } from "../../kernel/clock.ts";
import { type CustomerId, type CycleId, newId, type SubscriptionId, type TenantId } from "../../kernel/id.ts";
import { type Micros, microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { credit, debit, type LedgerAccount, post } from "../journal/journal.ts";
import { type ProfileRow, profileOf, type SellerRow, sellerOf } from "../parties/store.ts";
import { mailInvoice } from "./announce.ts";
import { nextNumber } from "./number.ts";
import { rupeeRate } from "./rupees.ts";
import { findInvoiceBySource, type InvoiceRow, insertInvoice } from "./store.ts";
import { gstOf, netPaise, roundedOff, type Supply, type Tax, taxOn, taxWithin } from "./tax.ts";

export interface DraftLine {
  readonly description: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly net_micros: Micros;
  /** What it is the other side of: revenue, prepaid credit, usage that was not billed yet. */
  readonly ledger_account: Extract<LedgerAccount, "revenue.base" | "wallet" | "unbilled">;
}

export interface InvoiceDraft {
  /** The occasion: of one, there is one invoice. */
  readonly source: string;
  readonly kind: InvoiceRow["kind"];
  readonly account_id: AccountId;
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId;
  readonly cycle_id?: CycleId | null;
  readonly subscription_id?: SubscriptionId | null;
  readonly currency: string;
  readonly lines: readonly DraftLine[];
  /** What was paid, the tax in it: the document comes to exactly this. Of a draft with one line. */
  readonly gross_paise?: Paise;
  readonly fx?: Readonly<Record<string, unknown>> | null;
  readonly due_days: number;
  /** Business time. */
  readonly at: number;
}

/**
 * Cuts a tax invoice, once for its source: number, document and postings in the caller's transaction. Of one that exists already it answers that
 * one, unchanged.
 */
export async function issueInvoice(tx: Tx, asked: InvoiceDraft, wall: number): Promise<InvoiceRow> {
  const known = await findInvoiceBySource(tx, asked.source);
  if (known) return known;
  const draft = { ...asked, fx: await exchangedAt(tx, asked) };
  const { tenant_id, customer_id, account_id, currency, at } = draft;
  const seller = await sellerOf(tx, account_id);
  const profile = await profileOf(tx, tenant_id, customer_id);
  const supply = supplyOf(seller, profile);
  const sums =
    draft.gross_paise === undefined ? sumUp(draft, seller, supply) : fixedSum(draft, seller, supply, draft.gross_paise);
  const numbered = await nextNumber(tx, {
    ...{ seller_id: account_id, tenant_id: seller.tenant_id, series: seller.invoice_series, at, wall },
  });
  const row: InvoiceRow = {
    ...{ id: newId("invoice", wall), source: draft.source, kind: draft.kind, ...numbered },
    ...{ tenant_id, customer_id, seller_id: account_id, currency },
    ...{ cycle_id: draft.cycle_id ?? null, subscription_id: draft.subscription_id ?? null },
    ...{ seller: partyOfSeller(seller), buyer: partyOfBuyer(profile), place_of_supply: supply.place_of_supply },
    ...sums,
    ...{ paid_paise: paise(0), credited_paise: paise(0), tds_paise: paise(0), written_off_paise: paise(0) },
    ...{ fx: draft.fx ?? null, issued_at: at, due_at: at + draft.due_days * DAY, reopened_at: null },
    ...{ dunning_stage: 0, final_notice_at: null, suspended_at: null, created_at: wall },
  };
  await insertInvoice(tx, row);
  await post(tx, postingsOf(draft, row), wall);
  await mailInvoice(tx, row, profile.email, wall);
  return row;
}

/** The rate that its usage was exchanged by; of an invoice in another currency also what that is in rupees on its day, which returns are made in. */
async function exchangedAt(tx: Tx, { fx = null, currency, at }: InvoiceDraft): Promise<InvoiceDraft["fx"]> {
  if (currency === "INR") return fx;
  const rate = await rupeeRate(tx, currency, at);
  if (!rate) return fx;
  const { rate_micros, rupees_micros, source, valid_from } = rate;
  return { rate_micros, source, date: iso(valid_from), ...fx, rupees_micros };
}

type Sums = Pick<
  InvoiceRow,
  | "lines"
  | "tax_rate_ppm"
  | "taxable_paise"
  | "cgst_paise"
  | "sgst_paise"
  | "igst_paise"
  | "round_off_paise"
  | "total_paise"
>;

/** Each line's net and tax are rounded once; what is collected by us is rounded to the rupee, and says so. */
function sumUp({ lines, currency }: InvoiceDraft, seller: SellerRow, supply: Supply): Sums {
  const stored = lines.map((line): InvoiceLine => ({ ...lineOf(line, seller), net_paise: netPaise(line.net_micros) }));
  const taxes = stored.map(({ net_paise }) => taxOn(net_paise, supply));
  const sum = (values: readonly number[]) => paise(values.reduce((total, value) => total + value, 0));
  const taxable_paise = sum(stored.map(({ net_paise }) => net_paise));
  const tax = {
    cgst_paise: sum(taxes.map(({ cgst_paise }) => cgst_paise)),
    sgst_paise: sum(taxes.map(({ sgst_paise }) => sgst_paise)),
    igst_paise: sum(taxes.map(({ igst_paise }) => igst_paise)),
  };
  const exact = paise(taxable_paise + gstOf(tax));
  const rounded = currency === "INR" ? roundedOff(exact) : { total_paise: exact, round_off_paise: paise(0) };
  return { lines: stored, tax_rate_ppm: taxes[0]?.rate_ppm ?? 0, taxable_paise, ...tax, ...rounded };
}

function fixedSum({ lines }: InvoiceDraft, seller: SellerRow, supply: Supply, gross: Paise): Sums {
  const [line] = lines;
  if (!line || lines.length > 1) throw new Error("an invoice of a fixed amount has one line");
  const { net_paise, tax } = taxesIn(gross, netPaise(line.net_micros), supply);
  const { rate_ppm, ...amounts } = tax;
  return {
    lines: [{ ...lineOf(line, seller), net_micros: microsOfPaise(net_paise), net_paise }],
    ...{ tax_rate_ppm: rate_ppm, taxable_paise: net_paise, ...amounts, round_off_paise: paise(0), total_paise: gross },
  };
}

/** The tax in what was paid: the very one that was added to a net price to come to it, where it was, so that the document shows that price. */
function taxesIn(gross: Paise, price: Paise, supply: Supply): ReturnType<typeof taxWithin> {
  const added = taxOn(price, supply);
  return price + gstOf(added) === gross ? { net_paise: price, tax: added } : taxWithin(gross, supply);
}

const lineOf = ({ description, details, net_micros, ledger_account }: DraftLine, { sac }: SellerRow) => ({
  ...{ description, sac, net_micros, ledger_account },
  ...(details && { details }),
});

export const supplyOf = (
  seller: Pick<SellerRow, "gstin" | "state_code" | "lut">,
  { state_code }: Pick<ProfileRow, "state_code">,
): Supply => ({
  ...{ seller_state: seller.state_code, place_of_supply: state_code },
  ...{ registered: seller.gstin !== null, lut: seller.lut !== null },
});

const partyOfSeller = ({ legal_name, gstin, address, state_code, lut }: SellerRow) => ({
  ...{ legal_name, gstin, address, state_code, lut },
});

const partyOfBuyer = ({ name, email, contact, gstin, address, state_code }: ProfileRow) => ({
  ...{ name, email, contact, gstin, address, state_code },
});

/** Receivable against what was sold and the tax on it. */
function postingsOf(draft: InvoiceDraft, row: InvoiceRow) {
  const { currency } = row;
  const sold = draft.lines.map(({ ledger_account }, index) =>
    credit(ledger_account, currency, microsOfPaise(row.lines[index]!.net_paise)),
  );
  return {
    ...{ source: `invoice:${row.id}`, kind: "invoice", account_id: draft.account_id, at: draft.at },
    ...{ tenant_id: row.tenant_id, customer_id: row.customer_id, memo: `Invoice ${row.number}` },
    entries: [
      debit("receivable", currency, microsOfPaise(row.total_paise)),
      ...sold,
      credit("gst.cgst", currency, microsOfPaise(row.cgst_paise)),
      credit("gst.sgst", currency, microsOfPaise(row.sgst_paise)),
      credit("gst.igst", currency, microsOfPaise(row.igst_paise)),
      credit("round_off", currency, microsOfPaise(row.round_off_paise)),
    ],
  };
}

/** What of a price that has the tax in it is net for a customer: all of it where none is due. */
export async function netWithin(
  read: Reader,
  of: { account_id: AccountId; tenant_id: TenantId; customer_id: CustomerId; gross_paise: Paise },
): Promise<Paise> {
  const seller = await sellerOf(read, of.account_id);
  return taxWithin(of.gross_paise, supplyOf(seller, await profileOf(read, of.tenant_id, of.customer_id))).net_paise;
}

export interface TaxQuote extends Omit<Tax, "rate_ppm"> {
  readonly gst_paise: Paise;
  readonly total_paise: Paise;
}

/** What a net amount comes to for a customer, before anything is sold. */
export async function quoteTax(
  read: Reader,
  of: { account_id: AccountId; tenant_id: TenantId; customer_id: CustomerId; net_paise: Paise },
): Promise<TaxQuote> {
  const seller = await sellerOf(read, of.account_id);
  const { rate_ppm: _, ...tax } = taxOn(
    of.net_paise,
    supplyOf(seller, await profileOf(read, of.tenant_id, of.customer_id)),
  );
  const gst_paise = gstOf(tax);
  return { ...tax, gst_paise, total_paise: paise(of.net_paise + gst_paise) };
}
