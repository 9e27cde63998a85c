import { micros } from "../kernel/money.ts";
import { type Adjustment, changed } from "./adjust.ts";
import type {
  Answer,
  Books,
  Counter,
  Demand,
  Draw,
  Grant,
  Held,
  HeldCounter,
  Hold,
  HoldRow,
  Operation,
  Outcome,
  Refusal,
  Standing,
  ThresholdPassed,
} from "./books.ts";
import { type Desk, openDesk, type Settled } from "./desk.ts";
import { draw } from "./grants.ts";
import { adjustedAtList, atMost, settledAtList } from "./tiered.ts";

/** What a batch of operations comes to: an answer for each, in order, and the rows that are to be saved. */
export interface Decision<E> {
  readonly answers: readonly Answer[];
  readonly grants: readonly Grant[];
  readonly counters: readonly Counter[];
  readonly holds: readonly HoldRow[];
  readonly settled: readonly Settled<E>[];
  readonly passed: readonly ThresholdPassed[];
}

/**
 * The rule that money depends on: (rows, operations in order) → (changed rows, answers). Pure, and the same for both
 * engines. What it keeps true, whatever comes: used + held never passes a grant, placing never takes a hard limit over its
 * amount, what is released is what was not used, and each hold ends once.
 */
export function decide<E>(books: Books, operations: readonly Operation<E>[]): Decision<E> {
  const desk = openDesk<E>(books);
  const answers = operations.map((operation) => apply(desk, operation));
  return {
    answers,
    grants: [...desk.changed.grants].map((id) => desk.grant(id)!),
    counters: [...desk.changed.counters].map((id) => desk.counters.get(id)!),
    holds: [...desk.changed.holds].map((id) => desk.holds.get(id)!),
    settled: desk.settled,
    passed: desk.passed,
  };
}

function apply<E>(desk: Desk<E>, operation: Operation<E>): Answer {
  switch (operation.kind) {
    case "place":
      return place(desk, operation);
    case "extend":
      return extend(desk, operation);
    case "settle":
      return settle(desk, operation);
    case "release":
      return release(desk, operation);
    case "checkpoint":
      return checkpoint(desk, operation);
  }
}

type Of<E, K extends Operation<E>["kind"]> = Extract<Operation<E>, { kind: K }>;

/** Holds everything that the request may need at most, or refuses and changes nothing. */
function place<E>(desk: Desk<E>, { ticket, needs: atList, demands, tiering }: Of<E, "place">): Answer {
  const known = desk.holds.get(ticket.id);
  if (known) return { kind: "placed", hold: known, standings: standingsOf(desk, demands) };
  const needs = atMost(desk, tiering, atList);

  const blocking = ticket.observe
    ? undefined
    : demands.find((demand) => demand.hard && needs[demand.counter.metric] > remainingOf(desk, demand));
  if (blocking) return { kind: "refused", refusal: limitRefusal(desk, blocking, needs[blocking.counter.metric]) };

  const needed = micros(needs.spend_micros);
  const { draws, missing } = draw(desk.grantsOf(ticket.customer_id), needed, ticket.admitted_at);
  if (missing > 0 && !ticket.observe) {
    return {
      kind: "refused",
      refusal: { by: "grants", needed_micros: needed, remaining_micros: micros(needed - missing) },
    };
  }

  const counters = demands.map((demand) => ({
    counter: demand.counter,
    amount: needs[demand.counter.metric],
    limit: limitOf(demand),
  }));
  for (const { grant_id, amount } of draws) desk.move(grant_id, { held: amount });
  for (const { counter, amount } of counters) desk.count(counter, { held: amount });
  if (tiering) desk.count(tiering.counter, { held: atList.spend_micros });
  const tiered = tiering ? { tiered: { ...tiering, amount: atList.spend_micros } } : {};
  const hold: Hold = { ...ticket, held: { draws, counters, ...tiered } };
  desk.save({ ...hold, state: "open", ended_at: null, checkpoint: null, outcome: null });
  return { kind: "placed", hold, standings: standingsOf(desk, demands) };
}

/**
 * Holds more for a call that goes on, as far as limits (as they stand now) and grants (as of its admission) allow, or refuses and
 * changes nothing. `needs` is the whole: asking twice takes once.
 */
