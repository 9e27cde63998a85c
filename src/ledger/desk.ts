import type { CustomerId, RequestId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type {
  Books,
  Counter,
  CounterRef,
  Grant,
  Hold,
  HoldRow,
  Outcome,
  ThresholdPassed,
  TierCounterRef,
} from "./books.ts";

/** A settlement that happened now (not again), with the event that is to be recorded with it. */
export interface Settled<E> {
  readonly hold: Hold;
  readonly outcome: Outcome;
  readonly event: E;
}

/** The rows as they stand while a batch is decided: copies, so that the books that came in stay as they were. */
export interface Desk<E> {
  readonly counters: Map<string, Counter>;
  readonly holds: Map<RequestId, HoldRow>;
  readonly settled: Settled<E>[];
  readonly passed: ThresholdPassed[];
  readonly changed: { readonly grants: Set<string>; readonly counters: Set<string>; readonly holds: Set<RequestId> };
  grant(id: string): Grant | undefined;
  grantsOf(customer: CustomerId): readonly Grant[];
  move(grant: string, by: { used?: number; held?: number }): void;
  count(counter: CounterRef | TierCounterRef, by: { used?: number; held?: number }): void;
  save(hold: HoldRow): void;
}

export function openDesk<E>(books: Books): Desk<E> {
  const grants = new Map([...books.grants.values()].flat().map((grant) => [grant.id as string, grant]));
  const counters = new Map(books.counters);
  const holds = new Map(books.holds);
  const changed = { grants: new Set<string>(), counters: new Set<string>(), holds: new Set<RequestId>() };

  return {
    counters,
    holds,
    changed,
    settled: [],
    passed: [],
    grant: (id) => grants.get(id),
    grantsOf: (customer) => (books.grants.get(customer) ?? []).map((grant) => grants.get(grant.id)!),
    move(id, { used = 0, held = 0 }) {
      const grant = grants.get(id);
      if (!grant) throw new Error(`the grant ${id} of a hold is not in its books`);
      const moved = { ...grant, used: micros(grant.used + used), held: micros(grant.held + held) };
      assertWithin(moved);
      grants.set(id, moved);
      changed.grants.add(id);
    },
    count(ref, { used = 0, held = 0 }) {
      const counter = counters.get(ref.id) ?? { ...ref, used: 0, held: 0 };
      counters.set(ref.id, { ...counter, used: counter.used + used, held: Math.max(0, counter.held + held) });
      changed.counters.add(ref.id);
    },
    save(hold) {
      holds.set(hold.id, hold);
      changed.holds.add(hold.id);
    },
  };
}

function assertWithin({ id, amount, used, held }: Grant & { amount: Micros }): void {
  if (used >= 0 && held >= 0 && used + held <= amount) return;
  throw new Error(`grant ${id} would be out of balance: ${used} used + ${held} held of ${amount}`);
}
