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

/** The spend by the kind of grant that it was drawn from. */
const drawn = () => ({
  included_micros: c.int<Micros>().notNull(),
  prepaid_micros: c.int<Micros>().notNull(),
  promotional_micros: c.int<Micros>().notNull(),
  overage_micros: c.int<Micros>().notNull(),
});

/** What a rollup adds up; the same in each. All are sums, so that rows of any two spans, users, … can be added. */
const figures = () => ({
  requests: c.int().notNull(),
  ...tokens(),
  cost_micros_usd: c.int<Micros>().notNull(),
  spend_micros: c.int<Micros>().notNull(),
  uncovered_micros: c.int<Micros>().notNull(),
  /** The cost in the currency of the spend, at the rate that the spend was frozen at: margin is spend less this. */
  cost_micros: c.int<Micros>().notNull(),
  cache_saved_micros_usd: c.int<Micros>().notNull(),
  ...drawn(),
  /** How many of the requests ended so. */
  disconnects: c.int().notNull(),
  errors: c.int().notNull(),
  quota_ends: c.int().notNull(),
  unreconciled: c.int().notNull(),
  /** How many have a first byte, and the sums of their times. */
  first_bytes: c.int().notNull(),
  first_byte_ms: c.int().notNull(),
  total_ms: c.int().notNull(),
});

/** What the rollups tell apart, with "" for none. */
const dimensions = () => ({
  tenant_id: c.text<TenantId>().notNull(),
  /** Of what the row is: "" all of the usage, `tag` what has the tag `slice`, `promotion` what was drawn from the credit of one. */
  part: c.text<RollupView>().notNull(),
  slice: c.text().notNull(),
  model: c.text().notNull(),
  plan_version_id: c.text().notNull(),
  currency: c.text().notNull(),
  /** The time zone of the tenant when it was written, whose days and months the coarser grains are. */
  zone: c.text().notNull(),
});

export type RollupPart = "" | "tag" | "promotion";
/** Parts that only rollups have: all usage once more, by plan version (its slice), or by key without users; tags of all models together. */
export type RollupView = RollupPart | "plan" | "key" | "tags";

/** How many calls took how long: a count for each class of time (usage/rollups/latency.ts), to the first byte and in all. */
const latencies = () => ({
  ...(Object.fromEntries(LATENCY_COLUMNS.map((name) => [name, c.int().notNull()])) as Record<
    LatencyColumn,
    ReturnType<ReturnType<typeof c.int>["notNull"]>
  >),
});
export type LatencyColumn = `first_${number}` | `total_${number}`;
/** The upper ends of the classes, in ms; the last class has none. Five in each power of ten. */
export const LATENCY_ENDS_MS = [
  ...[20, 32, 50, 80, 125, 200, 320, 500, 800, 1_250, 2_000, 3_200, 5_000, 8_000, 12_500, 20_000],
  ...[32_000, 50_000, 80_000, 125_000, 300_000],
] as const;
export const LATENCY_COLUMNS: readonly LatencyColumn[] = (["first", "total"] as const).flatMap((kind) =>
  Array.from({ length: LATENCY_ENDS_MS.length + 1 }, (_, index): LatencyColumn => `${kind}_${index}`),
);

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
    /** What the call would have cost more without a cache: less than nothing where writing it cost more than reading it saved. */
    cache_saved_micros_usd: c
      .int<Micros>()
      .notNull()
      .default(0 as Micros),
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
    /** Whether the rollups have it, or their tail: not so of events that are older than these, until they are refilled. */
    rolled_up: c.bool().notNull().default(false),
  },
  (t) => [
    c.index("usage_events_unrolled").on(t.id).where(sql`not ${t.rolled_up}`),
    c.index("usage_events_tenant").on(t.tenant_id, t.id),
    c.index("usage_events_user").on(t.tenant_id, t.user_id, t.id),
    c.index("usage_events_request").on(t.request_id),
    // Adjustments are few, and a call writes nothing here.
    c.index("usage_events_adjusts").on(t.adjusts).where(sql`${t.adjusts} is not null`),
  ],
);

/**
 * The newest usage, a row for each event and each part of it, written in the transaction of the event: only ever inserted, so that
 * nobody waits for anybody, and holding only what the event does not say. It is folded into the rollups a moment later, all at once;
 * reports add it to what is folded.
 */
