import { SECOND } from "../kernel/clock.ts";
import type { RequestId } from "../kernel/id.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import type { Hold } from "../ledger/books.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Metered } from "./metered.ts";
import type { StreamMeter } from "./stream-meter.ts";

/** Notes once a second how far the open streams have come, all in one commit: what a crash can lose is bounded by that. */
export interface Checkpoints {
  watch(hold: Hold, meter: StreamMeter, upstream_request_id: string | null): void;
  forget(hold: Hold): void;
  close(): Promise<void>;
}

/** What a checkpoint keeps: enough to price what had passed, and to find the call at the provider. */
export type Checkpoint = Pick<Metered, "samplings" | "model" | "stop_reason" | "raw_usage"> & {
  readonly upstream_request_id: string | null;
};

export function openCheckpoints(parts: {
  readonly ledger: Ledger<never>;
  readonly onError: (error: unknown) => void;
}): Checkpoints {
  const streams = new Map<
    RequestId,
    { hold: Hold; meter: StreamMeter; upstream_request_id: string | null; noted: number }
  >();

  const note = async () => {
    const marks: { hold: Hold; checkpoint: Checkpoint }[] = [];
    for (const stream of streams.values()) {
      const progress = stream.meter.progress();
      if (progress === stream.noted) continue;
      stream.noted = progress;
      const { samplings, model, stop_reason, raw_usage } = stream.meter.metered();
      const { hold, upstream_request_id } = stream;
      marks.push({ hold, checkpoint: { samplings, model, stop_reason, raw_usage, upstream_request_id } });
    }
    if (marks.length) await parts.ledger.checkpoint(marks);
  };
  const task = repeatedly(note, SECOND, parts.onError);

  return {
    watch: (hold, meter, upstream_request_id) =>
      void streams.set(hold.id, { hold, meter, upstream_request_id, noted: 0 }),
    forget: (hold) => void streams.delete(hold.id),
    close: task.close,
  };
}
