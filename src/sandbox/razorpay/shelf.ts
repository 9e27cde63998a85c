import type { Agenda } from "./agenda.ts";
import type * as e from "./entities.ts";
import { unknownId } from "./refusal.ts";
import type { Webhooks } from "./webhooks.ts";

/** Everything one merchant account has, and the ways to act on it: what the parts of the simulator share. */
export interface Shelf {
  readonly account_id: string;
  readonly base: () => string;
  /** Unix seconds of the moment that is being lived. */
  now(): number;
  readonly agenda: Agenda;
  readonly webhooks: Webhooks;
  readonly random: () => number;
  newId(prefix: string): string;
  /** Does something at a time (Unix seconds). */
  at(time: number, task: () => void): void;
  emit(type: string, entities: Record<string, object>): void;

  readonly customers: Map<string, e.Customer>;
  readonly plans: Map<string, e.Plan>;
  readonly subscriptions: Map<string, e.Subscription>;
  readonly schedules: Map<string, e.Schedule>;
  readonly invoices: Map<string, e.Invoice>;
  readonly orders: Map<string, e.Order>;
  readonly payments: Map<string, e.Payment>;
  readonly tokens: Map<string, e.Token>;
  readonly mandates: Map<string, e.Mandate>;
  readonly links: Map<string, e.PaymentLink>;
  readonly refunds: Map<string, e.Refund>;
  readonly disputes: Map<string, e.Dispute>;
  readonly knobs: Knobs;
}

/** How this account behaves where Razorpay's accounts differ, or where things go wrong on its side. */
export interface Knobs {
  /** Lists leave out what is younger than this. */
  listLagSeconds: number;
  /** Whether a second order with the same receipt is refused. */
  uniqueReceipts: boolean;
  /** Whether `subscription.authenticated` is sent for a start in the future. */
  authenticatedEvent: boolean;
  /** Of the next refunds so many fail. */
  failRefunds: number;
}

export function found<T>(map: ReadonlyMap<string, T>, id: string): T {
  const entity = map.get(id);
  if (!entity) throw unknownId();
  return entity;
}
