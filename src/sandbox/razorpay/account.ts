import { createHmac } from "node:crypto";
import type { openAgenda } from "./agenda.ts";
import type * as e from "./entities.ts";
import { onWire } from "./entities.ts";
import { type Faults, openFaults } from "./faults.ts";
import { payLink } from "./links.ts";
import { register, setTokenStatus } from "./mandates.ts";
import { capture, payOrder, refund } from "./payments.ts";
import { found, type Knobs, type Shelf } from "./shelf.ts";
import { authenticate, cancel, changeMethod, pause, resume } from "./subscriptions.ts";
import { type Endpoint, type MadeEvent, openWebhooks, type WebhookFaults } from "./webhooks.ts";

export interface CheckoutAnswer {
  readonly razorpay_payment_id: string;
  readonly razorpay_signature: string;
  readonly razorpay_order_id?: string;
  readonly razorpay_subscription_id?: string;
}

/** A person's choice at Checkout: a way to pay, or how it fails (an `error_reason` of Razorpay's). */
export interface How {
  readonly method: e.PaymentMethod;
  readonly fail?: string;
}

export interface SandboxAccount {
  readonly id: string;
  readonly key_id: string;
  readonly key_secret: string;
  /** Where events go; replaces the former. Events that were made before keep the secret they were made with. */
  webhook(endpoint: Endpoint | null): void;
  /** What a person does, at Checkout, on hosted pages, in an app of the bank's. Rejects where Razorpay would refuse. */
  readonly person: {
    authenticate(subscriptionId: string, how: How): Promise<CheckoutAnswer>;
    pay(orderId: string, how: How & { mandateMaxPaise?: number; dummy?: boolean }): Promise<CheckoutAnswer>;
    payLink(linkId: string, how: How): Promise<CheckoutAnswer>;
    changeMethod(subscriptionId: string, how: { method: e.PaymentMethod }): Promise<CheckoutAnswer>;
    pauseSubscription(id: string): Promise<void>;
    resumeSubscription(id: string): Promise<void>;
    cancelSubscription(id: string): Promise<void>;
    pauseToken(id: string): Promise<void>;
    cancelToken(id: string): Promise<void>;
  };
  /** What becomes of the next automatic charges of a subscription or a token: `ok`, or an `error_reason`. Past the list: `ok`. */
  outcomes(subscriptionOrTokenId: string, list: readonly string[]): void;
  /** What happens at the merchant's dashboard, or on the bank's side. */
  readonly dashboard: {
    refund(paymentId: string, amountPaise?: number): Promise<e.Refund>;
    dispute(paymentId: string, options?: { amountPaise?: number; phase?: string }): Promise<e.Dispute>;
    resolveDispute(disputeId: string, outcome: "won" | "lost" | "closed"): Promise<void>;
    /** A payment that had failed turns out to be authorised. */
    lateCapture(paymentId: string): Promise<void>;
  };
  readonly faults: Faults;
  readonly webhookFaults: WebhookFaults;
  readonly knobs: Knobs;
  /** The truth. */
  readonly books: {
    subscriptions(): readonly e.Subscription[];
    invoices(): readonly e.Invoice[];
    orders(): readonly e.Order[];
    payments(): readonly e.Payment[];
    refunds(): readonly e.Refund[];
    tokens(): readonly e.Token[];
    links(): readonly e.PaymentLink[];
    disputes(): readonly e.Dispute[];
    events(): readonly MadeEvent[];
    totals(): { captured_paise: number; refunded_paise: number; deducted_paise: number; fees_paise: number };
  };
}

