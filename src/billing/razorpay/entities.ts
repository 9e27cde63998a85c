import { z } from "zod";
import { type Paise, paise } from "../../kernel/money.ts";

/**
 * Razorpay's entities, as far as we read them. Unknown fields are let pass, and its many ways to say one thing (`captured: "1"`, empty notes as a
 * list, numbers as text, 0 for no time) come out as one. Times are Unix seconds on the wire and milliseconds here.
 */

const amount = z.coerce.number().pipe(z.int()).transform(paise);
const amountOrZero = amount.nullish().transform((value): Paise => value ?? paise(0));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const count = z.coerce.number().pipe(z.int());
const countOrZero = count.nullish().transform((value) => value ?? 0);
const time = z.coerce
  .number()
  .nullish()
  .transform((seconds) => (seconds ? seconds * 1_000 : null));
const flag = z
  .union([z.boolean(), z.string(), z.number()])
  .nullish()
  .transform((value) => value === true || value === "1" || value === 1);
const notes = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .nullish()
  .transform(
    (value): Readonly<Record<string, string>> =>
      value && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, note]) => [name, String(note)]))
        : {},
  );

export const RazorpayCustomer = z.object({ id: z.string(), email: text, contact: text });
export type RazorpayCustomer = z.infer<typeof RazorpayCustomer>;

export const RazorpayPlan = z.object({
  id: z.string(),
  period: z.string(),
  interval: count,
  item: z.object({ amount, currency: z.string() }),
  notes,
});
export type RazorpayPlan = z.infer<typeof RazorpayPlan>;

const SUBSCRIPTION_STATUSES = [
  ...(["created", "authenticated", "active", "pending", "halted"] as const),
  ...(["paused", "cancelled", "completed", "expired"] as const),
] as const;

export const RazorpaySubscription = z.object({
  id: z.string(),
  plan_id: z.string(),
  customer_id: text,
  status: z.enum(SUBSCRIPTION_STATUSES),
  quantity: countOrZero,
  total_count: countOrZero,
  paid_count: countOrZero,
  remaining_count: countOrZero,
  auth_attempts: countOrZero,
  current_start: time,
  current_end: time,
  charge_at: time,
  start_at: time,
  end_at: time,
  ended_at: time,
  expire_by: time,
  short_url: text,
  payment_method: text,
  notes,
});
export type RazorpaySubscription = z.infer<typeof RazorpaySubscription>;

export const RazorpayPayment = z.object({
  id: z.string(),
  amount,
  currency: z.string(),
  status: z.enum(["created", "authorized", "captured", "refunded", "failed"]),
  captured: flag,
  order_id: text,
  invoice_id: text,
  customer_id: text,
  token_id: text,
  method: text,
  international: flag,
  /** What it is settled in, and its fee is in; left out where that is the currency of the payment. */
  base_currency: text,
  fee: amountOrZero,
  tax: amountOrZero,
  amount_refunded: amountOrZero,
  error_reason: text,
  error_description: text,
  created_at: time,
  notes,
});
export type RazorpayPayment = z.infer<typeof RazorpayPayment>;

export const RazorpayOrder = z.object({
  id: z.string(),
  amount,
  amount_paid: amountOrZero,
  currency: z.string(),
  status: z.enum(["created", "attempted", "paid"]),
  receipt: text,
  notes,
});
export type RazorpayOrder = z.infer<typeof RazorpayOrder>;

export const RazorpayToken = z.object({
  id: z.string(),
  method: text,
  max_amount: amountOrZero,
  expired_at: time,
  recurring_details: z.object({ status: text, failure_reason: text }).nullish(),
});
export type RazorpayToken = z.infer<typeof RazorpayToken>;

export const RazorpayPaymentLink = z.object({
  id: z.string(),
  status: z.enum(["created", "partially_paid", "expired", "cancelled", "paid"]),
  amount,
  amount_paid: amountOrZero,
  currency: z.string(),
  reference_id: text,
  short_url: z.string(),
  order_id: text,
  expire_by: time,
  payments: z
    .union([
      z.array(z.object({ payment_id: z.string(), status: text })),
      z.object({ payment_id: z.string(), status: text }),
    ])
    .nullish()
    .transform((value) => (value ? [value].flat() : [])),
  notes,
});
export type RazorpayPaymentLink = z.infer<typeof RazorpayPaymentLink>;

export const RazorpayRefund = z.object({
  id: z.string(),
  payment_id: z.string(),
  amount,
  currency: z.string(),
  status: z.enum(["pending", "processed", "failed"]),
  receipt: text,
  notes,
});
export type RazorpayRefund = z.infer<typeof RazorpayRefund>;

export const RazorpayDispute = z.object({
  id: z.string(),
  payment_id: z.string(),
  amount,
  amount_deducted: amountOrZero,
  currency: z.string(),
  reason_code: text,
  respond_by: time,
  status: z.enum(["open", "under_review", "won", "lost", "closed"]),
  phase: text,
});
export type RazorpayDispute = z.infer<typeof RazorpayDispute>;

export const RazorpayInvoice = z.object({
  id: z.string(),
  status: z.string(),
  subscription_id: text,
  payment_id: text,
  order_id: text,
  customer_id: text,
  amount,
  currency: z.string(),
  billing_start: time,
  billing_end: time,
  issued_at: time,
  paid_at: time,
});
export type RazorpayInvoice = z.infer<typeof RazorpayInvoice>;

export const RazorpaySettlement = z.object({ id: z.string(), amount, status: z.string(), created_at: time });
export type RazorpaySettlement = z.infer<typeof RazorpaySettlement>;

/** One row of what was settled on a day: a payment less its fee, or what was taken back. */
export const RazorpaySettled = z.object({
  entity_id: z.string(),
  type: z.string(),
  debit: amountOrZero,
  credit: amountOrZero,
  amount,
  fee: amountOrZero,
  tax: amountOrZero,
  settlement_id: text,
});
export type RazorpaySettled = z.infer<typeof RazorpaySettled>;

/** The answer to a recurring debit names its payment, and nothing else that one can rely on. */
export const RecurringAnswer = z
  .object({ razorpay_payment_id: z.string() })
  .transform(({ razorpay_payment_id }) => ({ id: razorpay_payment_id }));

/** A list; that of payment links alone names its items after what they are. */
export const listOf = <S extends z.ZodType>(entity: S) =>
  z
    .union([z.object({ items: z.array(entity) }), z.object({ payment_links: z.array(entity) })])
    .transform((list) => ("items" in list ? list.items : list.payment_links) as z.infer<S>[]);
