import { z } from "zod";
import {
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  PaiseTold,
  pageTold,
} from "../../http/operation.ts";
import { NewRefund, PaymentQuery, WhoseQuery } from "./routes.ts";

const whose = { account_id: Id, tenant_id: Id, customer_id: Id };
const kept = { created_at: At, updated_at: At };

export const PaymentTold = named(
  "Payment",
  z.object({
    ...{ id: Id, ...whose, purpose: z.enum(["subscription", "topup", "collection", "mandate", "manual"]) },
    ...{ subject_id: Id, invoice_id: IdOrNull, order_id: IdOrNull, razorpay_invoice_id: IdOrNull },
    status: z.enum(["created", "authorized", "captured", "failed", "refunded"]),
    ...{ method: z.string().nullable(), currency: z.string(), amount_paise: PaiseTold, fee_paise: PaiseTold },
    ...{ fee_tax_paise: PaiseTold, refunded_paise: PaiseTold, deducted_paise: PaiseTold, unapplied_paise: PaiseTold },
    ...{ error_reason: z.string().nullable(), captured_at: AtOrNull, ...kept },
  }),
  "A payment as Razorpay has it, or one by bank transfer.",
);
const ListedPayment = named(
  "ListedPayment",
  PaymentTold.extend({ invoice_number: z.string().nullable() }),
  "A payment, with the number of the invoice that it pays.",
);
export const RefundTold = named(
  "Refund",
  z.object({
    ...{ id: Id, ...whose, payment_id: Id, razorpay_refund_id: IdOrNull },
    origin: z.enum(["admin", "dashboard", "automatic"]),
    status: z.enum(["claimed", "pending", "processed", "failed"]),
    ...{ currency: z.string(), amount_paise: PaiseTold, grant_id: IdOrNull, credit_micros: MicrosTold },
    ...{ credit_note_id: IdOrNull, reason: z.string(), ...kept },
  }),
  "Money that goes back.",
);
const Dispute = named(
  "Dispute",
  z.object({
    ...{ id: Id, ...whose, payment_id: Id, status: z.enum(["open", "under_review", "won", "lost", "closed"]) },
    ...{ phase: z.string(), reason_code: z.string().nullable(), currency: z.string(), amount_paise: PaiseTold },
    ...{ deducted_paise: PaiseTold, respond_by: AtOrNull, ...kept },
  }),
  "A dispute as Razorpay has it. Money leaves only when it is lost.",
);

export const refundAdminDescribed = adminChapter("Payments", {
  "GET /payments": { summary: "List payments", query: PaymentQuery, answers: { 200: pageTold(ListedPayment) } },
  "GET /refunds": { summary: "List refunds", query: WhoseQuery, answers: { 200: pageTold(RefundTold) } },
  "POST /refunds": {
    summary: "Give back a payment, or a part of it",
    description: "Credit that it bought is taken back first, never more than is left of it.",
    ...{ body: NewRefund, answers: { 201: RefundTold } },
    problems: ["not_found", "conflict", "billing_not_configured", "collector_refused", "collector_unreachable"],
  },
  "GET /disputes": { summary: "List disputes", query: WhoseQuery, answers: { 200: pageTold(Dispute) } },
});
