import type { Database, Tx } from "../db/database.ts";
import type { Amounts } from "../kernel/metrics.ts";
import type { Answer, Demand, Hold, HoldTicket, Operation, Outcome, Refusal } from "./books.ts";
import { decide, type Settled } from "./decide.ts";
import { groupCommit } from "./group-commit.ts";
import { loadBooks, saveDecision } from "./store.ts";

/** What may still be spent, and who holds it. Every answer is durable when it is given. */
export interface Ledger<E> {
  /** Holds everything the request may need, atomically, or says what refuses it. */
  place(request: {
    ticket: HoldTicket;
    needs: Amounts;
    demands: readonly Demand[];
  }): Promise<{ placed: true; hold: Hold } | { placed: false; refusal: Refusal }>;
  /** Ends a hold with what was used, and records the event in the same transaction. Again is harmless: `again` says so. */
  settle(settlement: { hold: Hold; used: Amounts; event: E; at: number }): Promise<Outcome & { again: boolean }>;
  /** Ends a hold of which nothing was used. */
  release(hold: Hold, at: number): Promise<void>;
  /** Notes how far requests have come; all of them go into one commit. */
  checkpoint(marks: readonly { hold: Hold; checkpoint: unknown }[]): Promise<void>;
  /** Resolves when everything submitted is committed. */
  idle(): Promise<void>;
}

/** `record` writes the events of settlements, in the transaction that settles them. */
export function openLedger<E>(parts: {
  db: Database;
  record: (tx: Tx, settled: readonly Settled<E>[]) => Promise<void>;
}): Ledger<E> {
  const { db, record } = parts;
  const commits = groupCommit<Operation<E>, Answer>((operations) =>
    db.transaction(async (tx) => {
      const { books, rows } = await loadBooks(tx, operations);
      const decision = decide(books, operations);
      await saveDecision(tx, decision, rows);
      if (decision.settled.length) await record(tx, decision.settled);
      return decision.answers;
    }),
  );

  return {
    async place(request) {
      const answer = await commits.submit({ kind: "place", ...request });
      if (answer.kind === "placed") return { placed: true, hold: answer.hold };
      if (answer.kind === "refused") return { placed: false, refusal: answer.refusal };
      throw new Error(`a place was answered with ${answer.kind}`);
    },
    async settle(settlement) {
      const answer = await commits.submit({ kind: "settle", ...settlement });
      if (answer.kind === "settled") return { ...answer.outcome, again: answer.again };
      throw new Error(`a settle was answered with ${answer.kind}`);
    },
    async release(hold, at) {
      await commits.submit({ kind: "release", hold, at });
    },
    async checkpoint(marks) {
      await Promise.all(marks.map((mark) => commits.submit({ kind: "checkpoint", ...mark })));
    },
    idle: commits.idle,
  };
}
