import { z } from "zod";
import type { Principal } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";
import { type Call, parseCall } from "./call.ts";
import { askingForJson, type JsonSchema, outputFormat, Schema } from "./chat-schema.ts";
import type { GatewayParts } from "./parts.ts";

/** What the simple routes are asked, and the messages call that it comes to. */

const ANTHROPIC_VERSION = "2026-10-21";
const TEXT_MAX = 2_000_000;

const Text = z.string().min(1).max(TEXT_MAX);
const Messages = z
  .array(
    z.looseObject({
      role: z.enum(["user", "assistant"]),
      content: z.union([z.string().max(TEXT_MAX), z.array(z.looseObject({}))]),
    }),
  )
  .min(1)
  .max(100_000);

/** `POST /chat` */
export const SimpleChat = z.strictObject({ message: Text, system: z.string().max(TEXT_MAX).optional() });
const ASK = {
  message: Text.optional(),
  messages: Messages.optional(),
  system_prompt: z.string().max(TEXT_MAX).optional(),
  model: z.string().min(1).max(200).optional(),
  max_tokens: z.int().min(1).optional(),
};
const hasOneOf = ({ message, messages }: { message?: unknown; messages?: unknown }) =>
  (message === undefined) !== (messages === undefined);
const ONE_OF = "give either message or messages";

/** `POST /api/chat/stream` */
export const StreamedChat = z.strictObject(ASK).refine(hasOneOf, ONE_OF);
/** `POST /api/chat`, and each task of `POST /api/chat/batch` */
export const Chat = z.strictObject({ ...ASK, schema: Schema.optional() }).refine(hasOneOf, ONE_OF);

/** What is asked, however it was said. */
export interface Ask {
  readonly messages: readonly unknown[];
  readonly system?: string;
  readonly model?: string;
  readonly max_tokens?: number;
  /** The JSON that the answer must be. */
  readonly schema?: JsonSchema;
}

export const userSays = (content: string) => [{ role: "user", content }];

export const askOf = ({
  message,
  messages,
  system_prompt,
  ...rest
}: z.infer<typeof StreamedChat> & { readonly schema?: JsonSchema }): Ask => ({
  messages: messages ?? userSays(message!),
  system: system_prompt,
  ...rest,
});

export interface CallOptions {
  /** As receipts and route globs name it. */
  readonly route: string;
  readonly stream: boolean;
  /** The `x-tollgate-tags` of the request. */
  readonly tags: string | string[] | undefined;
  /** Ask for the JSON in words, although upstream could be asked by its own means. */
  readonly inWords?: boolean;
}

/** The messages call that an ask comes to, with the installation's defaults where it names no model or bound. */
export function callOf(
  { defaults }: Pick<GatewayParts, "defaults">,
  principal: Principal,
  { messages, system, model, max_tokens, schema }: Ask,
  { route, stream, tags, inWords }: CallOptions,
): Call {
  if (schema && principal.preset) {
    throw new Problem("invalid_request", {
      message: "schema: this token is tied to a preset, which says what is asked",
    });
  }
  const format = schema && !inWords ? outputFormat(schema) : null;
  const prompt = [system, schema && !format && askingForJson(schema)].filter(Boolean).join("\n\n");
  const body = {
    model: model ?? defaults.model,
    max_tokens: max_tokens ?? Math.min(defaults.max_tokens, principal.max_tokens ?? Infinity),
    ...(prompt && { system: prompt }),
    ...(format && { output_config: { format } }),
    messages,
    stream,
  };
  const headers = { "anthropic-version": ANTHROPIC_VERSION, "x-tollgate-tags": tags };
  return parseCall({ bytes: Buffer.from(JSON.stringify(body)), headers, path: "/v1/messages", route }, principal);
}
