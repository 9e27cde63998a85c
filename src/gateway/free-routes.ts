import type { IncomingMessage, ServerResponse } from "node:http";
import { MODELS, modelOf } from "../catalog/models.ts";
import { isOnCard } from "../catalog/rate-card.ts";
import { sendJson } from "../http/answers.ts";
import { mayUse, type Principal } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { assertAllowed } from "./admit.ts";
import { assertOperatorAccepted, wholeAnswer } from "./answers.ts";
import { parseJsonObject, readBody } from "./body.ts";
import { assertNoFiles } from "./bound.ts";
import { forwardedHeaders } from "./call.ts";
import { clientSignal, upstreamKey } from "./exchange.ts";
import type { GatewayParts } from "./parts.ts";
import { assertSupported } from "./unsupported.ts";
import { passedHeaders } from "./upstream.ts";

/** Routes of Claude's API that cost nothing: who may call them is checked, nothing is held. */

/** `POST /v1/messages/count_tokens`, answered by upstream. */
export async function countTokens(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const bytes = await readBody(req);
  const body = parseJsonObject(bytes);
  if (typeof body.model !== "string") throw new Problem("invalid_request", { message: "model: Field required" });
  if (principal.preset)
    throw new Problem("route_not_allowed", { message: "A token tied to a preset can only send messages." });
  assertSupported(body, req.headers);
  assertNoFiles(body);
  assertAllowed(principal, { route: "/v1/messages/count_tokens", models: [modelOf(body.model).id] });

  const query = URL.parse(req.url ?? "/", "http://gateway")?.search ?? "";
  const signal = clientSignal(res);
  const answer = await parts.outcomes.watch(principal, signal, () =>
    parts.claude.send(
      {
        method: "POST",
        path: `/v1/messages/count_tokens${query}`,
        headers: { "content-type": "application/json", ...forwardedHeaders(req.headers) },
        bytes,
        apiKey: upstreamKey(parts, principal),
      },
      { signal },
    ),
  );
  const counted = await wholeAnswer(answer);
  assertOperatorAccepted(parts, answer, counted.toString("utf8").slice(0, 2_000));
  res.writeHead(answer.statusCode, { ...passedHeaders(answer.headers), "content-length": counted.length });
  res.end(counted);
}

/** `GET /v1/models`: what this credential may use and has a price; in OpenAI's shape for clients that name no `anthropic-version`. */
export async function listModels(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const models = await usableModels(parts, principal);
  if (req.headers["anthropic-version"] === undefined) {
    sendJson(res, 200, { object: "list", data: models.map(openAiModel) });
    return;
  }
  const query = new URLSearchParams((req.url ?? "").split("?")[1]);
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new Problem("invalid_request", { message: "limit: must be a whole number from 1 to 1000" });
  }
  const indexOf = (id: string | null) => (id === null ? -1 : models.findIndex((model) => model.id === id));
  const before = indexOf(query.get("before_id"));
  const from = before >= 0 ? Math.max(0, before - limit) : indexOf(query.get("after_id")) + 1;
  const to = before >= 0 ? before : from + limit;
  const page = models.slice(from, to);
  sendJson(res, 200, {
    data: page.map(anthropicModel),
    has_more: before >= 0 ? from > 0 : to < models.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  });
}

/** `GET /v1/models/{id}`, by id or alias. */
export async function getModel(
  parts: GatewayParts,
  req: IncomingMessage,
  res: ServerResponse,
  id: string,
): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const model = (await usableModels(parts, principal)).find((model) => model.id === modelOf(id).id);
  if (!model) throw new Problem("not_found", { message: `model: ${id.slice(0, 100)}` });
  sendJson(res, 200, req.headers["anthropic-version"] === undefined ? openAiModel(model) : anthropicModel(model));
}

interface ListedModel {
  readonly id: string;
  readonly created_at: string;
}

/** The shipped models, and those that an operator priced by their exact id. */
async function usableModels(parts: GatewayParts, principal: Principal): Promise<ListedModel[]> {
  const { book, versionFor } = await parts.catalogs.current();
  const pricing = versionFor(principal, parts.clock.now())?.terms.pricing;
  const priced = book
    .models(principal.tenant.id, parts.clock.now())
    .filter((id) => pricing?.type !== "rate_card" || isOnCard(pricing, id));
  const known = new Map(MODELS.map((model) => [model.id, model]));
  return priced
    .filter((id) => mayUse(principal.models, id))
    .map((id) => ({ id, created_at: `${known.get(id)?.released ?? "1970-01-01"}T00:00:00Z` }))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

const anthropicModel = ({ id, created_at }: ListedModel) => ({
  type: "model",
  id,
  display_name: displayName(id),
  created_at,
});

const openAiModel = ({ id, created_at }: ListedModel) => ({
  id,
  object: "model",
  created: Date.parse(created_at) / 1000,
  owned_by: "anthropic",
});

/** `claude-opus-5-5` is Claude Opus 5.5. */
function displayName(id: string): string {
  const words = id.split("-").map((word) => (/^\d/.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)));
  return words.join(" ").replace(/(\d) (?=\d)/g, "$1.");
}

/** `HEAD /api/hello`: whether anybody is here. Asked without a credential. */
export function hello(_parts: GatewayParts, _req: IncomingMessage, res: ServerResponse): void {
  res.statusCode = 200;
  res.end();
}
