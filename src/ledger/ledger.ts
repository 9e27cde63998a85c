import type { Database, Tx } from "../db/database.ts";
import type { Amounts } from "../kernel/metrics.ts";
import type {
  Answer,
  Demand,
  Hold,
  HoldTicket,
  Operation,
  Outcome,
  Refusal,
  Standing,
  ThresholdPassed,
  Tiering,
} from "./books.ts";
import { decide } from "./decide.ts";
import type { Settled } from "./desk.ts";
import { groupCommit } from "./group-commit.ts";
import { loadBooks, saveDecision } from "./store.ts";

/** What may still be spent, and who holds it. Every answer is durable when it is given. */
export interface Ledger<E> {
  /** Holds everything the request may need, atomically, or says what refuses it. */
  place(request: {
    ticket: HoldTicket;
    needs: Amounts;
    demands: readonly Demand[];
    tiering?: Tiering | null;
  }): Promise<{ placed: true; hold: Hold; standings: readonly Standing[] } | { placed: false; refusal: Refusal }>;
  /** Holds more for an open hold (`needs` in all), or says what refuses it; null where the hold has ended. */
  extend(request: {
    hold: Hold;
    needs: Amounts;
    demands: readonly Demand[];
  }): Promise<{ hold: Hold } | { refusal: Refusal } | null>;
  /** Ends a hold with what was used, and records the event in the same transaction. Again is harmless: `again` says so. */
  settle(settlement: { hold: Hold; used: Amounts; event: E; at: number }): Promise<Outcome & { again: boolean }>;
  /** Ends a hold of which nothing was used. */
  release(hold: Hold, at: number): Promise<void>;
  /** Notes how far requests have come; all of them go into one commit. */
  checkpoint(marks: readonly { hold: Hold; checkpoint: unknown }[]): Promise<void>;
  /** Resolves when everything submitted is committed. */
  idle(): Promise<void>;
}

/** `record` writes the events of settlements, `alert` the thresholds they passed, in the transaction that settles them. */
export function openLedger<E>(parts: {
  db: Database;
  record: (tx: Tx, settled: readonly Settled<E>[]) => Promise<void>;
  alert?: (tx: Tx, passed: readonly ThresholdPassed[]) => Promise<void>;
  /** Hears how many operations a commit had. */
  onCommit?: (operations: number) => void;
}): Ledger<E> {
  const { db, record, alert = async () => {}, onCommit } = parts;
  const commits = groupCommit<Operation<E>, Answer>(async (operations) => {
    const answers = await db.transaction(async (tx) => {
      const { books, rows } = await loadBooks(tx, operations);
      const decision = decide(books, operations);
      await saveDecision(tx, decision, rows);
      if (decision.settled.length) await record(tx, decision.settled);
      if (decision.passed.length) await alert(tx, decision.passed);
      return decision.answers;
    });
    onCommit?.(operations.length);
    return answers;
  });

  return {
    async place(request) {
      const answer = await commits.submit({ kind: "place", ...request });
      if (answer.kind === "placed") return { placed: true, hold: answer.hold, standings: answer.standings };
      if (answer.kind === "refused") return { placed: false, refusal: answer.refusal };
      throw new Error(`a place was answered with ${answer.kind}`);
    },
    async extend(request) {
      const answer = await commits.submit({ kind: "extend", ...request });
      if (answer.kind === "extended") return { hold: answer.hold };
      if (answer.kind === "refused") return { refusal: answer.refusal };
      return null;
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
