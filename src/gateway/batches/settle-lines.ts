import { Problem } from "../../kernel/problems.ts";
import type { HoldRow } from "../../ledger/books.ts";
import type { HeldCall } from "../admit.ts";
import { type Metered, NOTHING_SEEN } from "../metered.ts";
import { settle } from "../settle.ts";
import { answeringModel, samplingsOf, type UpstreamUsage } from "../usage.ts";
import { type Batch, holdIdOf } from "./batch.ts";
import { LINES_AT_ONCE } from "./hold.ts";
import type { BatchParts } from "./parts.ts";
import { findOpenHolds, listOpenHoldsOf } from "./store.ts";

/** What a line of the results says of the bill. */
export interface LineResult {
  readonly custom_id: string;
  /** Null where nothing is billed: errored, canceled, expired. */
  readonly message: BatchMessage | null;
}

interface BatchMessage {
  readonly model: string | undefined;
  readonly usage: UpstreamUsage | undefined;
  readonly stop_reason: string | null;
}

export function readResult(bytes: Buffer): LineResult {
  try {
    const { custom_id, result } = JSON.parse(bytes.toString("utf8")) as {
      custom_id: string;
      result: { type: string; message?: { model?: string; usage?: UpstreamUsage; stop_reason?: string | null } };
    };
    if (result.type !== "succeeded") return { custom_id, message: null };
    const { model, usage, stop_reason = null } = result.message ?? {};
    return { custom_id, message: { model, usage, stop_reason } };
  } catch (cause) {
    throw new Problem("upstream_interrupted", { message: "A line of the results is not valid.", cause });
  }
}

/**
 * Ends the holds of these lines: with what was used, or given back. A line whose hold has ended already is left alone, so the same results
 * may pass any number of times, and on several nodes at once.
 */
export async function settleLines(parts: BatchParts, batch: Batch, results: readonly LineResult[]): Promise<void> {
  const holds = await findOpenHolds(
    parts.db.read,
    results.map(({ custom_id }) => holdIdOf(batch.id, custom_id)),
  );
  await settleAll(parts, batch, results, (result) => {
    const hold = holds.get(holdIdOf(batch.id, result.custom_id));
    return hold && { hold, metered: result.message && meteredLine(result.message, (hold.call as HeldCall).model) };
  });
}

/** Ends what is open of a batch of which nothing more can be known: without spend, its cost estimated, for the operator to look into. */
export async function settleUnknown(parts: BatchParts, batch: Batch): Promise<void> {
  for (;;) {
    const open = await listOpenHoldsOf(parts.db.read, batch.id, LINES_AT_ONCE);
    await settleAll(parts, batch, open, (hold) => ({
      hold,
      metered: { ...NOTHING_SEEN((hold.call as HeldCall).model), source: "recovered" },
    }));
    if (open.length < LINES_AT_ONCE) return;
  }
}

async function settleAll<T>(
  parts: BatchParts,
  batch: Batch,
  items: readonly T[],
  endOf: (item: T) => { hold: HoldRow; metered: Metered | null } | undefined,
): Promise<void> {
  const catalog = await parts.catalogs.current();
  await Promise.all(
    items.map(async (item) => {
      const end = endOf(item);
      if (!end) return;
      const { hold, metered } = end;
      if (metered === null) await parts.ledger.release(hold, parts.clock.now());
      else
        await settle(parts, catalog, {
          ...{ hold, metered, call: hold.call as HeldCall },
          ended: metered.seen ? "complete" : "interrupted",
          upstream_request_id: batch.upstream_id,
          first_byte_ms: null,
        });
    }),
  );
}

/** At the batch price, whether or not upstream says that it was one. A refusal is a success here, and billed. */
function meteredLine({ model, usage, stop_reason }: BatchMessage, asked: string): Metered {
  if (!usage) return { ...NOTHING_SEEN(model ?? asked), stop_reason };
  const samplings = samplingsOf(usage, model ?? asked).map((sampling) => ({ ...sampling, batch: true }));
  return {
    samplings,
    model: answeringModel(samplings, model ?? asked),
    source: "reported",
    ...{ stop_reason, raw_usage: usage, seen: true },
  };
}
