import type { Tier, TieredSpend } from "../db/schema.ts";
import type { CustomerId, GrantId, KeyId, LimitId, RequestId, TenantId, UserId } from "../kernel/id.ts";
import type { Amounts, Metric } from "../kernel/metrics.ts";
import type { Micros } from "../kernel/money.ts";
import type { Window } from "../kernel/windows.ts";

/** The values that `decide` works on. Rows of the store have these shapes. */

/** An amount that may be spent. `amount ≥ used + held` at all times; what is left of that is free. */
export interface Grant {
  readonly id: GrantId;
  readonly customer_id: CustomerId;
  readonly priority: number;
  readonly amount: Micros;
  readonly used: Micros;
  readonly held: Micros;
  readonly starts_at: number;
  readonly expires_at: number | null;
}

/** Which counter is meant: a subject's use of one metric in one window, for one set of models. */
export interface CounterRef {
  readonly id: string;
  readonly tenant_id: TenantId;
  readonly subject_id: string;
  readonly metric: Metric;
  readonly window: Window;
  readonly models: string;
  readonly window_start: number;
  readonly window_end: number | null;
}

/** What a customer's spend at list has come to in a cycle: what graduated prices go by. It is nobody's limit. */
export interface TierCounterRef extends Omit<CounterRef, "metric"> {
  readonly metric: "list_micros";
}

export type Counter = (CounterRef | TierCounterRef) & { readonly used: number; readonly held: number };

/**
 * Graduated prices that bear on a request. What it needs and uses of `spend_micros` is at list then: what that comes to depends on how far
 * its cycle has come, which the counter knows.
 */
export interface Tiering {
  readonly counter: TierCounterRef;
  readonly tiers: readonly Tier[];
}

/** A limit as it bears on one request: the counter it goes by, and how far that may go. */
export interface Demand {
  readonly counter: CounterRef;
  readonly limit_id: LimitId;
  readonly amount: number;
  readonly hard: boolean;
  /** Shares of the amount at which an alert is due, such as 0.8. */
  readonly alert_at?: readonly number[];
}

/** What is held of one counter, and the demand that it was held under. */
export interface HeldCounter {
  readonly counter: CounterRef;
  readonly amount: number;
  readonly limit?: Omit<Demand, "counter">;
}

export interface Draw {
  readonly grant_id: GrantId;
  readonly amount: Micros;
}

/** Who and when of a hold; the same for its whole life. Everything about it is judged at `admitted_at`. */
export interface HoldTicket {
  /** The request's id: placing or settling it twice changes nothing. */
  readonly id: RequestId;
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId;
  readonly user_id: UserId | null;
  readonly key_id: KeyId | null;
  readonly node_id: string;
  /** Meter and never refuse (tenant.enforcement is `observe`). */
  readonly observe: boolean;
  readonly admitted_at: number;
  readonly expires_at: number;
  /** What recovery after a crash needs to price and record the request; opaque here. */
  readonly call: unknown;
}

/** What a hold holds: parts of grants, and of counters; under tiers, the spend at list that it may still come to. */
export interface Held {
  readonly draws: readonly Draw[];
  readonly counters: readonly HeldCounter[];
  readonly tiered?: Tiering & { readonly amount: number };
}

export interface Hold extends HoldTicket {
  readonly held: Held;
}

/** What became of a hold: the spend that its grants covered, how it was split, and what nothing covered. */
export interface Outcome {
  readonly spend_micros: Micros;
  readonly uncovered_micros: Micros;
  readonly draws: readonly Draw[];
  /** Where the plan has tiers: where the spend at list lay in its cycle. */
  readonly tiered?: TieredSpend | null;
}

/** A hold as stored. */
export interface HoldRow extends Hold {
  readonly state: "open" | "settled" | "released";
  readonly ended_at: number | null;
  readonly checkpoint: unknown;
  readonly outcome: Outcome | null;
}

/** The rows that a batch of operations is about. Grants are keyed by customer, with only those that have something left. */
export interface Books {
  readonly grants: ReadonlyMap<CustomerId, readonly Grant[]>;
  readonly counters: ReadonlyMap<string, Counter>;
  readonly holds: ReadonlyMap<RequestId, HoldRow>;
}

/** What is asked of the ledger. `E` is the event that is recorded with a settlement; the ledger passes it through. */
export type Operation<E> =
  | {
      readonly kind: "place";
      readonly ticket: HoldTicket;
      readonly needs: Amounts;
      readonly demands: readonly Demand[];
      readonly tiering?: Tiering | null;
    }
  /** Holds more for an open hold: `needs` is what it may need in all. */
  | { readonly kind: "extend"; readonly hold: Hold; readonly needs: Amounts; readonly demands: readonly Demand[] }
  | { readonly kind: "settle"; readonly hold: Hold; readonly used: Amounts; readonly event: E; readonly at: number }
  | { readonly kind: "release"; readonly hold: Hold; readonly at: number }
  | { readonly kind: "checkpoint"; readonly hold: Hold; readonly checkpoint: unknown };

export type Refusal =
  | { readonly by: "grants"; readonly needed_micros: Micros; readonly remaining_micros: Micros }
  | {
      readonly by: "limit";
      readonly limit_id: LimitId;
      readonly counter: CounterRef;
      readonly amount: number;
      readonly needed: number;
      readonly remaining: number;
    };

/** How a limit stands: what is left of it, holds counted as used. */
export interface Standing {
  readonly demand: Demand;
  readonly remaining: number;
}

/** A counter has reached a share of its limit at which an alert is due. */
export interface ThresholdPassed {
  readonly limit_id: LimitId;
  readonly counter: CounterRef;
  readonly threshold: number;
  readonly amount: number;
  readonly used: number;
}

export type Answer =
  | { readonly kind: "placed"; readonly hold: Hold; readonly standings: readonly Standing[] }
  | { readonly kind: "extended"; readonly hold: Hold }
  /** The hold has ended already: there is nothing to extend. */
  | { readonly kind: "over" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** `again`: it was settled before, and this changed nothing. */
  | { readonly kind: "settled"; readonly outcome: Outcome; readonly again: boolean }
  | { readonly kind: "done" };
