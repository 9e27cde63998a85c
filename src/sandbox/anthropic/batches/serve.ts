import { admit } from "../admit.ts";
import { readBody } from "../body.ts";
import type { Behaviour } from "../directives.ts";
import { type Fault, faultOf, imposedFault, invalid } from "../fault.ts";
import { operatorHeaders } from "../headers.ts";
import { outletOf } from "../outlet.ts";
import { type Exchange, sendFault, sendJson } from "../parts.ts";
import { type Batch, endsAt, isArchived, presentBatch } from "./batch.ts";
import { resultsOf } from "./line.ts";

/** What the API takes: 256 MB. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;
const PATH = /^\/v1\/messages\/batches(?:\/([^/]+)(?:\/(cancel|results))?)?$/;

/** Everything under `/v1/messages/batches`. A rule on `batches` may impose a status, a wait, or with `cut_after` a lost answer. */
export async function serveBatches(exchange: Exchange, path: string, query: URLSearchParams): Promise<void> {
  const { parts, req, res, id } = exchange;
  const admission = admit(req.headers, parts.keys);
  if ("status" in admission) return sendFault(exchange, admission);
  const { key, version } = admission;
  const about = { endpoint: "batches", key, model: "", stream: false, text: `${req.method} ${path}` } as const;
  const behaviour = parts.behaviours.of({ ...about, id, headers: req.headers });
  const outlet = outletOf(res);
  if (behaviour.first_byte_ms) await outlet.pause(behaviour.first_byte_ms);
  if (!outlet.open) return;
  if (behaviour.status) return sendFault(exchange, imposedFault(behaviour.status, behaviour.retry_after));

  const [, batchId, act] = PATH.exec(path) ?? [];
  if (batchId === undefined) {
    if (req.method === "POST" && path === COLLECTION) return create(exchange, { key, version }, behaviour);
    if (req.method === "GET" && path === COLLECTION) return sendAnswer(exchange, await pageOf(exchange, query));
    return sendFault(exchange, faultOf(404));
  }
  const batch = parts.batches.find(batchId);
  if (!batch) return sendFault(exchange, faultOf(404, `batch ${batchId} not found`));
  switch (`${req.method} ${act ?? ""}`) {
    case "GET ":
      return sendJson(exchange, 200, await shown(exchange, batch));
    case "DELETE ":
      return remove(exchange, batch);
    case "POST cancel":
      if (parts.now() < endsAt(batch)) batch.canceledAt ??= parts.now();
      return sendJson(exchange, 200, await shown(exchange, batch));
    case "GET results":
      return sendResults(exchange, batch, behaviour);
    default:
      return sendFault(exchange, faultOf(404));
  }
}

const COLLECTION = "/v1/messages/batches";

async function create(
  exchange: Exchange,
  by: { readonly key: string; readonly version: string },
  { cut_after }: Behaviour,
): Promise<void> {
  const raw = await readBody(exchange.req, BODY_BYTES_MAX);
  if (raw === null) return;
  if (typeof raw !== "string") return sendFault(exchange, raw);
  let body: unknown;
  try {
    body = JSON.parse(raw);
  } catch {
    return sendFault(exchange, invalid("The request body is not valid JSON."));
  }
  const made = exchange.parts.batches.add(body, by);
  if (cut_after !== undefined) return void exchange.res.destroy();
  if ("status" in made) return sendFault(exchange, made);
  sendJson(exchange, 200, await shown(exchange, made));
}

/** Only a batch that has ended can be deleted. */
function remove(exchange: Exchange, batch: Batch): void {
  const { parts } = exchange;
  if (parts.now() < endsAt(batch)) {
    sendFault(exchange, faultOf(409, "The batch is still being processed. Cancel it first."));
    return;
  }
  parts.batches.remove(batch.id);
  sendJson(exchange, 200, { id: batch.id, type: "message_batch_deleted" });
}

async function sendResults(exchange: Exchange, batch: Batch, { cut_after }: Behaviour): Promise<void> {
  const { parts, res, id } = exchange;
  if (isArchived(batch, parts.now())) return sendFault(exchange, faultOf(404, "The results are no longer available."));
  const results = await resultsBy(exchange, batch);
  if (!results) return sendFault(exchange, invalid("The batch is still being processed: it has no results yet."));
  res.writeHead(200, { ...operatorHeaders(id, parts.now()), "content-type": "application/x-jsonl" });
  const outlet = outletOf(res);
  for (const [index, { text }] of results.entries()) {
    if (!outlet.open) return;
    if (index === cut_after) return outlet.cut();
    const written = outlet.write(text);
    if (written) await written;
  }
  res.end();
}

const resultsBy = async ({ parts }: Exchange, batch: Batch) => {
  if (parts.now() < endsAt(batch)) return null;
  batch.results ??= resultsOf(parts, batch);
  return batch.results;
};

async function shown(exchange: Exchange, batch: Batch) {
  const results = await resultsBy(exchange, batch);
  const counts = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  for (const { fate } of results ?? []) counts[fate] += 1;
  const resultsUrl = `http://${exchange.req.headers.host}${COLLECTION}/${batch.id}/results`;
  return presentBatch(batch, { now: exchange.parts.now(), counts: results && counts, resultsUrl });
}

async function pageOf(exchange: Exchange, query: URLSearchParams): Promise<object | Fault> {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return invalid("limit: Input should be from 1 to 1000");
  const all = exchange.parts.batches.list();
  const [after, before] = [query.get("after_id"), query.get("before_id")];
  const at = all.findIndex(({ id }) => id === (after ?? before));
  if ((after ?? before) && at < 0) return invalid(`${after ? "after_id" : "before_id"}: was not found`);
  const rest = before ? all.slice(0, at) : all.slice(at + 1);
  const page = before ? rest.slice(-limit) : rest.slice(0, limit);
  return {
    data: await Promise.all(page.map((batch) => shown(exchange, batch))),
    has_more: rest.length > page.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

const sendAnswer = (exchange: Exchange, answer: object | Fault) =>
  "status" in answer ? sendFault(exchange, answer as Fault) : sendJson(exchange, 200, answer);
