import type { Act } from "./due.ts";
import type * as e from "./entities.ts";
import { malformedId, unknownId } from "./refusal.ts";
import type { Webhooks } from "./webhooks.ts";

/** All that one merchant account has at Razorpay: plain data, which can be written down. */
export interface Books {
  readonly customers: Map<string, e.Customer>;
  readonly plans: Map<string, e.Plan>;
  readonly subscriptions: Map<string, e.Subscription>;
  readonly schedules: Map<string, e.Schedule>;
  readonly addons: Map<string, e.Addon>;
  readonly invoices: Map<string, e.Invoice>;
  readonly orders: Map<string, e.Order>;
  readonly payments: Map<string, e.Payment>;
  readonly tokens: Map<string, e.Token>;
  readonly mandates: Map<string, e.Mandate>;
  readonly links: Map<string, e.PaymentLink>;
  readonly refunds: Map<string, e.Refund>;
  readonly disputes: Map<string, e.Dispute>;
  readonly movements: Map<string, e.Movement>;
  readonly settlements: Map<string, e.Settlement>;
  /** What was asked for under which idempotency key, and which refund it became. */
  readonly refundKeys: Map<string, { readonly body: string; readonly refund_id: string }>;
}

export const BOOKS = [
  ...(["customers", "plans", "subscriptions", "schedules", "addons", "invoices", "orders", "payments"] as const),
  ...(["tokens", "mandates", "links", "refunds", "disputes", "movements", "settlements", "refundKeys"] as const),
] as const satisfies readonly (keyof Books)[];

export const emptyBooks = (): Books => ({
  ...{ customers: new Map(), plans: new Map(), subscriptions: new Map(), schedules: new Map(), addons: new Map() },
  ...{ invoices: new Map(), orders: new Map(), payments: new Map(), tokens: new Map(), mandates: new Map() },
  ...{ links: new Map(), refunds: new Map(), disputes: new Map(), movements: new Map(), settlements: new Map() },
  refundKeys: new Map(),
});

/** One merchant account and the ways to act on it: what the parts of the simulator share. */
export interface Shelf extends Books {
  readonly account_id: string;
  readonly base: () => string;
  /** Unix seconds of the moment that is being lived. */
  now(): number;
  readonly webhooks: Webhooks;
  readonly random: () => number;
  /** Fourteen letters, behind a prefix where one is given. */
  newId(prefix?: string): string;
  /** Has something done at a time (Unix seconds). */
  at(time: number, act: Act, ...args: string[]): void;
  readonly emit: Emit;
  readonly knobs: Knobs;
}

export type Emit = (type: string, entities: Record<string, object>) => void;

/** How this account behaves where Razorpay's accounts differ or its documents contradict each other, and what goes wrong on its side. */
export interface Knobs {
  /** Lists leave out what is younger than this. */
  listLagSeconds: number;
  /** Whether a second order with the same receipt is refused. */
  uniqueReceipts: boolean;
  /** Whether `subscription.authenticated` is sent for a start in the future. */
  authenticatedEvent: boolean;
  /** Whether the invoice in an event says which subscription it is of. */
  invoiceEventSubscription: boolean;
  /** Of the next refunds so many fail. */
  failRefunds: number;
  /** By whom add-ons can be paid: cards from abroad, or nobody. */
  addonMethods: readonly e.PaymentMethod[];
  /** What UPI and Indian cards are charged without their owner at most. */
  unattendedMaxPaise: number;
  dailyIntervalMin: number;
  longestYears: number;
  /** Whether a debit's answer names its order, with a signature, beside its payment. */
  recurringAnswersAll: boolean;
  /** Whether Recurring Payments were activated. */
  recurring: boolean;
  /** Of the next notices before a debit so many do not arrive. */
  failNotices: number;
  /** Of the next settlements so many bring only the first half of what is due. */
  partialSettlements: number;
  /** By so many paise the fee in a settlement differs from the payment's own. */
  settledFeeOffPaise: number;
  /** By so many paise the next settlement is less than its rows come to. */
  settlementShortPaise: number;
  /** Whether an endpoint that took nothing for a day is switched off. */
  disableFailingEndpoint: boolean;
}

export const usualKnobs = (): Knobs => ({
  ...{ listLagSeconds: 0, uniqueReceipts: false, authenticatedEvent: true, invoiceEventSubscription: false },
  ...{ failRefunds: 0, addonMethods: ["card_international"], unattendedMaxPaise: 1_500_000, dailyIntervalMin: 7 },
  ...{ longestYears: 100, recurringAnswersAll: false, recurring: true, failNotices: 0, partialSettlements: 0 },
  ...{ settledFeeOffPaise: 0, settlementShortPaise: 0, disableFailingEndpoint: true },
});

/** Razorpay says no in other words to what cannot be an id than to what is none of its own. */
export function found<T>(map: ReadonlyMap<string, T>, id: string): T {
  const entity = map.get(id);
  if (entity) return entity;
  throw /^[a-z]+_[A-Za-z0-9]{14}$/.test(id) ? unknownId() : malformedId(id);
}
