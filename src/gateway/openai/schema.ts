import { z } from "zod";

/**
 * `POST /v1/chat/completions` as OpenAI has it, as far as Claude can do what it says. Unknown fields are left out: nothing reaches
 * upstream that is not named here. What must be refused is in `unsupported.ts`.
 */

const TEXT_MAX = 32_000_000;
const Text = z.string().max(TEXT_MAX);

/** An extension: Claude's cache breakpoints, on parts, messages, tools, or the whole request. Upstream judges what is in it. */
const CacheControl = z.looseObject({}).nullish();
const marked = { cache_control: CacheControl };

const TextPart = z.object({ type: z.literal("text"), text: Text, ...marked });
const ImagePart = z.object({ type: z.literal("image_url"), image_url: z.object({ url: Text.min(1) }), ...marked });
const RefusalPart = z.object({ type: z.literal("refusal"), refusal: Text });

const partsOf = <Part extends z.ZodType>(part: Part) =>
  z.preprocess(
    (content) => (typeof content === "string" ? [{ type: "text", text: content }] : content),
    z.array(part, "must be a text or a list of parts"),
  );

const Texts = partsOf(z.discriminatedUnion("type", [TextPart], "must be a part of type text"));
const Media = partsOf(
  z.discriminatedUnion(
    "type",
    [TextPart, ImagePart],
    "must be a part of type text or image_url: Claude gets no others here",
  ),
);
const Said = partsOf(z.discriminatedUnion("type", [TextPart, RefusalPart], "must be a part of type text or refusal"));

const ToolCall = z.object({
  id: z.string().min(1),
  type: z.literal("function", "must be function").optional(),
  function: z.object({ name: z.string().min(1), arguments: Text }),
});

const Message = z.discriminatedUnion(
  "role",
  [
    z.object({ role: z.enum(["system", "developer"]), content: Texts, ...marked }),
    z.object({ role: z.literal("user"), content: Media, ...marked }),
    z.object({
      role: z.literal("assistant"),
      content: Said.nullish(),
      refusal: Text.nullish(),
      tool_calls: z.array(ToolCall).nullish(),
      ...marked,
    }),
    z.object({ role: z.literal("tool"), tool_call_id: z.string().min(1), content: Media, ...marked }),
  ],
  "must be a message of role system, developer, user, assistant or tool",
);

const JsonSchema = z.looseObject({});

const Tool = z.discriminatedUnion(
  "type",
  [
    z.object({
      type: z.literal("function"),
      function: z.object({
        name: z.string().min(1),
        description: z.string().nullish(),
        parameters: JsonSchema.nullish(),
        strict: z.boolean().nullish(),
        ...marked,
      }),
      ...marked,
    }),
  ],
  "must be a tool of type function: Claude has no others here",
);

const ToolChoice = z.union(
  [
    z.enum(["auto", "none", "required"]),
    z.object({ type: z.literal("function"), function: z.object({ name: z.string().min(1) }) }),
  ],
  "must be auto, none, required or a function by its name",
);

const ResponseFormat = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json_object") }),
    z.object({ type: z.literal("json_schema"), json_schema: z.object({ schema: JsonSchema }) }),
  ],
  "must be of type text, json_object or json_schema",
);

const Count = z.int().min(1);

export const ChatRequest = z.object({
  /** Required, unless a preset says it: `parseCall` knows. */
  model: z.string().min(1).max(200).optional(),
  messages: z.array(Message).min(1).max(100_000),
  max_tokens: Count.nullish(),
  max_completion_tokens: Count.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1))], "must be a text or a list of texts").nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.array(Tool).nullish(),
  tool_choice: ToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: ResponseFormat.nullish(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  ...marked,
  /** An extension: Claude's own thinking settings. */
  thinking: z.looseObject({}).nullish(),
});

export type ChatRequest = z.infer<typeof ChatRequest>;
export type ChatMessage = ChatRequest["messages"][number];
export type ChatTool = z.infer<typeof Tool>;
export type ContentPart = z.infer<typeof TextPart> | z.infer<typeof ImagePart> | z.infer<typeof RefusalPart>;
