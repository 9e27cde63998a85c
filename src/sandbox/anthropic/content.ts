import type { Step } from "./answer.ts";
import type { Json } from "./json.ts";

/** Folds the events of an answer into the `content` of a whole message. */
export function openContent(): { put(event: Step["event"]): undefined; blocks: Json[] } {
  const blocks: Json[] = [];
  let input = "";

  const fold: Record<string, (block: Json, delta: Json) => void> = {
    text_delta: (block, { text }) => {
      block.text = `${block.text}${text}`;
    },
    thinking_delta: (block, { thinking }) => {
      block.thinking = `${block.thinking}${thinking}`;
    },
    signature_delta: (block, { signature }) => {
      block.signature = signature;
    },
    citations_delta: (block, { citation }) => {
      block.citations = [...(block.citations as Json[]), citation];
    },
    input_json_delta: (_, { partial_json }) => {
      input += partial_json;
    },
  };

  return {
    blocks,
    put(event) {
      if (event.type === "content_block_start") {
        blocks.push({ ...(event.content_block as Json) });
        input = "";
        return;
      }
      const block = blocks.at(-1)!;
      const delta = event.delta as Json | undefined;
      if (delta) fold[String(delta.type)]?.(block, delta);
      else if (input) block.input = parsedOrEmpty(input);
    },
  };
}

/** The input of a tool call; one that `max_tokens` broke off has none. */
function parsedOrEmpty(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return {};
  }
}
