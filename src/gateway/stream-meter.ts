import type { Quantities } from "../catalog/meters.ts";
import { Problem } from "../kernel/problems.ts";
import type { Metered } from "./metered.ts";
import type { Metrics } from "./metrics.ts";
import { openPaces, type Paces } from "./pace.ts";
import { sseScanner } from "./sse-scanner.ts";
import { answeringModel, mergeUsage, samplingsOf, type UpstreamUsage } from "./usage.ts";

export interface StreamMeter {
  feed(chunk: Buffer): void;
  atBoundary(): boolean;
  /** How upstream's part went so far: nothing yet, under way, an error event, or the final `message_stop`. */
  state(): "silent" | "open" | "errored" | "complete";
  /** Upstream's error event, as a Problem in its own words. */
  failure(): Problem | null;
  /** Grows with what has passed: whether a checkpoint would say anything new. */
  progress(): number;
  /** Output tokens generated so far: what upstream counted last, or an estimate from what passed, whichever is more. */
  outputSoFar(): number;
  /** The prompt as upstream has counted it, in its classes; null before it has. */
  prompt(): Quantities | null;
  /** Input tokens of further samplings: with server tools, upstream reads the grown context again after each result. */
  inputSoFar(): number;
  /** The block that is open, which a graceful end must close. */
  openBlock(): number | null;
  /** What is to be billed for what has passed. */
  metered(): Metered;
  /** Text of `text_delta` events as they pass, for the simple routes. */
  onText?: (text: string) => void;
  /** Every event's data as it passes, for those who need the whole. The bytes are only good during the call. */
  onEvent?: (data: Buffer) => void;
}

interface StartEvent {
  readonly message?: { readonly model?: string; readonly usage?: UpstreamUsage };
}
interface DeltaEvent {
  readonly usage?: UpstreamUsage;
  readonly delta?: { readonly stop_reason?: string | null };
}
interface BlockEvent {
  readonly index?: number;
  readonly content_block?: { readonly type?: string; readonly content?: unknown };
}

/**
 * Reads usage off a passing stream. Only the events that carry usage, and the starts of blocks, are parsed; of the deltas only
 * the length of their text is measured. The final `message_delta` is authoritative; without one, the input side of
 * `message_start` stands and the output is counted from what passed (the placeholder in `message_start` is never billed).
 */