function extend<E>(desk: Desk<E>, { hold, needs: atList, demands }: Of<E, "extend">): Answer {
  const known = desk.holds.get(hold.id);
  if (known?.state !== "open") return { kind: "over" };
  const needs = atMost(desk, known.held.tiered, atList);

  const parts = known.held.counters.map((part) => {
    const demand = demands.find(({ counter }) => counter.id === part.counter.id);
    return { part, demand, more: Math.max(0, needs[part.counter.metric] - part.amount) };
  });
  const blocking = known.observe
    ? undefined
    : parts.find(({ demand, more }) => more > 0 && demand?.hard && more > remainingOf(desk, demand));
  if (blocking) return { kind: "refused", refusal: limitRefusal(desk, blocking.demand!, blocking.more) };

  const held = known.held.draws.reduce((sum, { amount }) => sum + amount, 0);
  const more = micros(Math.max(0, needs.spend_micros - held));
  const { draws, missing } = draw(desk.grantsOf(known.customer_id), more, known.admitted_at);
  if (missing > 0 && !known.observe) {
    const remaining_micros = micros(more - missing);
    return { kind: "refused", refusal: { by: "grants", needed_micros: more, remaining_micros } };
  }

  for (const { grant_id, amount } of draws) desk.move(grant_id, { held: amount });
  const counters = parts.map(({ part, demand, more }) => {
    desk.count(part.counter, { held: more });
    return { counter: part.counter, amount: part.amount + more, limit: demand ? limitOf(demand) : part.limit };
  });
  const tiered = known.held.tiered && { ...known.held.tiered };
  if (tiered) {
    const further = Math.max(0, atList.spend_micros - tiered.amount);
    desk.count(tiered.counter, { held: further });
    tiered.amount += further;
  }
  const extended = {
    ...known,
    held: { draws: joined([...known.held.draws, ...draws]), counters, ...(tiered && { tiered }) },
  };
  desk.save(extended);
  return { kind: "extended", hold: extended };
}

/**
 * Turns a hold into what was really used. What was used beyond the hold is drawn from the grants while they last; what
 * nothing covers is the operator's, so a request's spend never passes what could be held for it.
 */
function settle<E>(desk: Desk<E>, { hold, used, event, at }: Of<E, "settle">): Answer {
  const known = desk.holds.get(hold.id);
  if (known && known.state !== "open") return { kind: "settled", outcome: known.outcome ?? NOTHING_DRAWN, again: true };

  // A settle carries its whole hold. Where the row is lost, so is what it held: then everything is drawn anew.
  const held = known?.held ?? nothingOf(hold.held);
  const tiered = settledAtList(desk, held, used.spend_micros);
  const owed = tiered?.owed ?? micros(used.spend_micros);
  const spendable = hold.observe ? owed : Math.min(owed, ...held.counters.map((part) => spendableUnder(desk, part)));
  const draws: Draw[] = [];
  let missing: number = spendable;
  for (const part of held.draws) {
    const taken = micros(Math.min(part.amount, missing));
    desk.move(part.grant_id, { held: -part.amount, used: taken });
    if (taken > 0) draws.push({ grant_id: part.grant_id, amount: taken });
    missing -= taken;
  }
  const further = draw(desk.grantsOf(hold.customer_id), missing, hold.admitted_at);
  for (const part of further.draws) desk.move(part.grant_id, { used: part.amount });

  const uncovered = hold.observe ? micros(0) : micros(owed - spendable + further.missing);
  const outcome: Outcome = {
    spend_micros: micros(owed - uncovered),
    uncovered_micros: uncovered,
    draws: joined([...draws, ...further.draws]),
    ...(tiered && { tiered: tiered.spend }),
  };
  const counted = { ...used, spend_micros: outcome.spend_micros };
  for (const part of held.counters) {
    const before = desk.counters.get(part.counter.id)?.used ?? 0;
    desk.count(part.counter, { held: -part.amount, used: counted[part.counter.metric] });
    notePassed(desk, part, before);
  }
  desk.save({ ...hold, held, checkpoint: known?.checkpoint ?? null, state: "settled", ended_at: at, outcome });
  desk.settled.push({ hold, outcome, event });
  return { kind: "settled", outcome, again: false };
}

