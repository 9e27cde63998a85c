import { isDeepStrictEqual } from "node:util";
import { Problem } from "../../kernel/problems.ts";
import { type Batch, type BatchObject, hasEnded } from "./batch.ts";
import type { BatchParts } from "./parts.ts";
import { changeBatch } from "./store.ts";

/** Upstream's answer about a batch. */
export function objectOf(bytes: Buffer): BatchObject {
  try {
    const object = JSON.parse(bytes.toString("utf8")) as BatchObject | null;
    if (typeof object?.id === "string") return object;
    throw new Error("it has no id");
  } catch (cause) {
    throw new Problem("upstream_interrupted", {
      message: "The provider's answer about the batch is not valid.",
      cause,
    });
  }
}

/** Remembers how a batch was seen, where that is news. One that has ended is due to be settled. */
export async function noteObject(parts: BatchParts, batch: Batch, object: BatchObject): Promise<void> {
  if (isDeepStrictEqual(object, batch.object)) return;
  const due = hasEnded(object) && { poll_at: parts.clock.wall() };
  await parts.db.transaction((tx) => changeBatch(tx, batch.id, ["open", "settled"], { object, ...due }));
}