export function streamMeter(
  asked: string,
  { paces = openPaces(), metrics, now = () => performance.now() }: MeterParts = {},
): StreamMeter {
  let model = asked;
  let usage: UpstreamUsage | null = null;
  let prompt: Quantities | null = null;
  /** The count of the latest `message_delta`. */
  let counted: number | null = null;
  let stop_reason: string | null = null;
  let blocks = 0;
  let textBytes = 0;
  let resultBytes = 0;
  /** Prompts of the samplings after the first. */
  let inputAgain = 0;
  let block: { index: number; hidden: boolean; since: number } | null = null;
  let hiddenTokens = 0;
  let startedAt = 0;
  let state: ReturnType<StreamMeter["state"]> = "silent";
  let failure: Problem | null = null;
  const raw: unknown[] = [];

  const closeBlock = () => {
    if (block?.hidden) hiddenTokens += paces.tokensWithin(model, now() - block.since);
    block = null;
  };

  const scanner = sseScanner((name, data) => {
    const type = name || typeOf(data);
    meter.onEvent?.(data);
    switch (type) {
      case "content_block_delta": {
        const bytes = deltaBytes(data);
        if (bytes > 0 && block) block.hidden = false;
        textBytes += bytes;
        if (meter.onText) textOf(data, meter.onText);
        break;
      }
      case "content_block_start": {
        const event = JSON.parse(data.toString("utf8")) as BlockEvent;
        const blockType = event.content_block?.type ?? "";
        blocks += 1;
        // Thinking whose text is not shown passes as time only, until some of its text does.
        block = { index: event.index ?? blocks - 1, hidden: /thinking$/.test(blockType), since: now() };
        if (/_tool_result$/.test(blockType) && usage) {
          resultBytes += data.length;
          inputAgain += promptOf(usage) + estimateOf(resultBytes);
        }
        break;
      }
      case "content_block_stop":
        closeBlock();
        break;
      case "message_start": {
        const { message } = JSON.parse(data.toString("utf8")) as StartEvent;
        model = message?.model ?? asked;
        usage = message?.usage ?? {};
        // Without a count there is nothing to go by.
        if (typeof usage.input_tokens === "number")
          prompt = samplingsOf({ ...usage, output_tokens: 0 }, model)[0]!.quantities;
        raw.push(message?.usage);
        state = "open";
        startedAt = now();
        break;
      }
      case "message_delta": {
        const event = JSON.parse(data.toString("utf8")) as DeltaEvent;
        if (event.usage) {
          usage = mergeUsage(usage ?? {}, event.usage);
          if (typeof event.usage.output_tokens === "number") counted = event.usage.output_tokens;
          raw.push(event.usage);
        }
        stop_reason = event.delta?.stop_reason ?? stop_reason;
        break;
      }
      case "message_stop":
        if (state !== "errored") state = "complete";
        if (counted !== null && hiddenTokens === 0)
          paces.learn(model, { bytes: textBytes, tokens: counted, ms: now() - startedAt });
        break;
      case "error":
        state = "errored";
        failure = failureOf(data);
        break;
      case "ping":
        break;
      default:
        metrics?.unknownEvent();
    }
  });

  const estimateOf = (bytes: number) => paces.tokensOf(model, bytes);
  const outputSoFar = () => {
    const hidden = hiddenTokens + (block?.hidden ? paces.tokensWithin(model, now() - block.since) : 0);
    return Math.max(estimateOf(textBytes) + hidden, counted ?? 0);
  };

  const meter: StreamMeter = {
    feed: scanner.feed,
    atBoundary: scanner.atBoundary,
    state: () => state,
    failure: () => failure,
    progress: () => raw.length + blocks + textBytes,
    outputSoFar,
    prompt: () => prompt,
    inputSoFar: () => inputAgain,
    openBlock: () => block?.index ?? null,
    metered() {
      const reported = counted !== null && stop_reason !== null;
      const free = stop_reason === "refusal" && blocks === 0;
      return {
        ...sampled(reported ? usage : partial(usage, { output: outputSoFar(), inputAgain }), { free, model }),
        source: reported ? "reported" : "partial",
        stop_reason,
        raw_usage: raw.length ? raw : null,
        seen: usage !== null,
      };
    },
  };
  return meter;
}

export interface MeterParts {
  readonly paces?: Paces;
  /** Hears of events that this build does not know. */
  readonly metrics?: Pick<Metrics, "unknownEvent">;
  /** Milliseconds of a clock that only goes on. */
  readonly now?: () => number;
}

function failureOf(data: Buffer): Problem {
  const { error } = JSON.parse(data.toString("utf8")) as { error?: { type?: string; message?: string } };
  const code = error?.type === "overloaded_error" ? "upstream_overloaded" : "upstream_error";
  return new Problem(code, { message: error?.message });
}

function sampled(usage: UpstreamUsage | null, { free, model }: { free: boolean; model: string }) {
  const samplings = usage && !free ? samplingsOf(usage, model) : [];
  return { samplings, model: answeringModel(samplings, model) };
}

/** The usage of a stream that has not said its last word. */
function partial(usage: UpstreamUsage | null, seen: { output: number; inputAgain: number }): UpstreamUsage | null {
  return usage && { ...usage, input_tokens: (usage.input_tokens ?? 0) + seen.inputAgain, output_tokens: seen.output };
}

const promptOf = (usage: UpstreamUsage): number =>
  (usage.input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);

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
