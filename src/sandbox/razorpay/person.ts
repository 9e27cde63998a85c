import { createHmac } from "node:crypto";
import type { Payment } from "./entities.ts";
import { orderOfLink } from "./links.ts";
import { type Registering, register, setTokenStatus } from "./mandates.ts";
import { type How, payInvoice, payOrder } from "./paying.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";
import { changeMethod } from "./subscriptions/method.ts";
import { type Approval, authenticate } from "./subscriptions/start.ts";
import { cancel, pause, resume } from "./subscriptions/stop.ts";

export interface CheckoutAnswer {
  readonly razorpay_payment_id: string;
  readonly razorpay_signature: string;
  readonly razorpay_order_id?: string;
  readonly razorpay_subscription_id?: string;
}

/** What a person does, at Checkout, on hosted pages, in an app of the bank's. Rejects where Razorpay would refuse, or where the payment fails. */
export interface Person {
  authenticate(subscriptionId: string, how: Approval): Promise<CheckoutAnswer>;
  pay(orderId: string, how: Registering): Promise<CheckoutAnswer>;
  payLink(linkId: string, how: How): Promise<CheckoutAnswer>;
  /** On its hosted page: of the Invoices API, of a subscription that is behind, or of a registration link. */
  payInvoice(invoiceId: string, how: Registering): Promise<CheckoutAnswer>;
  changeMethod(subscriptionId: string, how: Approval): Promise<CheckoutAnswer>;
  pauseSubscription(id: string): Promise<void>;
  resumeSubscription(id: string): Promise<void>;
  cancelSubscription(id: string): Promise<void>;
  pauseToken(id: string): Promise<void>;
  resumeToken(id: string): Promise<void>;
  cancelToken(id: string): Promise<void>;
}

export function personOf(shelf: Shelf, key_secret: string): Person {
  const signed = (...parts: readonly string[]) =>
    createHmac("sha256", key_secret).update(parts.join("|")).digest("hex");
  const subscription = (id: string) => found(shelf.subscriptions, id);
  const token = (id: string) => found(shelf.tokens, id);
  const ofSubscription = (id: string, payment: Payment): CheckoutAnswer => {
    const { id: razorpay_payment_id } = succeeded(payment);
    const razorpay_signature = signed(razorpay_payment_id, id);
    return { razorpay_payment_id, razorpay_subscription_id: id, razorpay_signature };
  };

  return {
    authenticate: async (id, how) => ofSubscription(id, authenticate(shelf, subscription(id), how)),
    async pay(id, how) {
      const order = found(shelf.orders, id);
      const payment = succeeded(order.token ? register(shelf, order, how) : payOrder(shelf, order, how));
      const razorpay_signature = signed(id, payment.id);
      return { razorpay_payment_id: payment.id, razorpay_order_id: id, razorpay_signature };
    },
    async payLink(id, how) {
      const link = found(shelf.links, id);
      const description = `#${id.slice("plink_".length)}`;
      const payment = succeeded(payOrder(shelf, orderOfLink(shelf, link), how, { description, notes: link.notes }));
      const razorpay_signature = signed(id, link.reference_id, link.status, payment.id);
      return { razorpay_payment_id: payment.id, razorpay_signature };
    },
    async payInvoice(id, how) {
      const invoice = found(shelf.invoices, id);
      const order = shelf.orders.get(invoice.order_id ?? "");
      const payment = succeeded(
        order?.token && invoice.status === "issued"
          ? register(shelf, order, how, { invoice_id: id })
          : payInvoice(shelf, id, how),
      );
      const razorpay_signature = signed(id, invoice.receipt ?? "", invoice.status, payment.id);
      return { razorpay_payment_id: payment.id, razorpay_signature };
    },
    changeMethod: async (id, how) => ofSubscription(id, changeMethod(shelf, subscription(id), how)),
    pauseSubscription: async (id) => pause(shelf, subscription(id), "customer"),
    resumeSubscription: async (id) => resume(shelf, subscription(id), "customer"),
    cancelSubscription: async (id) => cancel(shelf, subscription(id), { atEnd: false, by: "customer" }),
    pauseToken: async (id) => setTokenStatus(shelf, token(id), "paused"),
    async resumeToken(id) {
      if (token(id).recurring_details.status !== "paused") throw new Refused("The token is not paused");
      setTokenStatus(shelf, token(id), "confirmed");
    },
    cancelToken: async (id) => setTokenStatus(shelf, token(id), "cancelled"),
  };
}

function succeeded(payment: Payment): Payment {
  if (payment.status === "failed" && payment.error_reason !== "upi_dummy_payment")
    throw new Error(`the payment failed: ${payment.error_reason}`);
  return payment;
}
