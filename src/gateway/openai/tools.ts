import { invalid, markOf } from "./content.ts";
import type { ChatRequest, ChatTool } from "./schema.ts";

/** The tools of a request and what is said about their use, in Claude's words. Nothing where there are no tools. */
export function toolsOf({ tools, tool_choice, parallel_tool_calls }: ChatRequest): Record<string, unknown> {
  const forced = tool_choice && tool_choice !== "auto" && tool_choice !== "none";
  if (!tools?.length) {
    if (forced) throw invalid("tool_choice", "needs tools to choose from");
    return {};
  }
  const choice = choiceOf(tool_choice, parallel_tool_calls === false);
  return { tools: tools.map(toolOf), ...(choice && { tool_choice: choice }) };
}

function toolOf({ function: { name, description, parameters, strict, ...inner }, ...outer }: ChatTool) {
  return {
    name,
    ...(description && { description }),
    input_schema: { type: "object", ...(parameters ?? { properties: {} }) },
    ...(strict && { strict }),
    ...markOf(inner),
    ...markOf(outer),
  };
}

function choiceOf(choice: ChatRequest["tool_choice"], oneAtATime: boolean) {
  const bound = oneAtATime && { disable_parallel_tool_use: true };
  if (typeof choice === "object" && choice) return { type: "tool", name: choice.function.name, ...bound };
  switch (choice) {
    case "none":
      return { type: "none" };
    case "required":
      return { type: "any", ...bound };
    case "auto":
      return { type: "auto", ...bound };
    default:
      return bound && { type: "auto", ...bound };
  }
}
