import { deepStrictEqual as same } from "node:assert/strict";
import type { Answer, Grant, HeldCounter, Hold, HoldRow } from "../../src/ledger/books.ts";
import type { Decision } from "../../src/ledger/decide.ts";
import type { Act, State } from "./random-ledger.ts";

/** What `decide` promises, said a second time and in another way than it is done there. Each throws where it is broken. */

export function must(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`broken: ${promise}`);
}

const sum = <T>(items: Iterable<T>, of: (item: T) => number): number => {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
};
const freeOf = (grant: Grant) => grant.amount - grant.used - grant.held;
const activeGrants = (state: State, { customer_id, admitted_at }: Pick<Hold, "customer_id" | "admitted_at">) =>
  [...state.grants.values()].filter(
    (grant) =>
      grant.customer_id === customer_id &&
      grant.starts_at <= admitted_at &&
      (grant.expires_at === null || admitted_at < grant.expires_at),
  );
const changesNothing = ({ grants, counters, holds, settled, passed }: Decision<number>) =>
  grants.length + counters.length + holds.length + settled.length + passed.length === 0;

type Of<K extends Act["kind"]> = Extract<Act, { kind: K }>;

/** `decision` is that of this operation alone, on the state before it. */
export function checkAnswer(before: State, operation: Act, decision: Decision<number>): void {
  if (operation.kind === "place") checkPlace(before, operation, decision);
  else if (operation.kind === "extend") checkExtend(before, operation, decision);
  else if (operation.kind === "settle") checkSettle(before, operation, decision);
  else must(decision.answers[0]!.kind === "done", "a release and a checkpoint are done");
}

function checkPlace(before: State, { ticket, needs, demands }: Of<"place">, decision: Decision<number>): void {
  const answer = decision.answers[0]!;
  if (before.holds.has(ticket.id)) {
    must(answer.kind === "placed" && changesNothing(decision), "placing again changes nothing");
    return;
  }
  const remaining = (demand: (typeof demands)[number]) => {
    const { used, held } = before.counters.get(demand.counter.id) ?? { used: 0, held: 0 };
    return demand.amount - used - held;
  };
  const blocked = demands.some((demand) => demand.hard && needs[demand.counter.metric] > remaining(demand));
  const free = sum(activeGrants(before, ticket), freeOf);
  const fits = ticket.observe || (!blocked && needs.spend_micros <= free);
  must(
    answer.kind === (fits ? "placed" : "refused"),
    "a hold is placed exactly where grants and hard limits have room",
  );
  if (answer.kind !== "placed") {
    must(changesNothing(decision), "a refusal changes nothing");
    return;
  }
  const held = sum(answer.hold.held.draws, ({ amount }) => amount);
  must(held === Math.min(needs.spend_micros, free), "a hold holds what is needed");
  for (const demand of demands) {
    const counter = decision.counters.find(({ id }) => id === demand.counter.id)!;
    const within = counter.used + counter.held <= demand.amount;
    must(within || !demand.hard || ticket.observe, "placing never takes a hard limit over its amount");
  }
  checkTurns(before, answer.hold);
}

function checkTurns(before: State, hold: Hold): void {
  const turn = ({ priority, expires_at, id }: Grant) => [priority, expires_at ?? 1e15, id] as const;
  const inOrder = activeGrants(before, hold).sort((a, b) => {
    const [x, y] = [turn(a), turn(b)];
    return x[0] - y[0] || x[1] - y[1] || (x[2] < y[2] ? -1 : 1);
  });
  const drawn = new Map(hold.held.draws.map(({ grant_id, amount }) => [grant_id, amount]));
  let exhausted = true;
  for (const grant of inOrder) {
    const amount = drawn.get(grant.id) ?? 0;
    must(amount === 0 || exhausted, "no grant is drawn while one before it has something left");
    exhausted &&= amount === freeOf(grant);
    drawn.delete(grant.id);
  }
  must(drawn.size === 0, "only grants in force at admission are drawn");
}

