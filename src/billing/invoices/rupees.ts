import type { Reader } from "../../db/database.ts";
import { divideHalfUp, type RateMicros, USD_RATE } from "../../kernel/money.ts";
import { rateInForce } from "./store.ts";

/** What one unit of a currency is in rupees, by the rates to the dollar. */
export interface RupeeRate {
  readonly rupees_micros: number;
  /** Of that currency to the dollar. */
  readonly rate_micros: RateMicros;
  readonly source: string;
  readonly valid_from: number;
}

/** Null where no rate was in force then. Not for rupees. */
export async function rupeeRate(read: Reader, currency: string, at: number): Promise<RupeeRate | null> {
  const rupees = await rateInForce(read, "INR", at);
  const own = currency === "USD" ? USD_RATE : (await rateInForce(read, currency, at))?.rate_micros;
  if (!rupees || !own) return null;
  const { source, valid_from } = rupees;
  const rupees_micros = Number(divideHalfUp(BigInt(rupees.rate_micros) * 1_000_000n, BigInt(own)));
  return { rupees_micros, rate_micros: own, source, valid_from };
}
