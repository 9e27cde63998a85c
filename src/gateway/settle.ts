import { cacheSaving } from "../catalog/cache-saving.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { chargeOf } from "../catalog/charge.ts";
import { promptTokens, type Quantities } from "../catalog/meters.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import { eventIdOf } from "../kernel/id.ts";
import { costMicros, micros, picoUsd, spendOf } from "../kernel/money.ts";
import type { Hold, Outcome } from "../ledger/books.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { UsageDraft } from "../usage/event.ts";
import { postLateUsage } from "../usage/late.ts";
import type { HeldCall } from "./admit.ts";
import { type Ended, type Metered, promptSampling } from "./metered.ts";
import { totalOf } from "./usage.ts";

export interface Settlement {
  readonly hold: Hold;
  readonly call: HeldCall;
  readonly metered: Metered;
  readonly ended: Ended;
  readonly upstream_request_id: string | null;
  readonly first_byte_ms: number | null;
}

export interface Settled extends Outcome {
  readonly cost_micros_usd: number;
  readonly quantities: Quantities;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/**
 * Prices what a call used, by the book and the terms of its admission, and settles it: the usage event and the ledger in one
 * transaction. A call of which upstream said nothing costs its tenant nothing; its cost is estimated, for the operator's eyes.
 */
export async function settle(
  parts: { readonly db: Database; readonly ledger: Ledger<UsageDraft>; readonly clock: Clock },
  catalog: Catalog,
  settlement: Settlement,
): Promise<Settled> {
  const { hold, call, metered } = settlement;
  const context = { tenant_id: hold.tenant_id, at: hold.admitted_at, fallback_model: call.model, terms: call.terms };
  const priced = metered.seen ? metered.samplings : [promptSampling(call.model, call.prompt_estimate)];
  const charge = chargeOf(catalog, priced, context) ?? { pico_usd: picoUsd(0n), version: "", exact: 0n, samplings: [] };
  const quantities = totalOf(metered.samplings);
  const input_tokens = promptTokens(quantities);
  const settled_at = parts.clock.now();
  const cost_micros_usd = costMicros(charge.pico_usd);

  const event: UsageDraft = {
    id: eventIdOf(hold.id),
    tenant_id: hold.tenant_id,
    customer_id: hold.customer_id,
    user_id: hold.user_id,
    key_id: hold.key_id,
    request_id: call.parent ?? hold.id,
    route: call.route,
    model: metered.model,
    asked_model: call.model,
    upstream_request_id: settlement.upstream_request_id,
    input_tokens: quantities.input,
    cache_read_tokens: quantities.cache_read,
    cache_write_5m_tokens: quantities.cache_write_5m,
    cache_write_1h_tokens: quantities.cache_write_1h,
    output_tokens: quantities.output,
    web_searches: quantities.web_search,
    list: priced[0]?.list ?? "standard",
    geo: priced[0]?.geo ?? "",
    source: metered.source,
    ended: settlement.ended,
    stop_reason: metered.stop_reason,
    unreconciled: metered.source !== "reported",
    cost_micros_usd,
    cache_saved_micros_usd: metered.seen ? cacheSaving(charge.samplings.map(({ priced }) => priced)) : micros(0),
    currency: call.terms.currency,
    rate_micros: call.terms.rate_micros,
    multiplier_ppm: call.terms.multiplier_ppm,
    plan_version_id: call.terms.plan_version_id ?? null,
    price_version: charge.version,
    samplings: metered.seen ? priced : priced.map((sampling) => ({ ...sampling, estimated: true })),
    raw_usage: metered.raw_usage,
    tags: call.tags,
    admitted_at: hold.admitted_at,
    first_byte_ms: settlement.first_byte_ms,
    total_ms: Math.max(0, parts.clock.wall() - call.admitted_wall),
    settled_at,
    timezone: call.timezone ?? "UTC",
  };
  const used = {
    requests: 1,
    input_tokens,
    output_tokens: quantities.output,
    total_tokens: input_tokens + quantities.output,
    spend_micros: metered.seen ? spendOf(charge.exact) : micros(0),
  };
  const { again, ...outcome } = await parts.ledger.settle({ hold, used, event, at: settled_at });
  if (again && metered.source !== "recovered") {
    const tiers = hold.held.tiered?.tiers ?? null;
    await postLateUsage(parts.db, { draft: event, owed: used.spend_micros, observe: hold.observe, tiers });
  }
  return { ...outcome, cost_micros_usd, quantities, input_tokens, output_tokens: quantities.output };
}
