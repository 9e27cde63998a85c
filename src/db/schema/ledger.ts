import { sql } from "drizzle-orm";
import type { CustomerId, CycleId, GrantId, KeyId, LimitId, RequestId, TenantId, UserId } from "../../kernel/id.ts";
import type { Metric } from "../../kernel/metrics.ts";
import type { Micros } from "../../kernel/money.ts";
import type { Window } from "../../kernel/windows.ts";
import { c } from "../columns.ts";
import type { EVERYBODY } from "./catalog.ts";

/** An amount that a customer may spend: included in a plan, prepaid, promotional. `amount ≥ used + held`, always. */
export const grants = c.table(
  "grants",
  {
    id: c.text<GrantId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    kind: c.text<"included" | "prepaid" | "promotional" | "overage">().notNull(),
    /** Drawn in this order, lowest first; among equals the soonest to expire. */
    priority: c.int().notNull(),
    currency: c.text().notNull(),
    amount: c.int<Micros>().notNull(),
    used: c.int<Micros>().notNull(),
    held: c.int<Micros>().notNull(),
    reason: c.text().notNull(),
    /** The occasion that gave it (`topup:…`, `cycle:…:included`), where there is one: of one, there is one grant. */
    source: c.text().unique(),
    cycle_id: c.text<CycleId>(),
    starts_at: c.int().notNull(),
    expires_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.index("grants_customer").on(t.customer_id, t.expires_at),
    c.index("grants_tenant").on(t.tenant_id),
    c.index("grants_kind").on(t.kind, t.expires_at),
  ],
);

/** A bound on what a subject may use in a window. Replacing one resets nothing: what was used is in `counters`. */
export const limits = c.table(
  "limits",
  {
    id: c.text<LimitId>().primaryKey(),
    /** `*` for the limits of a plan, which are every subscriber's. */
    tenant_id: c.text<TenantId | typeof EVERYBODY>().notNull(),
    scope: c.text<"tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool">().notNull(),
    subject_id: c.text().notNull(),
    metric: c.text<Metric>().notNull(),
    window: c.text<Window>().notNull(),
    amount: c.int().notNull(),
    /** Globs, sorted; empty means every model. */
    models: c.json<readonly string[]>().notNull(),
    enforcement: c.text<"hard" | "soft">().notNull(),
    alert_at: c.json<readonly number[]>().notNull(),
    raise: c.json<{ readonly amount: number; readonly until: number }>(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("limits_tenant").on(t.tenant_id, t.scope, t.subject_id)],
);

/**
 * What a subject has used and holds of one metric in one window, for one set of models. The id is made of these. `list_micros` is a
 * customer's spend at list in a cycle, which is what the tiers of its plan go by.
 */
export const counters = c.table(
  "counters",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    subject_id: c.text().notNull(),
    metric: c.text<Metric | "list_micros">().notNull(),
    window: c.text<Window>().notNull(),
    models: c.text().notNull(),
    window_start: c.int().notNull(),
    window_end: c.int(),
    used: c.int().notNull(),
    held: c.int().notNull(),
  },
  (t) => [c.index("counters_subject").on(t.tenant_id, t.subject_id), c.index("counters_end").on(t.window_end)],
);

export type HoldState = "open" | "settled" | "released";

/**
 * What is held for one request from its admission until it is settled or released. Rows of ended holds stay for a while:
 * they make settling twice harmless. `held`, `call`, `checkpoint` and `outcome` are described in ledger/books.ts.
 */
export const holds = c.table(
  "holds",
  {
    id: c.text<RequestId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    user_id: c.text<UserId>(),
    key_id: c.text<KeyId>(),
    node_id: c.text().notNull(),
    state: c.text<HoldState>().notNull(),
    observe: c.bool().notNull(),
    admitted_at: c.int().notNull(),
    expires_at: c.int().notNull(),
    ended_at: c.int(),
    held: c.json<unknown>().notNull(),
    call: c.json<unknown>().notNull(),
    checkpoint: c.json<unknown>(),
    outcome: c.json<unknown>(),
  },
  // Open holds are few; ended ones are found by their ids, which sort by time.
  (t) => [c.index("holds_open").on(t.node_id).where(sql`${t.state} = 'open'`)],
);
