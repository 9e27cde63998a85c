import { EVERYBODY } from "../db/schema.ts";
import { type Ppm, toDecimal, usdPerMillion } from "../kernel/money.ts";
import { METERS } from "./meters.ts";
import { canonicalModel, modelOf, ppm } from "./models.ts";
import { isFor, type Price, type PriceBook, priceBook } from "./price-book.ts";
import type { PriceList } from "./price-list.ts";
import { seedPrices } from "./seed.ts";

/** One thing in which the book in force and a price list differ. Rates are USD per million, as decimal strings. */
export interface PriceDifference {
  readonly kind:
    | "model_not_in_book"
    | "model_not_in_file"
    | "list_not_in_book"
    | "list_not_in_file"
    | "tier_not_in_book"
    | "tier_not_in_file"
    | "other_rate"
    | "other_multiplier";
  readonly model: string;
  readonly list: Price["list"];
  readonly above_prompt_tokens: number;
  /** Which rate or multiplier; null where all of it is missing. */
  readonly what: string | null;
  readonly book: string | null;
  readonly file: string | null;
}

export interface PriceCheck {
  readonly models: number;
  readonly differences: readonly PriceDifference[];
}

/** A price book with the rows it was made of, as it is at one instant. */
interface Side {
  readonly book: PriceBook;
  readonly rows: readonly Price[];
}

/** Compares everybody's book, as it is in force at an instant, with a price list: models, lists, prompt tiers, rates, multipliers. */
export function checkPrices(prices: readonly Price[], list: PriceList, at: number): PriceCheck {
  const inForce = (rows: readonly Price[]): Side => {
    const held = rows.filter((row) => row.tenant_id === EVERYBODY && row.valid_from <= at);
    return { rows: held, book: priceBook(held) };
  };
  const [ours, theirs] = [inForce(prices), inForce(seedPrices(list))];
  const models = new Set([...theirs.book.models(EVERYBODY, at), ...ours.book.models(EVERYBODY, at)]);
  return {
    models: models.size,
    differences: [...models].flatMap((model) => [
      ...differencesOf(model, ours, theirs, at),
      ...otherMultipliers(model, list),
    ]),
  };
}

function differencesOf(model: string, ours: Side, theirs: Side, at: number): PriceDifference[] {
  const whole = { model, list: "standard", above_prompt_tokens: 0, what: null, book: null, file: null } as const;
  const [inBook, inFile] = [ours, theirs].map(({ book }) => !book.missingMeters(model, EVERYBODY, at).length);
  if (!inBook) return [{ ...whole, kind: "model_not_in_book" }];
  if (!inFile) return [{ ...whole, kind: "model_not_in_file" }];

  const differences: PriceDifference[] = [];
  for (const list of ["standard", "fast"] as const) {
    const [ourTiers, theirTiers] = [tiersOf(ours, model, list), tiersOf(theirs, model, list)];
    if (!ourTiers.size && !theirTiers.size) continue;
    if (!ourTiers.size || !theirTiers.size) {
      differences.push({ ...whole, list, kind: ourTiers.size ? "list_not_in_file" : "list_not_in_book" });
      continue;
    }
    for (const above_prompt_tokens of [...new Set([...ourTiers, ...theirTiers])].sort((a, b) => a - b)) {
      const slot = { ...whole, list, above_prompt_tokens };
      if (!ourTiers.has(above_prompt_tokens)) differences.push({ ...slot, kind: "tier_not_in_book" });
      else if (!theirTiers.has(above_prompt_tokens)) differences.push({ ...slot, kind: "tier_not_in_file" });
      else differences.push(...otherRates(slot, ours, theirs, at));
    }
  }
  return differences;
}

/** The prompt sizes from which a model has prices of their own on a list; 0 is every prompt. Empty: it has no such list. */
const tiersOf = ({ rows }: Side, model: string, list: Price["list"]): Set<number> =>
  new Set(
    rows
      .filter((row) => row.list === list && row.meter !== "web_search" && isFor(row, model))
      .map((row) => row.above_prompt_tokens),
  );

function otherRates(
  slot: Pick<PriceDifference, "model" | "list" | "above_prompt_tokens">,
  ours: Side,
  theirs: Side,
  at: number,
): PriceDifference[] {
  const query = { ...slot, tenant_id: EVERYBODY, prompt_tokens: slot.above_prompt_tokens + 1, at };
  const [book, file] = [ours, theirs].map((side) => side.book.rates(query)!.prices);
  return METERS.filter((meter) => book![meter] !== file![meter]).map((what) => ({
    ...slot,
    kind: "other_rate",
    what,
    book: usdPerMillion(book![what]),
    file: usdPerMillion(file![what]),
  }));
}

/** Multipliers are this build's, not the book's: a list that knows others means that the build is old. */
function otherMultipliers(model: string, list: PriceList): PriceDifference[] {
  const entry = list.find(({ id }) => canonicalModel(id) === model);
  if (!entry) return [];
  const known = modelOf(model);
  const pairs = [
    ["batch", known.batch_multiplier_ppm, entry.batch_multiplier],
    ["geography", known.us_multiplier_ppm, entry.us_only_multiplier],
  ] as const;
  return pairs
    .map(([what, ours, factor]) => ({
      what,
      ours,
      theirs: factor == null ? (factor as null | undefined) : ppm(factor),
    }))
    .filter(({ ours, theirs }) => theirs !== undefined && theirs !== ours)
    .map(({ what, ours, theirs }) => ({
      ...({ kind: "other_multiplier", model, list: "standard", above_prompt_tokens: 0, what } as const),
      book: factorOf(ours),
      file: factorOf(theirs ?? null),
    }));
}

const factorOf = (value: Ppm | null): string | null => (value === null ? null : toDecimal(BigInt(value), 6));

/** The differences for people, a line each. */
export function tellPriceCheck({ models, differences }: PriceCheck): string {
  if (!differences.length) return `The price book and the list agree on all ${models} models.`;
  const lines = differences.map(({ kind, model, list, above_prompt_tokens, what, book, file }) => {
    const tier = above_prompt_tokens ? `, prompts above ${above_prompt_tokens} tokens` : "";
    const place = `${model} (${list}${tier})`;
    if (what === null) return `${place}: ${kind.replaceAll("_", " ")}`;
    return `${place}: ${what} is ${book ?? "none"} in the book and ${file ?? "none"} in the list`;
  });
  return [...lines, `${differences.length} differences. Rates are USD per million.`].join("\n");
}