function checkSettle(before: State, { hold, used }: Of<"settle">, decision: Decision<number>): void {
  const answer = decision.answers[0]!;
  const known = before.holds.get(hold.id);
  const ended = known !== undefined && known.state !== "open";
  must(answer.kind === "settled" && answer.again === ended, "a hold ends once");
  must(decision.settled.length === (ended ? 0 : 1), "an event is recorded once");
  if (ended || answer.kind !== "settled") {
    must(changesNothing(decision), "settling again changes nothing");
    return;
  }
  const { spend_micros, uncovered_micros, draws } = answer.outcome;
  const drawn = sum(draws, ({ amount }) => amount);
  must(spend_micros + uncovered_micros === used.spend_micros, "owed = spend + uncovered");
  must(hold.observe ? drawn <= spend_micros : drawn === spend_micros, "spend = sum of its draws");
  must(new Set(draws.map(({ grant_id }) => grant_id)).size === draws.length, "one draw for each grant");
  must(
    draws.every(({ amount }) => amount > 0),
    "no draw is empty",
  );
  const given = sum(known?.held.draws ?? [], ({ amount }) => amount);
  const freed = sum(decision.grants, (grant) => freeOf(grant) - freeOf(before.grants.get(grant.id)!));
  must(freed === given - drawn, "what is released is exactly what was not used");
  const now = (grant: Grant) => decision.grants.find(({ id }) => id === grant.id) ?? grant;
  const left = sum(activeGrants(before, hold), (grant) => freeOf(now(grant)));
  const limits = hold.observe ? [] : hardSpendLimits(known ?? hold);
  const total = ({ used, held }: { used: number; held: number }) => used + held;
  const afterwards = ({ counter }: HeldCounter) => total(decision.counters.find(({ id }) => id === counter.id)!);
  const earlier = ({ counter }: HeldCounter) => total(before.counters.get(counter.id) ?? { used: 0, held: 0 });
  const full = limits.some((part) => afterwards(part) >= part.limit!.amount);
  must(uncovered_micros === 0 || left === 0 || full, "nothing is uncovered while grants and hard limits have room");
  must(
    limits.every((part) => afterwards(part) <= Math.max(part.limit!.amount, earlier(part))),
    "settling never takes a hard limit of spend over its amount",
  );
}

const hardSpendLimits = ({ held }: Hold) =>
  held.counters.filter(({ counter, limit }) => counter.metric === "spend_micros" && limit?.hard);

function checkExtend(before: State, { hold, needs, demands }: Of<"extend">, decision: Decision<number>): void {
  const answer = decision.answers[0]!;
  const known = before.holds.get(hold.id);
  if (known?.state !== "open") {
    must(answer.kind === "over" && changesNothing(decision), "a hold that has ended is not extended");
    return;
  }
  if (answer.kind !== "extended") {
    must(answer.kind === "refused" && !known.observe, "observing refuses nothing");
    must(changesNothing(decision), "a refusal changes nothing");
    return;
  }
  const held = ({ draws }: Hold["held"]) => sum(draws, ({ amount }) => amount);
  const wanted = Math.max(needs.spend_micros, held(known.held));
  must(held(answer.hold.held) === wanted || known.observe, "an extended hold holds what is needed in all");
  for (const { counter, hard, amount } of demands) {
    const [now, then] = [decision.counters.find(({ id }) => id === counter.id), before.counters.get(counter.id)];
    if (!hard || known.observe || !now || now.held === then?.held) continue;
    must(now.used + now.held <= amount, "extending never takes a hard limit over its amount");
  }
}

export function checkBalance({ grants, counters, holds }: State): void {
  const rows = [...holds.values()];
  const open = rows.filter(({ state }) => state === "open");
  for (const { id, amount, used, held } of grants.values()) {
    const ofGrant = (draws: Hold["held"]["draws"]) => sum(draws, (draw) => (draw.grant_id === id ? draw.amount : 0));
    must(used >= 0 && held >= 0 && used + held <= amount, "0 ≤ used + held ≤ amount of every grant");
    must(held === sum(open, (hold) => ofGrant(hold.held.draws)), "the open holds of a grant sum to its held");
    must(used === sum(rows, (hold) => ofGrant(hold.outcome?.draws ?? [])), "the draws of a grant sum to its used");
  }
  for (const { id, used, held, metric } of counters.values()) {
    const part = (hold: HoldRow) => hold.held.counters.find(({ counter }) => counter.id === id);
    const settled = rows.filter((hold) => hold.state === "settled" && part(hold));
    must(used >= 0 && held >= 0, "no counter is negative");
    must(held === sum(open, (hold) => part(hold)?.amount ?? 0), "the open holds of a counter sum to its held");
    const spent = sum(settled, (hold) => hold.outcome!.spend_micros);
    must(metric !== "spend_micros" || used === spent, "a spend counter is the spend of its settled holds");
    must(metric !== "requests" || used === settled.length, "a request counter is how many were settled");
  }
}

/**
 * After a lost acknowledgement the same batch is committed again. What was refused may fit then, as others of the batch gave
 * something back: its caller is told the second answer alone. So may what a hold that only observes could not draw.
 */
export function checkReplay(
  batch: readonly Act[],
  first: Decision<number>,
  again: Decision<number>,
  { state, replayed }: { state: State; replayed: State },
): void {
  for (const [index, answer] of again.answers.entries()) {
    const before: Answer = first.answers[index]!;
    if (before.kind === "settled") same(answer, { ...before, again: true });
    else if (before.kind === "done") same(answer, before);
    else if (before.kind === "placed") must(answer.kind === "placed", "what was placed is placed");
  }
  must(again.settled.length + again.passed.length === 0, "a replay records nothing");
  if (first.answers.some(({ kind }) => kind === "refused")) return;
  if (batch.some((operation) => operation.kind === "extend" && operation.hold.observe)) return;
  same([replayed.grants, replayed.counters, replayed.holds], [state.grants, state.counters, state.holds]);
}
