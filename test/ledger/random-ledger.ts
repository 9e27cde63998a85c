import { METRICS } from "../../src/kernel/metrics.ts";
import type { Books, Counter, Demand, Grant, Hold, HoldRow, HoldTicket, Operation } from "../../src/ledger/books.ts";
import type { Decision } from "../../src/ledger/decide.ts";
import { amountsOf, counterRefOf, demandOf, grantOf, NOW, spending, ticketOf } from "./sample.ts";

/** What happens to holds. */
export type Act = Extract<Operation<number>, { kind: "place" | "extend" | "settle" | "release" | "checkpoint" }>;

/** What a random operation is made of: whole numbers, so that a failing case shrinks to small ones. */
export type Dice = readonly [act: number, which: number, size: number, more: number, flags: number];
/** A grant: amount, priority, when it begins and ends, whose. */
export type GrantDice = readonly [amount: number, priority: number, starts: number, lasts: number, customer: number];

const CUSTOMERS = ["cus_1", "cus_2"] as const;
/** Counters of every metric, for two subjects; a limit may be hard for one request and soft for another. */
const COUNTERS = METRICS.flatMap((metric) => [
  counterRefOf(metric),
  counterRefOf(metric, { subject_id: "usr_1", id: `usr_1|${metric}` }),
]);

/** Everything that a database would hold, and the holds that callers still carry around. */
export interface State {
  readonly grants: ReadonlyMap<string, Grant>;
  readonly counters: ReadonlyMap<string, Counter>;
  readonly holds: ReadonlyMap<string, HoldRow>;
  readonly carried: readonly Hold[];
  readonly placed: number;
}

export const stateOf = (grants: readonly GrantDice[]): State => ({
  grants: new Map(grants.map((dice, i) => [`grt_${i}`, frozen(randomGrant(dice, i))])),
  counters: new Map(),
  holds: new Map(),
  carried: [],
  placed: 0,
});

function randomGrant([amount, priority, starts, lasts, customer]: GrantDice, index: number): Grant {
  return grantOf(`grt_${index}`, {
    ...{ amount, priority, customer_id: CUSTOMERS[customer % 2]! },
    starts_at: NOW + starts,
    expires_at: lasts % 4 === 0 ? null : NOW + starts + lasts,
  });
}

/** The operation that these dice mean now. */
export function operationOf(state: State, [act, which, size, more, flags]: Dice): Act {
  const hold = state.carried.length ? state.carried[which % state.carried.length]! : undefined;
  if (act < 5 || !hold) return randomPlace(state, which, size, more, flags);
  if (act < 9) {
    // Often a little less than was held, at times far more.
    const spend = flags % 5 === 0 ? size * 4 : size % (heldOf(hold) + 2);
    const used = amountsOf({ spend_micros: spend, input_tokens: more, output_tokens: size, total_tokens: size + more });
    return frozen({ kind: "settle", hold, used, event: which, at: NOW + size });
  }
  if (act < 10) return frozen({ kind: "release", hold, at: NOW + size });
  if (act < 11) return frozen({ kind: "checkpoint", hold, checkpoint: { size } });
  if (act < 13) return randomExtend(hold, which, size, more);
  // Nobody places again what was answered and then lost.
  if (!state.holds.has(hold.id)) return frozen({ kind: "release", hold, at: NOW });
  return frozen({ kind: "place", ticket: bareTicket(hold), needs: spending(size), demands: [] });
}

function randomPlace(state: State, which: number, size: number, more: number, flags: number): Act {
  const ticket = ticketOf(`${state.placed}-${which}`, {
    customer_id: CUSTOMERS[flags % 2]! as HoldTicket["customer_id"],
    observe: flags % 7 === 0,
    admitted_at: NOW + (which % 20),
  });
  const needs = amountsOf({ spend_micros: size, input_tokens: more, output_tokens: size, total_tokens: size + more });
  const demands: Demand[] = COUNTERS.filter((_, i) => (flags >> (i % 8)) & 1).map((counter, i) =>
    demandOf(counter.metric, counter.metric === "requests" ? 12 : 150 + ((which + i) % 3) * 100, {
      counter,
      hard: (more + i) % 4 !== 0,
    }),
  );
  return frozen({ kind: "place", ticket, needs, demands });
}

/** Demands again what it was placed under, and at times forgets one, or finds a limit changed. */
function randomExtend(hold: Hold, which: number, size: number, more: number): Act {
  const spend_micros = heldOf(hold) + (size % 30);
  const needs = amountsOf({ spend_micros, input_tokens: more, output_tokens: size, total_tokens: size + more });
  const demands: Demand[] = hold.held.counters
    .filter((_, i) => (which + i) % 9 !== 0)
    .map(({ counter, limit }) =>
      demandOf(counter.metric, limit!.amount + (which % 3) * 20 - 20, { ...limit, counter }),
    );
  return frozen({ kind: "extend", hold, needs, demands });
}

const bareTicket = ({ held: _, ...ticket }: Hold): HoldTicket => ticket;
const heldOf = (hold: Hold) => hold.held.draws.reduce((sum, { amount }) => sum + amount, 0);

/** The books of a batch, as the store loads them: only its customers' grants with something left, only its counters. */
export function booksFor(state: State, operations: readonly Act[]): Books {
  const customers = new Set(operations.map((op) => (op.kind === "place" ? op.ticket : op.hold).customer_id));
  const ids = operations.map((op) => (op.kind === "place" ? op.ticket : op.hold).id);
  const refs = operations.flatMap((op) =>
    op.kind === "place"
      ? op.demands.map(({ counter }) => counter)
      : op.hold.held.counters.map(({ counter }) => counter),
  );
  const grants = [...state.grants.values()].filter(
    (grant) => customers.has(grant.customer_id) && grant.used < grant.amount,
  );
  return {
    grants: Map.groupBy(grants, (grant) => grant.customer_id),
    counters: new Map(refs.map((ref) => [ref.id, state.counters.get(ref.id) ?? frozen({ ...ref, used: 0, held: 0 })])),
    holds: new Map(ids.flatMap((id) => (state.holds.has(id) ? [[id, state.holds.get(id)!] as const] : []))),
  };
}

/** The state after a decision; where the commit was lost, nothing was saved but the callers carry their holds all the same. */
export function after(state: State, decision: Decision<number>, { lost }: { lost: boolean }): State {
  const placed = decision.answers.flatMap((answer) =>
    answer.kind === "placed" || answer.kind === "extended" ? [frozen(answer.hold)] : [],
  );
  const carried = [...new Map([...state.carried, ...placed].map((hold) => [hold.id, hold])).values()].slice(-12);
  const saved = <T extends { id: string }>(rows: ReadonlyMap<string, T>, changed: readonly T[]) =>
    lost ? rows : new Map([...rows, ...changed.map((row) => [row.id as string, frozen(row)] as const)]);
  return {
    grants: saved(state.grants, decision.grants),
    counters: saved(state.counters, decision.counters),
    holds: saved(state.holds, decision.holds),
    carried,
    placed: state.placed + 1,
  };
}

/** Frozen all the way down: whoever changes an input of `decide` throws. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
