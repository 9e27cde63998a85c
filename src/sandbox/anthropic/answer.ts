import type { Ask } from "./ask.ts";
import { type Draft, draftAnswer } from "./blocks.ts";
import type { Behaviour } from "./directives.ts";
import type { Json } from "./json.ts";
import { type Piece, piecesOf, trimPiece, wordsOf } from "./prose.ts";

/** One event of an answer, and what it adds to the bill. */
export interface Step {
  event: Json & { type: "content_block_start" | "content_block_delta" | "content_block_stop"; index: number };
  outputTokens: number;
  thinking: boolean;
  inputTokens: number;
  webSearches: number;
}

/** How an answer ended by itself. */
export interface Ending {
  stop_reason: string;
  stop_sequence: string | null;
  stop_details: Json | null;
  /** Refused before any content: usage is shown, nothing is billed. */
  unbilled?: true;
}

/** How many output tokens there is room for, and what it is called when they are used up. */
export interface Room {
  tokens: number;
  reason: "max_tokens" | "model_context_window_exceeded";
}

const ending = (stop_reason: string, stop_sequence: string | null = null): Ending => ({
  stop_reason,
  stop_sequence,
  stop_details: null,
});

const REFUSAL: Ending = {
  stop_reason: "refusal",
  stop_sequence: null,
  stop_details: { type: "refusal", category: null, explanation: null },
};

/** Generates the answer event by event, so that a long one is never held in memory and stops where it is left. */
export function* answer(ask: Ask, behaviour: Behaviour, room: Room, id: string): Generator<Step, Ending> {
  if (behaviour.refuse) return { ...REFUSAL, unbilled: true };
  if (room.tokens === 0) return ending(room.reason);

  const draft = draftAnswer(ask, behaviour, id);
  let left = room.tokens;
  let deltas = 0;

  for (const [index, block] of draft.blocks.entries()) {
    if (left === 0) return ending(room.reason);
    const { stopped, pieces } = untilStopSequence(block, ask.stopSequences, left);
    yield step({ type: "content_block_start", index, content_block: block.start }, { block });

    for (const { text, tokens, wrap } of deltasOf(block, pieces)) {
      const refused = deltas === behaviour.refuse_after;
      if (refused || (tokens > 0 && left === 0)) {
        yield step({ type: "content_block_stop", index });
        return refused ? REFUSAL : ending(room.reason);
      }
      const piece = trimPiece({ text, tokens }, left);
      left -= piece.tokens;
      deltas += 1;
      yield step({ type: "content_block_delta", index, delta: wrap(piece.text) }, { piece, block });
    }
    yield step({ type: "content_block_stop", index });
    if (stopped) return ending("stop_sequence", stopped);
  }
  return deltas === behaviour.refuse_after ? REFUSAL : ending(draft.stopReason);
}

function step(event: Step["event"], { piece, block }: { piece?: Piece; block?: Draft } = {}): Step {
  const starts = event.type === "content_block_start";
  return {
    event,
    outputTokens: piece?.tokens ?? 0,
    thinking: block?.start.type === "thinking",
    inputTokens: (starts && block?.inputTokens) || 0,
    webSearches: (starts && block?.webSearches) || 0,
  };
}

type Wrap = (text: string) => Json;

const WRAP: Record<Draft["kind"], Wrap> = {
  text: (text) => ({ type: "text_delta", text }),
  thinking: (thinking) => ({ type: "thinking_delta", thinking }),
  signature: (signature) => ({ type: "signature_delta", signature }),
  input_json: (partial_json) => ({ type: "input_json_delta", partial_json }),
  none: () => ({}),
};

function* deltasOf(block: Draft, pieces: Iterable<Piece>): Generator<Piece & { wrap: Wrap }> {
  for (const fixed of block.before ?? []) yield { text: "", tokens: 0, wrap: () => fixed };
  for (const { text, tokens } of pieces) yield { text, tokens, wrap: WRAP[block.kind] };
  for (const fixed of block.after ?? []) yield { text: "", tokens: 0, wrap: () => fixed };
}

/** The pieces of a text up to the first stop sequence in it. Looks ahead only when there is something to look for. */
function untilStopSequence(
  block: Draft,
  sequences: readonly string[],
  left: number,
): { stopped: string | null; pieces: Iterable<Piece> } {
  if (block.kind !== "text" || sequences.length === 0) return { stopped: null, pieces: block.pieces };

  const pieces: Piece[] = [];
  let tokens = 0;
  for (const piece of block.pieces) {
    pieces.push(piece);
    tokens += piece.tokens;
    if (tokens > left) break;
  }
  const text = pieces.map((piece) => piece.text).join("");
  const found = sequences
    .map((sequence) => ({ sequence, at: text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
  if (!found) return { stopped: null, pieces };
  return { stopped: found.sequence, pieces: piecesOf(wordsOf(text.slice(0, found.at))) };
}