export interface OpenAccount {
  readonly account: SandboxAccount;
  readonly shelf: Shelf;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** One merchant account: its shelf, and what people and the world do to it. `random` is seeded, so that a run can be told again. */
export function openAccount(options: {
  readonly key_id: string;
  readonly key_secret: string;
  readonly random: () => number;
  readonly nowMs: () => number;
  readonly agenda: ReturnType<typeof openAgenda>;
  readonly base: () => string;
}): OpenAccount {
  const { key_id, key_secret, random, nowMs, agenda, base } = options;
  const letters = () => Array.from({ length: 14 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
  const id = `acc_${letters()}`;
  const webhooks = openWebhooks({ account_id: id, agenda, now: nowMs, newId: letters });
  const shelf: Shelf = {
    ...{ account_id: id, base, agenda, webhooks, random },
    now: () => Math.floor(nowMs() / 1_000),
    newId: (prefix) => `${prefix}_${letters()}`,
    at: (time, task) => agenda.add(time * 1_000, task),
    emit: (type, entities) => webhooks.emit(type, entities),
    ...{ customers: new Map(), plans: new Map(), subscriptions: new Map(), schedules: new Map(), invoices: new Map() },
    ...{ orders: new Map(), payments: new Map(), tokens: new Map(), mandates: new Map(), links: new Map() },
    ...{ refunds: new Map(), disputes: new Map() },
    knobs: { listLagSeconds: 0, uniqueReceipts: false, authenticatedEvent: true, failRefunds: 0 },
  };
  const signed = (message: string) => createHmac("sha256", key_secret).update(message).digest("hex");
  const subscriptionAnswer = (subscriptionId: string, payment: e.Payment): CheckoutAnswer => ({
    razorpay_payment_id: payment.id,
    razorpay_subscription_id: subscriptionId,
    razorpay_signature: signed(`${payment.id}|${subscriptionId}`),
  });
  const succeeded = (payment: e.Payment): e.Payment => {
    if (payment.status === "failed" && payment.error_reason !== "upi_dummy_payment")
      throw new Error(`the payment failed: ${payment.error_reason}`);
    return payment;
  };
  const subscription = (subscriptionId: string) => found(shelf.subscriptions, subscriptionId);

  const account: SandboxAccount = {
    ...{ id, key_id, key_secret, knobs: shelf.knobs, faults: openFaults(), webhookFaults: webhooks.faults },
    webhook(endpoint) {
      webhooks.endpoint = endpoint;
    },
    person: {
      authenticate: async (subscriptionId, how) =>
        subscriptionAnswer(subscriptionId, succeeded(authenticate(shelf, subscription(subscriptionId), how))),
      async pay(orderId, how) {
        const order = found(shelf.orders, orderId);
        const payment = succeeded(order.token ? register(shelf, order, how) : payOrder(shelf, order, how));
        return {
          ...{ razorpay_payment_id: payment.id, razorpay_order_id: orderId },
          razorpay_signature: signed(`${orderId}|${payment.id}`),
        };
      },
      async payLink(linkId, how) {
        const link = found(shelf.links, linkId);
        const payment = succeeded(payLink(shelf, link, how));
        return {
          razorpay_payment_id: payment.id,
          razorpay_signature: signed(`${link.id}|${link.reference_id}|${link.status}|${payment.id}`),
        };
      },
      changeMethod: async (subscriptionId, { method }) =>
        subscriptionAnswer(subscriptionId, succeeded(changeMethod(shelf, subscription(subscriptionId), method))),
      pauseSubscription: async (subscriptionId) => pause(shelf, subscription(subscriptionId), "customer"),
      resumeSubscription: async (subscriptionId) => resume(shelf, subscription(subscriptionId), "customer"),
      cancelSubscription: async (subscriptionId) =>
        cancel(shelf, subscription(subscriptionId), { atEnd: false, by: "customer" }),
      pauseToken: async (tokenId) => setTokenStatus(shelf, found(shelf.tokens, tokenId), "paused"),
      cancelToken: async (tokenId) => setTokenStatus(shelf, found(shelf.tokens, tokenId), "cancelled"),
    },
    outcomes(owner, list) {
      const of = shelf.schedules.get(owner) ?? found(shelf.mandates, owner);
      of.outcomes = [...list];
    },
    dashboard: {
      refund: async (paymentId, amountPaise) => {
        const payment = found(shelf.payments, paymentId);
        const amount = amountPaise ?? payment.amount - payment.amount_refunded;
        return refund(shelf, payment, { amount, notes: {}, receipt: null });
      },
      async dispute(paymentId, { amountPaise, phase = "chargeback" } = {}) {
        const payment = found(shelf.payments, paymentId);
        const dispute: e.Dispute = {
          ...{
            id: shelf.newId("disp"),
            entity: "dispute",
            payment_id: paymentId,
            amount: amountPaise ?? payment.amount,
          },
          ...{ currency: payment.currency, amount_deducted: 0, reason_code: "goods_or_services_not_received", phase },
          ...{ respond_by: shelf.now() + 10 * 86_400, status: "open", created_at: shelf.now() },
        };
        shelf.disputes.set(dispute.id, dispute);
        shelf.emit("payment.dispute.created", { payment: onWire(payment), dispute });
        return dispute;
      },
      async resolveDispute(disputeId, outcome) {
        const dispute = found(shelf.disputes, disputeId);
        Object.assign(dispute, { status: outcome, amount_deducted: outcome === "lost" ? dispute.amount : 0 });
        const payment = found(shelf.payments, dispute.payment_id);
        shelf.emit(`payment.dispute.${outcome}`, { payment: onWire(payment), dispute });
      },
      async lateCapture(paymentId) {
        capture(shelf, found(shelf.payments, paymentId));
      },
    },
    books: {
      subscriptions: () => [...shelf.subscriptions.values()],
      invoices: () => [...shelf.invoices.values()],
      orders: () => [...shelf.orders.values()],
      payments: () => [...shelf.payments.values()],
      refunds: () => [...shelf.refunds.values()],
      tokens: () => [...shelf.tokens.values()],
      links: () => [...shelf.links.values()],
      disputes: () => [...shelf.disputes.values()],
      events: () => webhooks.events,
      totals() {
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        const taken = [...shelf.payments.values()].filter(({ captured_at }) => captured_at !== null);
        return {
          captured_paise: sum(taken.map(({ amount }) => amount)),
          refunded_paise: sum(taken.map(({ amount_refunded }) => amount_refunded)),
          deducted_paise: sum([...shelf.disputes.values()].map(({ amount_deducted }) => amount_deducted)),
          fees_paise: sum(taken.map(({ fee }) => fee ?? 0)),
        };
      },
    },
  };
  return { account, shelf };
}
