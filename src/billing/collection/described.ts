import { z } from "zod";
import { At, AtOrNull, Id, IdOrNull, named, PaiseTold, pageTold } from "../../http/operation.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { Adopt, CollectionQuery, NewMandate, Verify } from "./routes.ts";

export const MandateMethodTold = z.enum(["upi", "card", "emandate"]);
const mandate = {
  ...{ id: Id, method: MandateMethodTold },
  status: z.enum(["created", "confirmed", "rejected", "paused", "cancelled", "expired"]),
  ...{ order_id: IdOrNull, token_id: IdOrNull, max_amount_paise: PaiseTold, razorpay_customer_id: Id },
  ...{ expires_at: AtOrNull, created_at: At },
};
export const MandateTold = named("Mandate", z.object(mandate), "A registered right to debit: a token at Razorpay.");
const MandateToApprove = named(
  "MandateToApprove",
  z.object({ ...mandate, order_id: Id, key_id: z.string(), recurring: z.literal("1") }),
  "A mandate, with what Checkout is opened with while it waits to be approved.",
);
export const MandateRules = z.object({
  ...{ mandate_max_paise: PaiseTold, unattended_max_paise: PaiseTold, debit_takes_ms: z.int() },
  ...{ final_after_ms: z.int(), retry_after_ms: z.int() },
});
const Mandates = z.object({
  data: z.array(MandateTold),
  methods: z.object({ upi: MandateRules, card: MandateRules, emandate: MandateRules }),
});

export const CollectionAttempt = named(
  "Collection",
  z.object({
    ...{ id: Id, tenant_id: Id, customer_id: Id, account_id: Id, invoice_id: Id, attempt: z.int() },
    channel: z.enum(["debit", "link"]),
    status: z.enum([
      ...["claimed", "order_created", "submitted", "sent", "settled", "failed", "unknown", "cancelled"],
    ] as const),
    ...{ amount_paise: PaiseTold, currency: z.string(), mandate_id: IdOrNull, order_id: IdOrNull },
    ...{ payment_id: IdOrNull, link_id: IdOrNull, short_url: z.string().nullable(), next_at: At, final_at: AtOrNull },
    ...{ error_reason: z.string().nullable(), created_at: At, updated_at: At },
  }),
  "One attempt to collect an invoice: a debit of a mandate, or a payment link.",
);

const remove = { summary: "Cancel one mandate", answers: { 204: null } };
const all = {
  "GET /mandate": { summary: "List mandates, and what is allowed by which method", answers: { 200: Mandates } },
  "DELETE /mandate": { summary: "Cancel every mandate", answers: { 204: null } },
  "DELETE /mandate/:mandate_id": remove,
};
const problems = ["conflict", "billing_not_configured", "collector_refused", "collector_unreachable"] as const;
const create = {
  summary: "Set out to register a mandate",
  body: NewMandate,
  answers: { 201: MandateToApprove },
  problems,
};

export const mandateAdminDescribed = adminDoorsDescribed(
  "Customers",
  {
    ...all,
    "POST /mandate": {
      ...{ ...create, summary: "Set out to register a mandate, or adopt one that was confirmed elsewhere" },
      ...{
        body: z.union([NewMandate, Adopt]),
        answers: { 200: MandateTold, 201: z.union([MandateToApprove, MandateTold]) },
      },
    },
  },
  {
    "GET /collections": {
      summary: "List attempts to collect",
      ...{ query: CollectionQuery, answers: { 200: pageTold(CollectionAttempt) } },
    },
  },
);
export const mandateDescribed = customerDoorDescribed({
  ...{ ...all, "POST /mandate": create },
  "POST /mandate/verify": {
    summary: "Hand in Checkout's answer to a mandate",
    ...{ body: Verify, answers: { 200: MandateTold }, problems: ["not_found"] },
  },
});
