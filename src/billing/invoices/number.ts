import { DateTime } from "luxon";
import { recordAlert } from "../../db/alerts.ts";
import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { instant } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { nextInSeries } from "./store.ts";

/** India's financial year of an instant, by the date in IST: `26-27` from 1 April 2026 on. */
function financialYear(at: number): string {
  const date = DateTime.fromMillis(at, { zone: "Asia/Kolkata" });
  const first = date.month >= 4 ? date.year : date.year - 1;
  return `${String(first % 100).padStart(2, "0")}-${String((first + 1) % 100).padStart(2, "0")}`;
}

/** Rule 46 of the CGST Rules. */
const LETTERS_MAX = 16;
const DIGITS_USUAL = 5;
/** The operator is told when so much of a series is used up, in percent: with weeks to go, and with days. */
const TOLD_AT = [90, 99];

/**
 * The next number of a seller's series in the financial year, of at most sixteen characters: it grows beyond its usual digits as long as it fits. It is
 * taken in the transaction that writes the document, whose row lock makes others wait: so there are no gaps. Refuses where the series is full; whatever
 * needs the document is tried again, and goes on in the next series.
 */
export async function nextNumber(
  tx: Tx,
  {
    seller_id,
    tenant_id,
    series,
    at,
    wall,
  }: { seller_id: AccountId; tenant_id: TenantId | null; series: string; at: number; wall: number },
): Promise<{ number: string; financial_year: string }> {
  const financial_year = financialYear(at);
  const id = `${seller_id}|${series}|${financial_year}`;
  const last = await nextInSeries(tx, { id, seller_id, tenant_id });
  const prefix = `${series}/${financial_year}/`;
  const digitsMax = LETTERS_MAX - prefix.length;
  const most = 10 ** digitsMax - 1;
  const action = `Set another invoice_series (PUT sellers/${seller_id}): a seller may have several in a year.`;
  if (last > most)
    throw new Problem("conflict", { message: `The series ${prefix} is full: ${most} documents are in it. ${action}` });
  if (TOLD_AT.some((percent) => last === Math.ceil((most * percent) / 100)))
    await recordAlert(tx, {
      ...{ type: "reconciliation.finding", dedupe: `number_series_nearly_full ${id} ${last}`, tenant_id },
      data: { kind: "number_series_nearly_full", seller_id, series: prefix, last, most, action },
      at: { wall: instant(wall), now: instant(at) },
    });
  const digits = Math.min(DIGITS_USUAL, digitsMax);
  return { number: prefix + String(last).padStart(digits, "0"), financial_year };
}

/** Credit notes have a series of their own. */
export const creditSeries = (series: string): string => `${series}C`;
