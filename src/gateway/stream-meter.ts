import type { Metered } from "./metered.ts";
import { sseScanner } from "./sse-scanner.ts";
import { answeringModel, mergeUsage, samplingsOf, type UpstreamUsage } from "./usage.ts";

/** Bytes of text that one output token stands for, where only the text passed and no count came: an estimate, marked as such. */
const BYTES_PER_TOKEN = 3.5;

export interface StreamMeter {
  feed(chunk: Buffer): void;
  atBoundary(): boolean;
  /** How upstream's part went so far: nothing yet, under way, an error event, or the final `message_stop`. */
  state(): "silent" | "open" | "errored" | "complete";
  /** Grows with what has passed: whether a checkpoint would say anything new. */
  progress(): number;
  /** What is to be billed for what has passed. */
  metered(): Metered;
  /** Text of `text_delta` events as they pass, for the simple routes. */
  onText?: (text: string) => void;
}

interface StartEvent {
  readonly message?: { readonly model?: string; readonly usage?: UpstreamUsage };
}
interface DeltaEvent {
  readonly usage?: UpstreamUsage;
  readonly delta?: { readonly stop_reason?: string | null };
}

/**
 * Reads usage off a passing stream. Only the events that carry usage are parsed; of the deltas only the length of their text
 * is measured. The final `message_delta` is authoritative; without one, the input side of `message_start` stands and the output is
 * counted from what passed (the placeholder in `message_start` is never billed).
 */
export function streamMeter(asked: string): StreamMeter {
  let model = asked;
  let usage: UpstreamUsage | null = null;
  let counted = false;
  let stop_reason: string | null = null;
  let blocks = 0;
  let textBytes = 0;
  let state: ReturnType<StreamMeter["state"]> = "silent";
  const raw: unknown[] = [];

  const scanner = sseScanner((name, data) => {
    const type = name || typeOf(data);
    switch (type) {
      case "content_block_delta":
        textBytes += deltaBytes(data);
        if (meter.onText) textOf(data, meter.onText);
        break;
      case "content_block_start":
        blocks += 1;
        break;
      case "message_start": {
        const { message } = JSON.parse(data.toString("utf8")) as StartEvent;
        model = message?.model ?? asked;
        usage = message?.usage ?? {};
        raw.push(message?.usage);
        state = "open";
        break;
      }
      case "message_delta": {
        const event = JSON.parse(data.toString("utf8")) as DeltaEvent;
        if (event.usage) {
          usage = mergeUsage(usage ?? {}, event.usage);
          counted = typeof event.usage.output_tokens === "number" || counted;
          raw.push(event.usage);
        }
        stop_reason = event.delta?.stop_reason ?? stop_reason;
        break;
      }
      case "message_stop":
        if (state !== "errored") state = "complete";
        break;
      case "error":
        state = "errored";
        break;
    }
  });

  const meter: StreamMeter = {
    feed: scanner.feed,
    atBoundary: scanner.atBoundary,
    state: () => state,
    progress: () => raw.length + blocks + textBytes,
    metered() {
      const reported = counted && stop_reason !== null;
      const output_tokens = reported
        ? usage?.output_tokens
        : Math.max(estimate(textBytes), counted ? (usage?.output_tokens ?? 0) : 0);
      const free = stop_reason === "refusal" && blocks === 0;
      const samplings = usage && !free ? samplingsOf({ ...usage, output_tokens }, model) : [];
      return {
        samplings,
        model: answeringModel(samplings, model),
        source: reported ? "reported" : "partial",
        stop_reason,
        raw_usage: raw.length ? raw : null,
        seen: usage !== null,
      };
    },
  };
  return meter;
}

const estimate = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** For a stream without `event:` fields: the type stands in the data. */
function typeOf(data: Buffer): string {
  try {
    return (JSON.parse(data.toString("utf8")) as { type?: string }).type ?? "";
  } catch {
    return "";
  }
}

const FIELDS = ['"text":', '"thinking":', '"partial_json":'].map((field) => Buffer.from(field));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** The length of a delta's text, without parsing it: an estimate's ingredient, so an exotic spelling may be missed. */
function deltaBytes(data: Buffer): number {
  for (const field of FIELDS) {
    const found = data.indexOf(field);
    if (found === -1) continue;
    let at = found + field.length;
    while (data[at] === SPACE) at += 1;
    if (data[at] !== QUOTE) continue;
    const from = at + 1;
    for (at = from; ; ) {
      at = data.indexOf(QUOTE, at);
      if (at === -1) return 0;
      let escapes = 0;
      while (data[at - 1 - escapes] === BACKSLASH) escapes += 1;
      if (escapes % 2 === 0) return at - from;
      at += 1;
    }
  }
  return 0;
}

function textOf(data: Buffer, onText: (text: string) => void): void {
  const { delta } = JSON.parse(data.toString("utf8")) as { delta?: { type?: string; text?: string } };
  if (delta?.type === "text_delta" && delta.text) onText(delta.text);
}
