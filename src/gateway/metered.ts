import { NOTHING, type Sampling } from "../catalog/meters.ts";
import { answeringModel, samplingsOf, type UpstreamUsage } from "./usage.ts";

/** What a call used, as far as is known. */
export interface Metered {
  /** What is to be priced. Empty where nothing is owed (a refusal before any output). */
  readonly samplings: readonly Sampling[];
  /** The model that answered. */
  readonly model: string;
  readonly source: "reported" | "partial" | "recovered";
  readonly stop_reason: string | null;
  readonly raw_usage: unknown;
  /** False where upstream never said anything of usage: then the input can only be estimated. */
  readonly seen: boolean;
}

/** How a request ended, as its usage event tells it. */
export type Ended = "complete" | "quota" | "revoked" | "client_gone" | "upstream_error" | "interrupted" | "node_lost";

interface Message {
  readonly model?: string;
  readonly usage?: UpstreamUsage;
  readonly stop_reason?: string | null;
  readonly content?: readonly unknown[];
}

/** The usage of a whole (non-streamed) answer. A refusal without any content is free, though its usage shows numbers. */
export function meteredMessage(message: Message, asked: string): Metered {
  const free = message.stop_reason === "refusal" && !message.content?.length;
  const model = message.model ?? asked;
  const samplings = message.usage && !free ? samplingsOf(message.usage, model) : [];
  return {
    samplings,
    model: answeringModel(samplings, model),
    source: "reported",
    stop_reason: message.stop_reason ?? null,
    raw_usage: message.usage ?? null,
    seen: message.usage !== undefined,
  };
}

/** A call of which upstream said nothing: nobody knows what it used. */
export const NOTHING_SEEN = (asked: string): Metered => ({
  samplings: [],
  model: answeringModel([], asked),
  source: "partial",
  stop_reason: null,
  raw_usage: null,
  seen: false,
});

/** The prompt of a call, as it was probably read: `tokens` is an estimate. */
export const promptSampling = (model: string, tokens: number): Sampling => ({
  model,
  quantities: { ...NOTHING, input: tokens },
  list: "standard",
  geo: "",
  batch: false,
});

/** A call whose client left before upstream said anything: it had its prompt read, and pays for that. */
export const PROMPT_ONLY = (asked: string, tokens: number): Metered => ({
  ...NOTHING_SEEN(asked),
  samplings: [promptSampling(asked, tokens)],
  seen: true,
});
