import RazorpaySdk from "razorpay";
import type { z } from "zod";
import type { AccountId } from "../../db/schema/sellers.ts";
import { SECOND } from "../../kernel/clock.ts";
import * as entity from "./entities.ts";
import { failureOf, RazorpayUnreachable } from "./errors.ts";
import { isSignedCheckout } from "./signatures.ts";

type Body = Readonly<Record<string, unknown>>;

/**
 * One account at Razorpay. Every answer is checked. A call rejects with RazorpayRefusal (it answered no) or RazorpayUnreachable (whether it
 * happened is unknown). Reads are tried again; what creates something never is: that is the outbox's to decide.
 */
export interface Razorpay {
  readonly account_id: AccountId;
  readonly key_id: string;
  /** Whether Checkout's answer is theirs; see `checkoutMessage`. */
  verifyCheckout(message: string, signature: string): boolean;

  createCustomer(body: Body): Promise<entity.RazorpayCustomer>;
  listTokens(customer_id: string): Promise<entity.RazorpayToken[]>;
  fetchToken(customer_id: string, token_id: string): Promise<entity.RazorpayToken>;
  cancelToken(customer_id: string, token_id: string): Promise<void>;

  createPlan(body: Body): Promise<entity.RazorpayPlan>;
  fetchPlan(id: string): Promise<entity.RazorpayPlan>;
  createSubscription(body: Body): Promise<entity.RazorpaySubscription>;
  fetchSubscription(id: string): Promise<entity.RazorpaySubscription>;
  listSubscriptions(query: { readonly plan_id?: string } & ListQuery): Promise<entity.RazorpaySubscription[]>;
  cancelSubscription(id: string, options: { readonly at_cycle_end: boolean }): Promise<entity.RazorpaySubscription>;
  pauseSubscription(id: string): Promise<entity.RazorpaySubscription>;
  resumeSubscription(id: string): Promise<entity.RazorpaySubscription>;
  fetchInvoice(id: string): Promise<entity.RazorpayInvoice>;
  listInvoices(query: { readonly subscription_id: string } & ListQuery): Promise<entity.RazorpayInvoice[]>;

  createOrder(body: Body): Promise<entity.RazorpayOrder>;
  fetchOrder(id: string): Promise<entity.RazorpayOrder>;
  listOrders(query: { readonly receipt?: string } & ListQuery): Promise<entity.RazorpayOrder[]>;
  paymentsOfOrder(id: string): Promise<entity.RazorpayPayment[]>;
  /** A debit of a mandate; answers the payment's id. */
  createRecurringPayment(body: Body): Promise<{ readonly id: string }>;
  listPayments(query: ListQuery): Promise<entity.RazorpayPayment[]>;
  fetchPayment(id: string): Promise<entity.RazorpayPayment>;
  /** The one call that Razorpay does once for a key of ours, however often it is sent. */
  refundPayment(id: string, body: Body, idempotencyKey: string): Promise<entity.RazorpayRefund>;
  refundsOfPayment(id: string): Promise<entity.RazorpayRefund[]>;
  listRefunds(query: ListQuery): Promise<entity.RazorpayRefund[]>;
  fetchRefund(id: string): Promise<entity.RazorpayRefund>;

  createPaymentLink(body: Body): Promise<entity.RazorpayPaymentLink>;
  fetchPaymentLink(id: string): Promise<entity.RazorpayPaymentLink>;
  listPaymentLinks(query: { readonly reference_id?: string }): Promise<entity.RazorpayPaymentLink[]>;
  cancelPaymentLink(id: string): Promise<entity.RazorpayPaymentLink>;
  listDisputes(query: ListQuery): Promise<entity.RazorpayDispute[]>;
  fetchDispute(id: string): Promise<entity.RazorpayDispute>;
  listSettlements(query: ListQuery): Promise<entity.RazorpaySettlement[]>;
  /** What was settled on a day, or without it in a month, in India's time; a thousand rows a page. */
  listSettled(query: SettledQuery): Promise<entity.RazorpaySettled[]>;
}

export interface SettledQuery {
  readonly year: number;
  readonly month: number;
  readonly day?: number;
  readonly count: number;
  readonly skip: number;
}

export interface ListQuery {
  readonly from?: number;
  readonly to?: number;
  readonly count?: number;
  readonly skip?: number;
}

export interface RazorpayOptions {
  readonly account_id: AccountId;
  readonly key_id: string;
  readonly key_secret: string;
  readonly base_url: string;
  /** How long a call that changes something may take, and so how long nobody knows whether it happened. */
  readonly writeMs?: number;
}

const READ_MS = 10 * SECOND;
const WRITE_MS = 30 * SECOND;
const READS_MAX = 3;
const PAUSE_MS = 200;

/** What the SDK's axios instance is for us; the SDK's types leave it out. */
interface Http {
  defaults: { baseURL?: string; timeout?: number; maxRedirects?: number };
  request(config: {
    readonly method: string;
    readonly url: string;
    readonly params?: Body;
    readonly data?: Body;
    readonly headers?: Readonly<Record<string, string>>;
    readonly timeout: number;
    readonly validateStatus: () => boolean;
  }): Promise<{ status: number; data: unknown }>;
}

/**
 * The official SDK authenticates and holds the connection; its methods are left aside, because they lose what matters here: a network failure comes out of them as
 * a TypeError, the refund's idempotency header is dropped, and there is no time-out.
 */
