import { z } from "zod";
import { parse } from "../http/parse.ts";
import { Problem } from "../kernel/problems.ts";

const Usd = z.number().min(0).nullish();
/** USD per million tokens; what has no price is null or left out. */
const TokenRates = z.object({
  input: Usd,
  cache_read: Usd,
  cache_write_5m: Usd,
  cache_write_1h: Usd,
  output: Usd,
});
export type TokenRates = z.infer<typeof TokenRates>;

const PriceList = z.array(
  TokenRates.extend({
    id: z.string().min(1).max(100),
    batch_multiplier: z.number().min(0).nullish(),
    us_only_multiplier: z.number().min(0).nullish(),
    fast: TokenRates.nullish(),
    /** The rates of prompts of more than so many tokens. */
    long_context: TokenRates.extend({ threshold_tokens: z.int().min(1) }).nullish(),
    /** Where a price has changed: the rates of each time, oldest first. */
    price_history: z.array(TokenRates.extend({ from: z.iso.date() })).optional(),
  }),
);
/** A public price list in the shape of prices.json. What else a file says of its models is left alone. */
export type PriceList = z.infer<typeof PriceList>;

/** The price list of a file's text, or an `invalid_request` Problem that says where it is none. */
export function parsePriceList(text: string, name: string): PriceList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem("invalid_request", { message: `${name}: is not JSON`, cause });
  }
  return parse(PriceList, value);
}
