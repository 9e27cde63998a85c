import { micros } from "../../../kernel/money.ts";
import { costInCurrency, drawnOf, ERRORS, FIGURES, type Figures } from "../../../usage/rollups/figures.ts";
import type { Drawn, RolledEvent } from "./store.ts";

/** What an event adds to the rollups: told again from the event itself, and not by the statement that folds it. */
export function figuresOf(event: RolledEvent, kinds: ReadonlyMap<string, Drawn>): Figures {
  const isCall = event.kind === "call";
  const count = (counted: boolean): number => (isCall && counted ? 1 : 0);
  return {
    requests: count(true),
    ...{ input_tokens: event.input_tokens, output_tokens: event.output_tokens, web_searches: event.web_searches },
    cache_read_tokens: event.cache_read_tokens,
    cache_write_5m_tokens: event.cache_write_5m_tokens,
    cache_write_1h_tokens: event.cache_write_1h_tokens,
    ...{ cost_micros_usd: event.cost_micros_usd, spend_micros: event.spend_micros },
    ...{ uncovered_micros: event.uncovered_micros, cache_saved_micros_usd: event.cache_saved_micros_usd },
    cost_micros: costInCurrency(event),
    ...drawnOf(event, (id) => kinds.get(id)?.kind),
    disconnects: count(event.ended === "client_gone"),
    errors: count((ERRORS as readonly string[]).includes(event.ended)),
    quota_ends: count(event.ended === "quota"),
    unreconciled: count(event.unreconciled),
    first_bytes: count(event.first_byte_ms !== null),
    ...{ first_byte_ms: isCall ? (event.first_byte_ms ?? 0) : 0, total_ms: isCall ? event.total_ms : 0 },
  };
}

/** What an event drew from the credit of promotions, by each of them: of these only the spend is counted. */
export function promotionsOf(event: RolledEvent, kinds: ReadonlyMap<string, Drawn>): ReadonlyMap<string, Figures> {
  const paid = new Map<string, number>();
  for (const { grant_id, amount } of event.draws) {
    const promotion = kinds.get(grant_id)?.promotion;
    if (promotion) paid.set(promotion, (paid.get(promotion) ?? 0) + amount);
  }
  const requests = event.kind === "call" ? 1 : 0;
  return new Map(
    [...paid].map(([promotion, amount]) => [
      promotion,
      { ...NO_FIGURES, requests, spend_micros: micros(amount), promotional_micros: micros(amount) },
    ]),
  );
}

const each = (value: (figure: (typeof FIGURES)[number]) => number): Figures =>
  Object.fromEntries(FIGURES.map((figure) => [figure, value(figure)])) as Figures;

export const NO_FIGURES: Figures = each(() => 0);
export const sum = (a: Figures, b: Figures): Figures => each((figure) => a[figure] + b[figure]);
export const less = (a: Figures, b: Figures): Figures => each((figure) => a[figure] - b[figure]);
export const isSame = (a: Figures, b: Figures): boolean => FIGURES.every((figure) => a[figure] === b[figure]);
