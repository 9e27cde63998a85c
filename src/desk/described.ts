import { z } from "zod";
import { CollectionAttempt, MandateTold } from "../billing/collection/described.ts";
import { StandingTold } from "../billing/cycles/described.ts";
import { CreditNoteTold, InvoiceTold, statementLine } from "../billing/invoices/described.ts";
import { PaymentTold, RefundTold } from "../billing/payments/described.ts";
import { SubscriptionStatusTold, statusChange } from "../billing/subscriptions/described.ts";
import { GrantTold } from "../billing/wallet/described.ts";
import { CollectionTold } from "../catalog/described.ts";
import { Anything, At, AtOrNull, adminChapter, Id, IdOrNull, MicrosTold, named } from "../http/operation.ts";
import { HoldTold } from "../ledger/described.ts";
import { Search } from "./admin-routes.ts";

/** What the routes of this room promise. */

const HITS = [
  ...["tenant", "user", "customer", "key", "request", "hold", "subscription", "invoice", "credit_note", "payment"],
  ...["refund", "topup", "collection", "mandate"],
] as const;
const SearchResult = named(
  "SearchResult",
  z.object({
    data: z.array(
      z.object({
        ...{ type: z.enum(HITS), id: Id, tenant_id: Id, customer_id: IdOrNull },
        match: z.object({ field: z.string(), value: z.string() }),
        links: z.object({ self: z.string(), story: z.string().nullable() }),
      }),
    ),
    complete: z.boolean(),
  }),
  "Everything that has this text for a name, or a name that begins with it.",
);

const some = <S extends z.ZodType>(row: S) => z.object({ data: z.array(row), has_more: z.boolean(), link: z.string() });

const Drawn = z.object({ amount_micros: MicrosTold, used_micros: MicrosTold, held_micros: MicrosTold }).nullable();
const standing = {
  customer: z.object({
    ...{ id: Id, currency: z.string(), created_at: At },
    tenant: z.object({ id: Id, external_id: IdOrNull, name: z.string(), status: z.string() }),
    user: z.object({ id: Id, external_id: z.string(), name: z.string().nullable(), status: z.string() }).nullable(),
    profile: z
      .object({
        ...{ name: z.string(), email: z.string(), contact: z.string(), gstin: z.string().nullable() },
        state_code: z.string(),
      })
      .nullable(),
  }),
  standing: StandingTold,
  plan: z.object({ id: Id, name: z.string().nullable(), version: z.int(), link: z.string() }).nullable(),
  cycle: z
    .object({
      ...{ id: IdOrNull, start: At, end: AtOrNull, state: z.enum(["open", "ended", "closed"]).nullable() },
      ...{ trial: z.boolean(), billed_micros: MicrosTold, included: Drawn, overage: Drawn, link: z.string() },
    })
    .nullable(),
  wallet: z.object({ left_micros: MicrosTold, link: z.string() }),
};

const Subscription = z.object({
  ...{ id: Id, plan_id: Id, plan_version_id: Id, collection: CollectionTold, status: SubscriptionStatusTold },
  ...{ method: z.string().nullable(), razorpay_subscription_id: IdOrNull, paid_count: z.int() },
  ...{ remaining_count: z.int(), cancel_at_cycle_end: z.boolean(), current_start: AtOrNull, current_end: AtOrNull },
  ...{ charge_at: AtOrNull, pending_since: AtOrNull, replaces: IdOrNull },
  ...{
    replace_when: z.enum(["now", "cycle_end"]).nullable(),
    adopted_at: AtOrNull,
    ended_at: AtOrNull,
    created_at: At,
  },
  ...{ history: z.array(statusChange), has_more_history: z.boolean() },
});
const Alert = z.object({ id: Id, type: z.string(), data: Anything, created_at: At, acknowledged_at: AtOrNull });
const Delivery = z.object({
  ...{ id: Id, alert_id: Id, state: z.enum(["pending", "delivered", "failed"]), attempts: z.int() },
  ...{ status: z.int().nullable(), error: z.string().nullable(), delivered_at: AtOrNull, created_at: At },
});

const Story = named(
  "CustomerStory",
  z.object({
    ...{ ...standing, grants: some(GrantTold), mandates: some(MandateTold), subscriptions: some(Subscription) },
    ...{ invoices: some(InvoiceTold), credit_notes: some(CreditNoteTold), payments: some(PaymentTold) },
    ...{ refunds: some(RefundTold), collections: some(CollectionAttempt), open_holds: some(HoldTold) },
    ...{ refusals: some(Alert), alerts: some(Alert) },
    webhooks: some(some(Delivery).extend({ endpoint_id: Id, url: z.string() })),
    statement: z.object({
      ...{ closing_micros: MicrosTold, lines: z.array(statementLine), has_more: z.boolean(), link: z.string() },
    }),
  }),
  "All there is to know of a customer, newest first; the rest of each list is behind its link.",
);

export const deskAdminDescribed = adminChapter("Desk", {
  "GET /search": {
    summary: "Find whatever has this text for a name",
    description:
      "An id, an external id, an e-mail address, the number of an invoice, an id of Razorpay's, the beginning of a key.",
    ...{ query: Search, answers: { 200: SearchResult } },
  },
  "GET /customers/:id/story": { summary: "Tell all of a customer", answers: { 200: Story } },
});
