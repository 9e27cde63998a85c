import { isJson, type Json } from "./json.ts";

/** What is wrong with `tools` and `tool_choice`. */
export function* toolComplaints({ tools, tool_choice: choice }: Json): Generator<string> {
  if (tools !== undefined && !Array.isArray(tools)) return yield "tools: Input should be a valid list";
  const listed: unknown[] = Array.isArray(tools) ? tools : [];
  for (const [index, tool] of listed.entries()) {
    if (!isJson(tool)) return yield `tools.${index}: Input should be a valid dictionary`;
    const custom = tool.type === undefined || tool.type === "custom";
    if (custom && typeof tool.name !== "string") yield `tools.${index}.custom.name: Field required`;
    if (custom && !isJson(tool.input_schema)) yield `tools.${index}.custom.input_schema: Field required`;
  }
  const names = (listed as Json[]).map(({ name }) => name).filter((name) => name !== undefined);
  if (new Set(names).size < names.length) yield "tools: Tool names must be unique.";

  if (choice === undefined) return;
  if (!isJson(choice) || !["auto", "any", "tool", "none"].includes(String(choice.type)))
    return yield "tool_choice: Input tag should be one of 'auto', 'any', 'tool', 'none'";
  if (listed.length === 0 && choice.type !== "none")
    yield "tool_choice: tool_choice may only be specified while providing tools.";
  if (choice.type === "tool" && !names.some((name) => name === choice.name))
    yield `tool_choice: Tool '${choice.name}' not found in provided tools`;
}