export function openRazorpay({ account_id, key_id, key_secret, base_url, ...options }: RazorpayOptions): Razorpay {
  const { writeMs = WRITE_MS } = options;
  const sdk = new RazorpaySdk({ key_id, key_secret });
  const http = (sdk as unknown as { api: { rq: Http } }).api.rq;
  http.defaults.baseURL = base_url;
  http.defaults.maxRedirects = 0;

  const send = async <S extends z.ZodType>(
    schema: S,
    method: "GET" | "POST" | "PUT" | "PATCH",
    path: string,
    { params, data, headers }: { params?: Body; data?: Body; headers?: Record<string, string> } = {},
  ): Promise<z.infer<S>> => {
    const timeout = method === "GET" ? READ_MS : writeMs;
    const request = { method, url: `/v1${path}`, params, data, headers, timeout, validateStatus: () => true };
    const answer = await http.request(request).catch((cause: Error) => {
      throw new RazorpayUnreachable(`Razorpay could not be reached: ${cause.message}`, { cause });
    });
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer.status, answer.data);
    const parsed = schema.safeParse(answer.data);
    if (!parsed.success) {
      throw new RazorpayUnreachable(`Razorpay's answer to ${method} ${path} is not as documented`, {
        cause: parsed.error,
      });
    }
    return parsed.data;
  };
  const get = async <S extends z.ZodType>(schema: S, path: string, params?: object): Promise<z.infer<S>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(schema, "GET", path, { params: params as Body });
      } catch (error) {
        if (!(error instanceof RazorpayUnreachable) || attempt === READS_MAX) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2)));
      }
    }
  };
  const post = <S extends z.ZodType>(schema: S, path: string, data?: Body, headers?: Record<string, string>) =>
    send(schema, "POST", path, { data, headers });
  const { listOf } = entity;
  const whole = (query: ListQuery = {}) => ({ count: 100, ...query });
  const part = encodeURIComponent;

  return {
    account_id,
    key_id,
    verifyCheckout: (message, signature) => isSignedCheckout(message, signature, key_secret),

    createCustomer: (body) => post(entity.RazorpayCustomer, "/customers", body),
    listTokens: (id) => get(listOf(entity.RazorpayToken), `/customers/${part(id)}/tokens`),
    fetchToken: (id, token) => get(entity.RazorpayToken, `/customers/${part(id)}/tokens/${part(token)}`),
    cancelToken: async (id, token) => {
      await send(entity.RazorpayCustomer.partial(), "PUT", `/customers/${part(id)}/tokens/${part(token)}/cancel`);
    },

    createPlan: (body) => post(entity.RazorpayPlan, "/plans", body),
    fetchPlan: (id) => get(entity.RazorpayPlan, `/plans/${part(id)}`),
    createSubscription: (body) => post(entity.RazorpaySubscription, "/subscriptions", body),
    fetchSubscription: (id) => get(entity.RazorpaySubscription, `/subscriptions/${part(id)}`),
    listSubscriptions: (query) => get(listOf(entity.RazorpaySubscription), "/subscriptions", whole(query)),
    cancelSubscription: (id, { at_cycle_end }) =>
      post(
        entity.RazorpaySubscription,
        `/subscriptions/${part(id)}/cancel`,
        at_cycle_end ? { cancel_at_cycle_end: 1 } : undefined,
      ),
    pauseSubscription: (id) =>
      post(entity.RazorpaySubscription, `/subscriptions/${part(id)}/pause`, { pause_at: "now" }),
    resumeSubscription: (id) =>
      post(entity.RazorpaySubscription, `/subscriptions/${part(id)}/resume`, { resume_at: "now" }),
    fetchInvoice: (id) => get(entity.RazorpayInvoice, `/invoices/${part(id)}`),
    listInvoices: (query) => get(listOf(entity.RazorpayInvoice), "/invoices", whole(query)),

    createOrder: (body) => post(entity.RazorpayOrder, "/orders", body),
    fetchOrder: (id) => get(entity.RazorpayOrder, `/orders/${part(id)}`),
    listOrders: (query) => get(listOf(entity.RazorpayOrder), "/orders", whole(query)),
    paymentsOfOrder: (id) => get(listOf(entity.RazorpayPayment), `/orders/${part(id)}/payments`),
    createRecurringPayment: (body) => post(entity.RecurringAnswer, "/payments/create/recurring", body),
    listPayments: (query) => get(listOf(entity.RazorpayPayment), "/payments", whole(query)),
    fetchPayment: (id) => get(entity.RazorpayPayment, `/payments/${part(id)}`),
    refundPayment: (id, body, key) =>
      post(entity.RazorpayRefund, `/payments/${part(id)}/refund`, body, { "X-Refund-Idempotency": key }),
    refundsOfPayment: (id) => get(listOf(entity.RazorpayRefund), `/payments/${part(id)}/refunds`, whole()),
    listRefunds: (query) => get(listOf(entity.RazorpayRefund), "/refunds", whole(query)),
    fetchRefund: (id) => get(entity.RazorpayRefund, `/refunds/${part(id)}`),

    createPaymentLink: (body) => post(entity.RazorpayPaymentLink, "/payment_links", body),
    fetchPaymentLink: (id) => get(entity.RazorpayPaymentLink, `/payment_links/${part(id)}`),
    listPaymentLinks: (query) => get(listOf(entity.RazorpayPaymentLink), "/payment_links", query),
    cancelPaymentLink: (id) => post(entity.RazorpayPaymentLink, `/payment_links/${part(id)}/cancel`),
    listDisputes: (query) => get(listOf(entity.RazorpayDispute), "/disputes", whole(query)),
    fetchDispute: (id) => get(entity.RazorpayDispute, `/disputes/${part(id)}`),
    listSettlements: (query) => get(listOf(entity.RazorpaySettlement), "/settlements", whole(query)),
    listSettled: (query) => get(listOf(entity.RazorpaySettled), "/settlements/recon/combined", query),
  };
}
