import { DateTime } from "luxon";
import type { Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import type { TenantId } from "../../kernel/id.ts";
import { nextInSeries } from "./store.ts";

/** India's financial year of an instant, by the date in IST: `26-27` from 1 April 2026 on. */
function financialYear(at: number): string {
  const date = DateTime.fromMillis(at, { zone: "Asia/Kolkata" });
  const first = date.month >= 4 ? date.year : date.year - 1;
  return `${String(first % 100).padStart(2, "0")}-${String((first + 1) % 100).padStart(2, "0")}`;
}

/** Rule 46 of the CGST Rules. */
const LETTERS_MAX = 16;

/**
 * The next number of a seller's series in the financial year, of at most sixteen characters. It is taken in the transaction that
 * writes the document, whose row lock makes others wait: so there are no gaps.
 */
export async function nextNumber(
  tx: Tx,
  {
    seller_id,
    tenant_id,
    series,
    at,
  }: { seller_id: AccountId; tenant_id: TenantId | null; series: string; at: number },
): Promise<{ number: string; financial_year: string }> {
  const financial_year = financialYear(at);
  const last = await nextInSeries(tx, { id: `${seller_id}|${series}|${financial_year}`, seller_id, tenant_id });
  const prefix = `${series}/${financial_year}/`;
  const digits = Math.min(5, LETTERS_MAX - prefix.length);
  return { number: prefix + String(last).padStart(digits, "0"), financial_year };
}

/** Credit notes have a series of their own. */
export const creditSeries = (series: string): string => `${series}C`;
