import type { IncomingMessage, ServerResponse } from "node:http";
import { createBatch } from "./batches/create.ts";
import { batchHandler, listOwnBatches } from "./batches/serve.ts";
import { chat, chatOnce, chatStream } from "./chat.ts";
import { chatBatch } from "./chat-batch.ts";
import { countTokens, getModel, hello, listModels } from "./free-routes.ts";
import { messages } from "./messages.ts";
import { chatCompletions } from "./openai/completions.ts";
import type { GatewayParts } from "./parts.ts";

type Handler = (parts: GatewayParts, req: IncomingMessage, res: ServerResponse) => Promise<void> | void;

/** Every route that Claude is called by. Whatever is not listed is refused: a route that is not known to be metered is not served. */
export const DATA_ROUTES: Readonly<Record<string, Handler>> = {
  "POST /v1/messages": messages,
  "POST /messages": messages,
  "POST /v1/messages/count_tokens": countTokens,
  "POST /v1/messages/batches": createBatch,
  "GET /v1/messages/batches": listOwnBatches,
  "POST /v1/chat/completions": chatCompletions,
  "GET /v1/models": listModels,
  "POST /chat": chat,
  "POST /api/chat": chatOnce,
  "POST /api/chat/stream": chatStream,
  "POST /api/chat/batch": chatBatch,
  "HEAD /api/hello": hello,
  "GET /api/hello": hello,
};

const MODEL_PATH = /^\/v1\/models\/([^/]{1,200})$/;

/**
 * The handler of a data-plane request, or null. It works on Node's own request and response, so that the hot path need not pass
 * through Express.
 */
export function dataHandler(
  parts: GatewayParts,
  req: IncomingMessage,
): ((res: ServerResponse) => Promise<void> | void) | null {
  const path = (req.url ?? "/").split("?", 1)[0]!;
  const handler = DATA_ROUTES[`${req.method} ${path}`];
  if (handler) return (res) => handler(parts, req, res);
  const batch = batchHandler(parts, req, path);
  if (batch) return batch;
  const model = req.method === "GET" ? MODEL_PATH.exec(path)?.[1] : undefined;
  if (model !== undefined) return (res) => getModel(parts, req, res, decoded(model));
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
