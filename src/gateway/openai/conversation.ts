import { type Block, blocksOf, invalid, markOf, withMark } from "./content.ts";
import type { ChatMessage } from "./schema.ts";

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: Block[];
}

/** A conversation as Claude has it: what the system says stands apart, and the turns change sides. */
export interface Conversation {
  readonly system: readonly Block[];
  readonly messages: readonly Turn[];
}

/**
 * OpenAI's messages as Claude's. System and developer messages go to the top, wherever they stood; tool results are said by the user;
 * neighbours of the same side become one turn, because all results of a turn's tools must be in the next one.
 */
export function conversationOf(said: readonly ChatMessage[]): Conversation {
  const system: Block[] = [];
  const messages: Turn[] = [];
  const say = (role: Turn["role"], content: readonly Block[]) => {
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content: [...content] });
  };

  for (const [index, message] of said.entries()) {
    const path = `messages.${index}`;
    switch (message.role) {
      case "system":
      case "developer":
        system.push(...withMark(blocksOf(message.content, `${path}.content`), message));
        break;
      case "user": {
        const blocks = withMark(blocksOf(message.content, `${path}.content`), message);
        if (!blocks.length) throw invalid(`${path}.content`, "must not be empty");
        say("user", blocks);
        break;
      }
      case "assistant": {
        const blocks = withMark(assistantBlocks(message, path), message);
        // An answer of nothing is part of some histories, and has no place in Claude's.
        if (blocks.length) say("assistant", blocks);
        break;
      }
      case "tool":
        say("user", [toolResult(message, path)]);
    }
  }
  if (!messages.length) throw invalid("messages", "a message of the user is needed");
  return { system, messages };
}

type Said<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

function assistantBlocks({ content, refusal, tool_calls }: Said<"assistant">, path: string): Block[] {
  return [
    ...blocksOf(content ?? [], `${path}.content`),
    ...blocksOf([{ type: "refusal", refusal: refusal ?? "" }], path),
    ...(tool_calls ?? []).map((call, index) => ({
      type: "tool_use",
      id: call.id,
      name: call.function.name,
      input: inputOf(call.function.arguments, `${path}.tool_calls.${index}.function.arguments`),
    })),
  ];
}

/** The arguments of a call as the object they spell. */
function inputOf(text: string, path: string): object {
  if (!text.trim()) return {};
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw invalid(path, "is not valid JSON");
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) throw invalid(path, "must be a JSON object");
  return input;
}

function toolResult(message: Said<"tool">, path: string): Block {
  const content = blocksOf(message.content, `${path}.content`);
  return {
    type: "tool_result",
    tool_use_id: message.tool_call_id,
    ...(content.length && { content }),
    ...markOf(message),
  };
}
