import { sql } from "drizzle-orm";
import type { CustomerId, EventId, GrantId, KeyId, RequestId, TenantId, UserId } from "../../kernel/id.ts";
import type { Micros, Ppm, RateMicros } from "../../kernel/money.ts";
import { c } from "../columns.ts";

const tokens = () => ({
  input_tokens: c.int().notNull(),
  cache_read_tokens: c.int().notNull(),
  cache_write_5m_tokens: c.int().notNull(),
  cache_write_1h_tokens: c.int().notNull(),
  output_tokens: c.int().notNull(),
  web_searches: c.int().notNull(),
});

/** What a rollup adds up; the same in each. */
const figures = () => ({
  requests: c.int().notNull(),
  ...tokens(),
  cost_micros_usd: c.int<Micros>().notNull(),
  spend_micros: c.int<Micros>().notNull(),
  uncovered_micros: c.int<Micros>().notNull(),
});

/** What was used at one model under one list and its multipliers, as it is priced: `Sampling` in catalog/meters.ts. */
interface StoredSampling {
  readonly model: string;
  readonly quantities: Readonly<
    Record<"input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search", number>
  >;
  readonly list: "standard" | "fast";
  readonly geo: string;
  readonly batch: boolean;
  /** Nobody reported it: it is what a call that was cut off probably used. It costs the operator, and its tenant nothing. */
  readonly estimated?: true;
}

/** Where a spend at list lay in its cycle: from `from_micros` on, so that its tiers can be found again. */
export interface TieredSpend {
  readonly counter_id: string;
  readonly list_micros: Micros;
  readonly from_micros: Micros;
}

/**
 * One upstream call: never edited, never dropped before its time (for ever, unless a setting says otherwise). Its id follows from the request's, so it is written once. What was
 * priced wrongly is put right by an adjustment: an event of its own, without tokens, with the differences in money.
 */
export const usageEvents = c.table(
  "usage_events",
  {
    id: c.text<EventId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    user_id: c.text<UserId>(),
    key_id: c.text<KeyId>(),
    request_id: c.text<RequestId>().notNull(),
    kind: c.text<"call" | "adjustment">().notNull(),
    /** Of an adjustment: the event that it puts right, and why. */
    adjusts: c.text<EventId>(),
    reason: c.text(),
    route: c.text().notNull(),
    /** The model that was asked for: its price stands in for a model that answered and has none. */
    asked_model: c.text().notNull(),
    /** The model that answered, as upstream named it. */
    model: c.text().notNull(),
    upstream_request_id: c.text(),
    ...tokens(),
    list: c.text<"standard" | "fast">().notNull(),
    geo: c.text().notNull(),
    /** `reported` by the final usage, `partial` (client gone, cut), `recovered` from a checkpoint after a crash. */
    source: c.text<"reported" | "partial" | "recovered">().notNull(),
    /** How it ended: complete, client_gone, upstream_error, interrupted, refused, node_lost. */
    ended: c.text().notNull(),
    stop_reason: c.text(),
    /** True where what was billed could not be proved by a final usage, and waits for reconciliation. */
    unreconciled: c.bool().notNull(),
    cost_micros_usd: c.int<Micros>().notNull(),
    spend_micros: c.int<Micros>().notNull(),
    uncovered_micros: c.int<Micros>().notNull(),
    currency: c.text().notNull(),
    rate_micros: c.int<RateMicros>().notNull(),
    multiplier_ppm: c.int<Ppm>().notNull(),
    /** The version of the plan that it was priced by, where there is one: its rate card and its tiers never change. */
    plan_version_id: c.text(),
    /** Where the plan has tiers: the spend at list, and what the cycle had come to before it, by the counter that knows. */
    tiered: c.json<TieredSpend>(),
    /** The newest price row that was used, so that the same book can be found again. */
    price_version: c.text().notNull(),
    /** The spend split over the grants that it was drawn from. */
    draws: c.json<readonly { readonly grant_id: GrantId; readonly amount: Micros }[]>().notNull(),
    /**
     * What was priced, so that the event can be priced again: a receipt and a re-rating need nothing else. Of an adjustment: what its
     * call is priced by from then on.
     */
    samplings: c.json<readonly StoredSampling[]>().notNull(),
    /** Upstream's usage object(s), raw: what the samplings were read from. */
    raw_usage: c.json<unknown>(),
    tags: c.json<Readonly<Record<string, string>>>().notNull(),
    admitted_at: c.int().notNull(),
    first_byte_ms: c.int(),
    total_ms: c.int().notNull(),
    settled_at: c.int().notNull(),
  },
  (t) => [
    c.index("usage_events_tenant").on(t.tenant_id, t.id),
    c.index("usage_events_user").on(t.tenant_id, t.user_id, t.id),
    c.index("usage_events_request").on(t.request_id),
    // Adjustments are few, and a call writes nothing here.
    c.index("usage_events_adjusts").on(t.adjusts).where(sql`${t.adjusts} is not null`),
  ],
);

/** Usage by UTC hour of admission, written in the transaction of the event: the reports read this and never scan events. */
export const usageHours = c.table(
  "usage_hours",
  {
    tenant_id: c.text<TenantId>().notNull(),
    hour: c.int().notNull(),
    user_id: c.text().notNull(),
    key_id: c.text().notNull(),
    model: c.text().notNull(),
    currency: c.text().notNull(),
    ...figures(),
  },
  (t) => [
    c.primaryKey({ columns: [t.tenant_id, t.hour, t.user_id, t.key_id, t.model, t.currency] }),
    // What the whole installation costs in a day. Written once for each row: adding to one does not touch it.
    c.index("usage_hours_hour").on(t.hour),
  ],
);

/** The same by tag (`feature=summary`). A request with two tags counts in both rows, so these do not add up to the whole. */
export const usageTagHours = c.table(
  "usage_tag_hours",
  {
    tenant_id: c.text<TenantId>().notNull(),
    hour: c.int().notNull(),
    user_id: c.text().notNull(),
    tag: c.text().notNull(),
    currency: c.text().notNull(),
    ...figures(),
  },
  (t) => [c.primaryKey({ columns: [t.tenant_id, t.hour, t.user_id, t.tag, t.currency] })],
);

/**
 * What the events came to that were deleted when their time was over, so that sums over all events of a customer still have it: how many
 * they were (by customer), what they drew (by grant), their spend at list (by the counter that tiers go by).
 */
export const usageCarried = c.table(
  "usage_carried",
  {
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    kind: c.text<"events" | "drawn" | "listed">().notNull(),
    subject_id: c.text().notNull(),
    amount: c.int().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.tenant_id, t.customer_id, t.kind, t.subject_id] })],
);

/** What the provider bills the operator beside the calls, and no request explains. Never part of a tenant's spend. */
export const costLines = c.table("cost_lines", {
  id: c.text().primaryKey(),
  kind: c.text<"code_execution_hours">().notNull(),
  /** The operator's own name of it: what comes again under the same one is not counted again. */
  reference: c.text().notNull().unique(),
  quantity_micros: c.int<Micros>().notNull(),
  /** The part of the quantity that the provider's free allowance did not cover. */
  charged_micros: c.int<Micros>().notNull(),
  rate_micros_usd: c.int<Micros>().notNull(),
  cost_micros_usd: c.int<Micros>().notNull(),
  from_at: c.int().notNull(),
  to_at: c.int().notNull(),
  note: c.text(),
  created_at: c.int().notNull(),
});
