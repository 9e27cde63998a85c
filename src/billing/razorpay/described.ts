import { z } from "zod";
import {
  Anything,
  At,
  AtOrNull,
  adminChapter,
  type Chapter,
  Id,
  IdOrNull,
  named,
  type Operation,
  pageTold,
} from "../../http/operation.ts";
import { ClaimQuery, WebhookQuery } from "./admin-routes.ts";

const webhook = {
  ...{ id: Id, account_id: Id, event_id: Id, tenant_id: IdOrNull, type: z.string() },
  status: z.enum(["received", "applied", "foreign", "ignored", "failed"]),
  ...{ entity_ids: z.record(z.string(), z.string()), attempts: z.int(), error: z.string().nullable() },
  ...{ made_at: AtOrNull, received_at: At, applied_at: AtOrNull, next_at: AtOrNull },
};
const Webhook = named("Webhook", z.object(webhook), "A webhook of Razorpay's that was signed rightly.");
const WebhookWithPayload = named("WebhookWithPayload", z.object({ ...webhook, payload: Anything }));
const Claim = named(
  "Claim",
  z.object({
    ...{ id: Id, key: z.string(), account_id: Id, tenant_id: Id, operation: z.string(), request: Anything },
    ...{ status: z.enum(["claimed", "sent", "done", "refused"]), remote_id: IdOrNull, answer: Anything.nullable() },
    ...{ attempts: z.int(), sent_at: AtOrNull, created_at: At, updated_at: At },
  }),
  "A call that creates something at Razorpay, written down before it is sent.",
);

export const razorpayAdminDescribed = adminChapter("Razorpay", {
  "GET /webhooks": { summary: "List webhooks", query: WebhookQuery, answers: { 200: pageTold(Webhook) } },
  "GET /webhooks/:id": { summary: "Show a webhook with its payload", answers: { 200: WebhookWithPayload } },
  "POST /webhooks/:id/replay": {
    summary: "Apply a webhook again",
    description: "Harmless: what is applied is the entity as it stands at Razorpay.",
    ...{ body: z.strictObject({}), answers: { 202: Webhook } },
  },
  "GET /claims": { summary: "List calls that create something", query: ClaimQuery, answers: { 200: pageTold(Claim) } },
});

const receive: Operation = {
  summary: "Receive a webhook of Razorpay's",
  description:
    "Signed over the bytes in `x-razorpay-signature`, with `x-razorpay-event-id`. Answered once it is durable; the same event again changes nothing.",
  ...{ body: Anything, answers: { 200: z.object({ status: z.enum(["kept", "known"]) }) }, problems: ["not_found"] },
};
export const webhookDescribed: Chapter = {
  ...{ tag: "Webhooks from Razorpay", for: "anybody", under: "" },
  operations: { "POST /webhooks/razorpay": receive, "POST /webhooks/razorpay/:tenant_id": receive },
};
