import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { Problem } from "../../kernel/problems.ts";
import { dateOf } from "../documents/paper.ts";
import { rupeeRate } from "../invoices/rupees.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { creditNotesOf, invoicesOf, type Period } from "./store.ts";
import { creditOf, type Supply, supplyOf } from "./supply.ts";

/** What was supplied in a period, and what of it was taken back. */
export async function* suppliesOf(read: Reader, period: Period): AsyncGenerator<Supply> {
  for await (const invoice of invoicesOf(read, period)) yield supplyOf(invoice, await rupeesOf(read, invoice));
}

export async function* creditsOf(read: Reader, period: Period): AsyncGenerator<Supply> {
  for await (const { note, invoice } of creditNotesOf(read, period)) {
    yield creditOf(note, invoice, await rupeesOf(read, invoice));
  }
}

/** A Problem where the period cannot be reported in rupees: asked before the first byte of an answer. */
export async function assertReportable(read: Reader, period: Period): Promise<void> {
  for await (const invoice of invoicesOf(read, period)) await rupeesOf(read, invoice);
  for await (const { invoice } of creditNotesOf(read, period)) await rupeesOf(read, invoice);
}

const Kept = z.object({ rupees_micros: z.int() });

/** A return is made in rupees: what a unit of the invoice's currency was on its day. The invoice keeps it, unless no rate was set then. */
export async function rupeesOf(read: Reader, { currency, fx, issued_at, number }: InvoiceRow): Promise<number | null> {
  if (currency === "INR") return null;
  const kept = Kept.safeParse(fx).data?.rupees_micros;
  if (kept !== undefined) return kept;
  const rate = await rupeeRate(read, currency, issued_at);
  if (rate) return rate.rupees_micros;
  throw new Problem("conflict", {
    message: `Invoice ${number} is in ${currency}, and no rate to the rupee was in force on ${dateOf(issued_at)}. Add one with POST /api/admin/fx_rates.`,
  });
}
