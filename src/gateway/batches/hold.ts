import type { Instant } from "../../kernel/clock.ts";
import { instant } from "../../kernel/clock.ts";
import { micros } from "../../kernel/money.ts";
import type { Problem } from "../../kernel/problems.ts";
import type { Demand, HoldTicket, Refusal, Tiering } from "../../ledger/books.ts";
import { problemOfRefusal, type Standing } from "../../ledger/refusals.ts";
import type { HeldCall } from "../admit.ts";
import { type Batch, holdIdOf, nodeIdOf } from "./batch.ts";
import type { Line } from "./line.ts";
import type { BatchParts } from "./parts.ts";
import { deleteBatchRow, listOpenHoldsOf } from "./store.ts";

/** Lines that are held, released or settled at a time: the ledger's other callers come in between. */
export const LINES_AT_ONCE = 500;

/** What all lines of a batch have in common. */
export interface Placing {
  readonly batch: Batch;
  readonly observe: boolean;
  readonly admitted_at: Instant;
  readonly call: Omit<HeldCall, "model" | "prompt_estimate">;
  readonly standing: Standing;
  readonly tiering: Tiering | null;
  readonly demandsOf: (model: string) => readonly Demand[];
  readonly signal: AbortSignal;
}

/**
 * Holds the worst case of every line. Throws where one is refused (a Problem that tells what the whole batch needs) or the client leaves:
 * then some lines are held, and `dropBatch` gives them back.
 */
export async function placeLines(parts: BatchParts, lines: readonly Line[], placing: Placing): Promise<void> {
  const demands = new Map<string, readonly Demand[]>();
  const demandsOf = (line: Line) => {
    const known = demands.get(line.model) ?? placing.demandsOf(line.model);
    demands.set(line.model, known);
    return known;
  };
  for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
    placing.signal.throwIfAborted();
    const answers = await Promise.allSettled(
      lines.slice(from, from + LINES_AT_ONCE).map((line) =>
        parts.ledger.place({
          ...{ ticket: ticketOf(placing, line), needs: line.needs, demands: demandsOf(line) },
          tiering: placing.tiering,
        }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      if (answer.status === "rejected") throw answer.reason;
      if (!answer.value.placed) throw refused(answer.value.refusal, lines, from + index, demandsOf, placing);
    }
  }
}

const ticketOf = ({ batch, observe, admitted_at, call }: Placing, line: Line): HoldTicket => ({
  id: holdIdOf(batch.id, line.custom_id),
  tenant_id: batch.tenant_id,
  customer_id: batch.customer_id,
  user_id: batch.user_id,
  key_id: batch.key_id,
  node_id: nodeIdOf(batch.id),
  ...{ observe, admitted_at },
  expires_at: instant(batch.expires_at),
  call: { ...call, model: line.model, prompt_estimate: line.prompt_estimate } satisfies HeldCall,
});

/** The refusal of one line as that of the whole batch: what all lines need, and what was left before the first of them took anything. */
function refused(
  refusal: Refusal,
  lines: readonly Line[],
  at: number,
  demandsOf: (line: Line) => readonly Demand[],
  { call, admitted_at, standing }: Placing,
): Problem {
  const metric = refusal.by === "grants" ? "spend_micros" : refusal.counter.metric;
  const counts = (line: Line) =>
    refusal.by === "grants" || demandsOf(line).some(({ counter }) => counter.id === refusal.counter.id);
  const sum = (some: readonly Line[]) => some.filter(counts).reduce((total, { needs }) => total + needs[metric], 0);
  // What was asked at list was refused as what tiers can make of it: so is the whole told.
  const asked = lines[at]!.needs[metric];
  const told = refusal.by === "grants" ? refusal.needed_micros : refusal.needed;
  const scaled = (figure: number) => (told > asked ? Math.ceil((figure * told) / asked) : figure);
  const needed = scaled(sum(lines));
  const before = scaled(sum(lines.slice(0, at)));
  const whole: Refusal =
    refusal.by === "grants"
      ? { ...refusal, needed_micros: micros(needed), remaining_micros: micros(refusal.remaining_micros + before) }
      : { ...refusal, needed, remaining: refusal.remaining + before };
  return problemOfRefusal(whole, { currency: call.terms.currency, at: admitted_at, standing });
}

/** Gives back everything that is still held for a batch. */
export async function releaseOpen(parts: BatchParts, { id }: Batch): Promise<void> {
  for (;;) {
    const open = await listOpenHoldsOf(parts.db.read, id, LINES_AT_ONCE);
    await Promise.all(open.map((hold) => parts.ledger.release(hold, parts.clock.now())));
    if (open.length < LINES_AT_ONCE) return;
  }
}

/** Ends a batch that was never sent, or that upstream refused: as if it had not been asked for. */
export async function dropBatch(parts: BatchParts, batch: Batch): Promise<void> {
  await releaseOpen(parts, batch);
  await parts.db.transaction((tx) => deleteBatchRow(tx, batch.id));
}