/** Gives everything back: nothing was used. */
function release<E>(desk: Desk<E>, { hold, at }: Of<E, "release">): Answer {
  const known = desk.holds.get(hold.id);
  if (known?.state !== "open") return { kind: "done" };
  for (const { grant_id, amount } of known.held.draws) desk.move(grant_id, { held: -amount });
  for (const { counter, amount } of known.held.counters) desk.count(counter, { held: -amount });
  if (known.held.tiered) desk.count(known.held.tiered.counter, { held: -known.held.tiered.amount });
  desk.save({ ...known, state: "released", ended_at: at });
  return { kind: "done" };
}

/** Writes down how far a stream has come, for the case that this node dies. */
function checkpoint<E>(desk: Desk<E>, { hold, checkpoint }: Of<E, "checkpoint">): Answer {
  const known = desk.holds.get(hold.id);
  if (known?.state === "open") desk.save({ ...known, checkpoint });
  return { kind: "done" };
}

const NOTHING_DRAWN: Outcome = { spend_micros: micros(0), uncovered_micros: micros(0), draws: [] };

const nothingOf = ({ counters, tiered }: Held): Held => ({
  draws: [],
  counters: counters.map((part) => ({ ...part, amount: 0 })),
  ...(tiered && { tiered: { ...tiered, amount: 0 } }),
});

const remainingOf = <E>(desk: Desk<E>, { counter, amount }: Pick<Demand, "counter" | "amount">): number => {
  const { used, held } = desk.counters.get(counter.id) ?? { used: 0, held: 0 };
  return amount - used - held;
};

const limitOf = ({ counter: _, ...limit }: Demand): HeldCounter["limit"] => limit;

const standingsOf = <E>(desk: Desk<E>, demands: readonly Demand[]): Standing[] =>
  demands.map((demand) => ({ demand, remaining: Math.max(0, remainingOf(desk, demand)) }));

function limitRefusal<E>(desk: Desk<E>, demand: Demand, needed: number): Refusal {
  const { counter, limit_id, amount } = demand;
  return { by: "limit", limit_id, counter, amount, needed, remaining: Math.max(0, remainingOf(desk, demand)) };
}

/** What a call may come to under a hard limit of spend: what it holds of it, and what nobody else holds or has used. */
function spendableUnder<E>(desk: Desk<E>, { counter, amount, limit }: HeldCounter): number {
  if (counter.metric !== "spend_micros" || !limit?.hard) return Infinity;
  return amount + Math.max(0, remainingOf(desk, { counter, amount: limit.amount }));
}

/** Notes the shares of a limit that its counter has just reached: each once, because only one settlement takes it there. */
function notePassed<E>(desk: Desk<E>, { counter, limit }: HeldCounter, before: number): void {
  const used = desk.counters.get(counter.id)!.used;
  for (const threshold of limit?.alert_at ?? []) {
    const mark = limit!.amount * threshold;
    if (before < mark && used >= mark)
      desk.passed.push({ limit_id: limit!.limit_id, counter, threshold, amount: limit!.amount, used });
  }
}

/** One draw for each grant. */
function joined(draws: readonly Draw[]): Draw[] {
  const amounts = new Map<Draw["grant_id"], number>();
  for (const { grant_id, amount } of draws) amounts.set(grant_id, (amounts.get(grant_id) ?? 0) + amount);
  return [...amounts].map(([grant_id, amount]) => ({ grant_id, amount: micros(amount) }));
}

/**
 * Changes to what was settled before, in order: more is drawn of the grants, or less is given back to them. Pure like `decide`, and under
 * the same promise: no grant leaves its bounds.
 */
export function adjust(
  grants: Books["grants"],
  adjustments: readonly Adjustment[],
  counters: Books["counters"] = new Map(),
): { readonly grants: readonly Grant[]; readonly counters: readonly Counter[]; readonly outcomes: readonly Outcome[] } {
  const desk = openDesk<never>({ grants, counters, holds: new Map() });
  const outcomes = adjustments.map(({ customer_id, tiered, ...change }) => {
    const spend = tiered && adjustedAtList(desk, tiered, change.more);
    const outcome = changed(desk.grantsOf(customer_id), { ...change, more: spend?.owed ?? change.more });
    for (const { grant_id, amount } of outcome.draws) desk.move(grant_id, { used: amount });
    return spend ? { ...outcome, tiered: spend.spend } : outcome;
  });
  return {
    grants: [...desk.changed.grants].map((id) => desk.grant(id)!),
    counters: [...desk.changed.counters].map((id) => desk.counters.get(id)!),
    outcomes,
  };
}
