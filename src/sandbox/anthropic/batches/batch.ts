import type { Json } from "../json.ts";

/** One line of a batch: when it would be through, if nobody cancels before. */
export interface BatchLine {
  /** Where it stands in the batch, from 0. */
  readonly index: number;
  readonly custom_id: string;
  readonly params: unknown;
  readonly readyAt: number;
}

/** A batch as it was created, and what has been done to it since. Everything else follows from the time. */
export interface Batch {
  readonly id: string;
  /** By whose key it was created, for the tally. Every key of the workspace reaches it. */
  readonly key: string;
  readonly version: string;
  readonly createdAt: number;
  readonly lines: readonly BatchLine[];
  /** When its slowest line would be through. */
  readonly throughAt: number;
  canceledAt: number | null;
  /** The JSONL lines, made when somebody first looks after the end. */
  results: Promise<readonly BatchResult[]> | null;
}

export type Fate = "succeeded" | "errored" | "canceled" | "expired";

/** A line of the results file, and what it says. */
export interface BatchResult {
  readonly fate: Fate;
  readonly text: string;
}

const DAY_MS = 24 * 60 * 60_000;
/** A batch that is not through by then expires; its results are kept for longer. */
const LIFE_MS = DAY_MS;
const RESULTS_KEPT_MS = 29 * DAY_MS;
/** What is under way when somebody cancels still takes this long. */
const CANCEL_MS = 20;

export const expiresAt = (batch: Batch): number => batch.createdAt + LIFE_MS;
export const isArchived = (batch: Batch, now: number): boolean => now >= batch.createdAt + RESULTS_KEPT_MS;

export function endsAt(batch: Batch): number {
  return Math.min(
    batch.throughAt,
    expiresAt(batch),
    batch.canceledAt === null ? Infinity : batch.canceledAt + CANCEL_MS,
  );
}

/** Why a line has no result of its own, or null where it is processed. */
export function fateless(batch: Batch, line: BatchLine): "canceled" | "expired" | null {
  if (batch.canceledAt !== null && line.readyAt > batch.canceledAt) return "canceled";
  return line.readyAt > expiresAt(batch) ? "expired" : null;
}

/** The object as the API shows it. Counts are known once all of the batch has ended, as upstream says of its own. */
export function presentBatch(
  batch: Batch,
  { now, counts, resultsUrl }: { now: number; counts: Record<Fate, number> | null; resultsUrl: string },
): Json {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    id: batch.id,
    type: "message_batch",
    processing_status: counts ? "ended" : batch.canceledAt === null ? "in_progress" : "canceling",
    request_counts: {
      processing: counts ? 0 : batch.lines.length,
      ...(counts ?? { succeeded: 0, errored: 0, canceled: 0, expired: 0 }),
    },
    ended_at: counts ? iso(endsAt(batch)) : null,
    created_at: iso(batch.createdAt),
    expires_at: iso(expiresAt(batch)),
    archived_at: isArchived(batch, now) ? iso(batch.createdAt + RESULTS_KEPT_MS) : null,
    cancel_initiated_at: batch.canceledAt === null ? null : iso(batch.canceledAt),
    results_url: counts && !isArchived(batch, now) ? resultsUrl : null,
  };
}