export const usageTail = c.table(
  "usage_tail",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    event_id: c.text<EventId>().notNull(),
    part: c.text<RollupPart>().notNull(),
    slice: c.text().notNull(),
    zone: c.text().notNull(),
    /** The quarter of an hour of admission, and the tenant's day and month. */
    slot: c.int().notNull(),
    day: c.int().notNull(),
    month: c.int().notNull(),
    cost_micros: c.int<Micros>().notNull(),
    ...drawn(),
    /** 1 within the transaction that folds it. */
    folding: c.int().notNull(),
  },
  (t) => [c.index("usage_tail_folding").on(t.id).where(sql`${t.folding} = 1`)],
);

/**
 * The grains of the rollups: a quarter of an hour (of which the hours and days of every time zone are made), the tenant's day, its month,
 * and where there are no users, an hour of its day.
 */
export const GRAINS = { slot: 0, day: 1, month: 2, hour: 3 } as const;
export type Grain = (typeof GRAINS)[keyof typeof GRAINS];

/** Usage by user and key: what reports of these read. */
export const usageDetail = c.table(
  "usage_detail",
  {
    ...dimensions(),
    grain: c.int<Grain>().notNull(),
    at: c.int().notNull(),
    user_id: c.text().notNull(),
    key_id: c.text().notNull(),
    ...figures(),
  },
  (t) => [
    c.primaryKey({
      columns: [
        ...[t.tenant_id, t.user_id, t.part, t.grain, t.at, t.slice],
        ...[t.key_id, t.model, t.plan_version_id, t.currency, t.zone],
      ] as never,
    }),
    c.index("usage_detail_key").on(t.tenant_id, t.key_id, t.part, t.grain, t.at),
  ],
);

/** Usage of whole tenants: few rows, whatever the number of users, so that what does not ask for these reads little. */
export const usageWhole = c.table(
  "usage_whole",
  {
    ...dimensions(),
    grain: c.int<Grain>().notNull(),
    at: c.int().notNull(),
    ...figures(),
    ...latencies(),
  },
  (t) => [
    c.primaryKey({
      columns: [t.tenant_id, t.part, t.grain, t.at, t.slice, t.model, t.plan_version_id, t.currency, t.zone],
    }),
  ],
);

/**
 * Usage of all tenants together: what asks for none of them must not pay for their number. A plan version is a slice here, as a tag is,
 * and "" is the whole.
 */
export const usageAll = c.table(
  "usage_all",
  {
    part: c.text<RollupView>().notNull(),
    slice: c.text().notNull(),
    model: c.text().notNull(),
    currency: c.text().notNull(),
    zone: c.text().notNull(),
    grain: c.int<Grain>().notNull(),
    at: c.int().notNull(),
    ...figures(),
    ...latencies(),
  },
  (t) => [c.primaryKey({ columns: [t.part, t.grain, t.zone, t.at, t.slice, t.model, t.currency] })],
);

/**
 * Who has used anything, and at the most how much: by tenant's day and month and since ever, of all models. A page of users is found here
 * before anything is added up, and so is who may be among the first.
 */
export const usageSubjects = c.table(
  "usage_subjects",
  {
    kind: c.text<SubjectKind>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    subject_id: c.text().notNull(),
    currency: c.text().notNull(),
    grain: c.int<SubjectGrain>().notNull(),
    at: c.int().notNull(),
    requests: c.int().notNull(),
    input_tokens: c.int().notNull(),
    output_tokens: c.int().notNull(),
    cost_micros_usd: c.int<Micros>().notNull(),
    spend_micros: c.int<Micros>().notNull(),
    uncovered_micros: c.int<Micros>().notNull(),
    errors: c.int().notNull(),
  },
  (t) => [
    c.primaryKey({ columns: [t.kind, t.grain, t.at, t.subject_id, t.tenant_id, t.currency] }),
    c.index("usage_subjects_tenant").on(t.kind, t.grain, t.at, t.tenant_id, t.subject_id),
  ],
);
export type SubjectKind = "tenant" | "user" | "key";
/** Days and months as in the rollups, and one row of all time, at 0. */
export const SUBJECT_GRAINS = { day: 1, month: 2, ever: 3 } as const;
export type SubjectGrain = (typeof SUBJECT_GRAINS)[keyof typeof SUBJECT_GRAINS];

/** The time zones in which a tenant's usage was folded: one, unless it has moved. */
export const usageZones = c.table(
  "usage_zones",
  { tenant_id: c.text<TenantId>().notNull(), zone: c.text().notNull() },
  (t) => [c.primaryKey({ columns: [t.tenant_id, t.zone] })],
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
