import { serveAdmin } from "./admin/serve.ts";
import { admit } from "./admit.ts";
import { isFault, lastUserText, readAsk } from "./ask.ts";
import { serveBatches } from "./batches/serve.ts";
import type { SandboxRequest } from "./behaviour.ts";
import { readBody } from "./body.ts";
import { type Fault, faultOf, imposedFault, invalid, tooLong } from "./fault.ts";
import { serveMessages } from "./messages.ts";
import { findModel, pageOfModels, presentModel } from "./models.ts";
import { outletOf } from "./outlet.ts";
import { type Exchange, sendFault, sendJson } from "./parts.ts";
import { segmentsOf, tokensOf } from "./tokens.ts";

/** Every door of the sandbox. */
export async function route(exchange: Exchange): Promise<void> {
  const { method = "GET", url = "/" } = exchange.req;
  const [path = "/", query = ""] = url.split("?");
  if (path.startsWith("/v1/messages/batches")) return serveBatches(exchange, path, new URLSearchParams(query));
  if (path.startsWith("/v1/organizations/")) return serveAdmin(exchange, path, new URLSearchParams(query));
  const model = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];

  switch (model ? `${method} /v1/models/{id}` : `${method} ${path}`) {
    case "POST /v1/messages":
      return serveMessages(exchange);
    case "POST /v1/messages/count_tokens":
      return serveCount(exchange);
    case "GET /v1/models":
      return serveModels(exchange, () => pageOrFault(new URLSearchParams(query)));
    case "GET /v1/models/{id}":
      return serveModels(exchange, () => modelOrFault(model!));
    case "GET /api/hello":
    case "HEAD /api/hello":
      return sendJson(exchange, 200, { message: "hello" });
    case "GET /sandbox/tally": {
      const { totals, inFlight, requests } = exchange.parts.tally;
      return sendJson(exchange, 200, { totals, in_flight: inFlight, requests });
    }
    case "POST /sandbox/reset":
      for (const forget of [exchange.parts.tally.reset, exchange.parts.cache.forget, exchange.parts.behaviours.forget])
        forget();
      return sendJson(exchange, 200, {});
    default:
      return sendFault(exchange, faultOf(404));
  }
}

/** POST /v1/messages/count_tokens: the number that a message with this prompt is billed, cached or not. */
async function serveCount(exchange: Exchange): Promise<void> {
  const { req, parts } = exchange;
  const admission = admit(req.headers, parts.keys);
  if ("status" in admission) return sendFault(exchange, admission);
  const raw = await readBody(req);
  if (raw === null) return;
  if (typeof raw !== "string") return sendFault(exchange, raw);

  const ask = readAsk(raw, admission.version, "count_tokens");
  if (isFault(ask)) return sendFault(exchange, ask);
  const input_tokens = tokensOf(segmentsOf(ask));
  if (input_tokens > ask.model.windowTokens) return sendFault(exchange, tooLong(input_tokens, ask.model.windowTokens));

  const asked = { endpoint: "count_tokens", key: admission.key, model: ask.model.id, text: lastUserText(ask) } as const;
  if (await isImposedUpon(exchange, asked)) return;
  sendJson(exchange, 200, { input_tokens });
}

async function serveModels(exchange: Exchange, found: () => object | Fault): Promise<void> {
  const admission = admit(exchange.req.headers, exchange.parts.keys);
  if ("status" in admission) return sendFault(exchange, admission);
  if (await isImposedUpon(exchange, { endpoint: "models", key: admission.key, model: "", text: "" })) return;

  const answer = found();
  if ("status" in answer) sendFault(exchange, answer as Fault);
  else sendJson(exchange, 200, answer);
}

const pageOrFault = (query: URLSearchParams): object | Fault => {
  const page = pageOfModels(query);
  return typeof page === "string" ? invalid(page) : page;
};

const modelOrFault = (name: string): object | Fault => {
  const model = findModel(name);
  return model ? presentModel(model) : faultOf(404, `model: ${name}`);
};

/** Whether a rule has answered in our place, or the client did not wait. */
async function isImposedUpon(
  exchange: Exchange,
  asked: Pick<SandboxRequest, "endpoint" | "key" | "model" | "text">,
): Promise<boolean> {
  const { parts, req, res, id } = exchange;
  const behaviour = parts.behaviours.of({ ...asked, id, headers: req.headers, stream: false });
  const outlet = outletOf(res);
  if (behaviour.first_byte_ms) await outlet.pause(behaviour.first_byte_ms);
  if (outlet.open && behaviour.status) sendFault(exchange, imposedFault(behaviour.status, behaviour.retry_after));
  return !outlet.open || behaviour.status !== undefined;
}
