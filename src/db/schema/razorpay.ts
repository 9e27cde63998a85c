import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";
import type { AccountId } from "./sellers.ts";

/**
 * The outbox: a call that creates something at Razorpay, claimed before it is sent. `key` is the occasion's own name: of one, there is one call.
 * `sent` without an answer is looked up by id or reference, never sent again blindly.
 */
export const claims = c.table(
  "claims",
  {
    id: c.text().primaryKey(),
    key: c.text().notNull().unique(),
    account_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    /** `order.create`, `payment.recurring`, … */
    operation: c.text().notNull(),
    request: c.json<unknown>().notNull(),
    state: c.text<"claimed" | "sent" | "done" | "refused">().notNull(),
    remote_id: c.text(),
    /** The entity, or the refusal. */
    answer: c.json<unknown>(),
    attempts: c.int().notNull(),
    /** Business time. */
    sent_at: c.int(),
    /** Real time until which one node has it to itself. */
    leased_until: c.int().notNull(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("claims_remote").on(t.account_id, t.remote_id),
    c.index("claims_open").on(t.created_at).where(sql`${t.state} in ('claimed', 'sent')`),
  ],
);

/** What is still to be applied, in the words of its index. */
export const waitingWebhook = (t: { readonly state: SQLWrapper }): SQL => sql`${t.state} in ('received', 'failed')`;

/** The inbox: every webhook that was signed rightly, once, as it came. */
export const webhookEvents = c.table(
  "webhook_events",
  {
    id: c.text().primaryKey(),
    account_id: c.text<AccountId>().notNull(),
    /** `x-razorpay-event-id`. */
    event_id: c.text().notNull(),
    /** Whose account it is; null for the operator. */
    tenant_id: c.text<TenantId>(),
    type: c.text().notNull(),
    /** The body, byte for byte. */
    body: c.text().notNull(),
    state: c.text<"received" | "applied" | "foreign" | "ignored" | "failed">().notNull(),
    /** Ids of the entities in it: what is applied is fetched by these. */
    entity_ids: c.json<Readonly<Record<string, string>>>().notNull(),
    attempts: c.int().notNull(),
    error: c.text(),
    /** When Razorpay made it, when it came, when it was applied; when it is tried next. */
    made_at: c.int(),
    received_at: c.int().notNull(),
    applied_at: c.int(),
    next_at: c.int().notNull(),
    leased_until: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("webhook_events_once").on(t.account_id, t.event_id),
    c.index("webhook_events_due").on(t.next_at).where(waitingWebhook(t)),
    c.index("webhook_events_type").on(t.type, t.id),
  ],
);
