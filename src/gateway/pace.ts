/** How much one model writes: what is known of it from calls whose usage was reported. */
export interface Paces {
  /** Output tokens that so many bytes of visible text probably are. */
  tokensOf(model: string, bytes: number): number;
  /** Output tokens that may have been generated unseen in so many milliseconds: hidden thinking at the model's usual top speed. */
  tokensWithin(model: string, ms: number): number;
  /** Learns from a call all of whose output was visible. */
  learn(model: string, seen: { readonly bytes: number; readonly tokens: number; readonly ms: number }): void;
}

interface Pace {
  tokensPerByte: number;
  tokensPerSecond: number;
}

/** Before anything is known: English prose, and a fast model. */
const FIRST: Pace = { tokensPerByte: 1 / 3.5, tokensPerSecond: 120 };
/** A short answer says little of a model; one whose tokens do not fit its text had output that was not seen. */
const TOKENS_MIN = 30;
const TOKENS_PER_BYTE_MIN = 0.1;
const TOKENS_PER_BYTE_MAX = 0.7;
/** How much one call moves the picture. */
const WEIGHT = 0.1;

/** Estimates start from a guess and follow what was reported. Known to this node only: it is a guess with a margin, not a book. */
export function openPaces(): Paces {
  const paces = new Map<string, Pace>();
  const paceOf = (model: string) => paces.get(model) ?? FIRST;

  return {
    tokensOf: (model, bytes) => Math.ceil(bytes * paceOf(model).tokensPerByte),
    tokensWithin: (model, ms) => Math.ceil((ms / 1_000) * paceOf(model).tokensPerSecond),
    learn(model, { bytes, tokens, ms }) {
      const ratio = tokens / bytes;
      if (tokens < TOKENS_MIN || !(ratio >= TOKENS_PER_BYTE_MIN && ratio <= TOKENS_PER_BYTE_MAX)) return;
      const { tokensPerByte, tokensPerSecond } = paceOf(model);
      const speed = ms > 0 ? tokens / (ms / 1_000) : 0;
      paces.set(model, {
        tokensPerByte: tokensPerByte + WEIGHT * (ratio - tokensPerByte),
        // The top speed, not the average: it rises at once and sinks slowly.
        tokensPerSecond: Math.max(Math.min(speed, 1_000), tokensPerSecond - WEIGHT * (tokensPerSecond - speed)),
      });
    },
  };
}
