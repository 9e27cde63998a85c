import { EVERYBODY } from "../db/schema.ts";
import { fromDecimal, picoUsd } from "../kernel/money.ts";
import type { Meter } from "./meters.ts";
import type { Price } from "./price-book.ts";
import type { PriceList, TokenRates } from "./price-list.ts";
import file from "./prices.json" with { type: "json" };

/** The public price list that ships with Tollgate, with its date. */
export const SEED_SOURCE = "list of 2026-11-20";

/** USD for one web search (10 per 1,000), the same for every model. */
const WEB_SEARCH_PICOS = picoUsd(10_000_000_000n);

const TOKEN_METERS = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output"] as const;

/** Listed prices have ids of their own kind: what an operator priced has another. */
export const LISTED = "prc_list.";

/**
 * A price list (the shipped one) as price rows, with ids that follow from their content, so that seeding twice adds nothing and a
 * newer build adds only what is new. Prices hold from ever on, unless the list knows when they changed.
 */
export function seedPrices(list: PriceList = file): Price[] {
  const rows: Price[] = [];
  const add = (model: string, rates: TokenRates, name: Price["list"] = "standard", above = 0, from = 0) => {
    for (const meter of TOKEN_METERS) {
      const usd = rates[meter];
      if (usd != null) rows.push(row(model, name, above, meter, picoUsd(fromDecimal(String(usd), 6)), from));
    }
  };

  for (const entry of list) {
    const [first, ...changes] = entry.price_history ?? [];
    const { id } = entry;
    add(id, { ...entry, ...first });
    for (const change of changes) add(id, change, "standard", 0, Date.parse(change.from));
    if (entry.fast) add(id, entry.fast, "fast");
    if (entry.long_context) add(id, entry.long_context, "standard", entry.long_context.threshold_tokens);
  }
  rows.push(row("*", "standard", 0, "web_search", WEB_SEARCH_PICOS, 0));
  return rows;
}

function row(
  model: string,
  list: Price["list"],
  above: number,
  meter: Meter,
  pico_usd: Price["pico_usd"],
  from: number,
): Price {
  const id = LISTED + [model, list, above || "", meter, from || ""].filter(Boolean).join(".");
  return {
    id,
    tenant_id: EVERYBODY,
    model,
    list,
    above_prompt_tokens: above,
    meter,
    pico_usd,
    valid_from: from,
    correction: 0,
  };
}
