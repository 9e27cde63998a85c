import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "../../http/answers.ts";
import { baseUrlOf } from "../../http/base-url.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import type { Principal } from "../../http/principal.ts";
import { writeTo } from "../../http/sse.ts";
import { Problem } from "../../kernel/problems.ts";
import { authenticate } from "../../tenants/authenticate.ts";
import { assertAllowed } from "../admit.ts";
import { wholeAnswer } from "../answers.ts";
import { clientSignal } from "../exchange.ts";
import type { GatewayParts } from "../parts.ts";
import { assertSupported } from "../unsupported.ts";
import { type ClaudeAnswer, passedHeaders } from "../upstream.ts";
import { ask, passError, passedOn, queryOf } from "./ask.ts";
import { type Batch, hasEnded, ownerOf, presentBatch, ROUTE } from "./batch.ts";
import { noteObject, objectOf } from "./object.ts";
import { openSettler, type Settler, settleResults } from "./results.ts";
import { changeBatch, findBatch, listBatches } from "./store.ts";

type Served = (parts: GatewayParts, req: IncomingMessage, res: ServerResponse, batch: Batch) => Promise<void>;

/** What can be asked about one batch, by method and what stands behind its id. */
const SERVED: Readonly<Record<string, Served>> = {
  "GET ": retrieve,
  "DELETE ": remove,
  "POST cancel": cancel,
  "GET results": results,
};

const PATH = /^\/v1\/messages\/batches\/([^/]{1,200})(?:\/(cancel|results))?$/;

/** The handler of a request about one batch, or null. A batch of somebody else does not exist. */
export function batchHandler(
  parts: GatewayParts,
  req: IncomingMessage,
  path: string,
): ((res: ServerResponse) => Promise<void>) | null {
  const [, id, act = ""] = PATH.exec(path) ?? [];
  const serve = SERVED[`${req.method} ${act}`];
  if (id === undefined || !serve) return null;
  return async (res) => {
    const principal = await allowed(parts, req, res);
    const batch = await findBatch(parts.db.read, ownerOf(principal), id);
    if (!batch) throw new Problem("not_found", { message: `There is no batch ${id}.` });
    await serve(parts, req, res, batch);
  };
}

async function allowed(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<Principal> {
  const principal = await authenticate(parts, req, res);
  assertSupported({}, req.headers);
  assertAllowed(principal, { route: ROUTE, models: [] });
  return principal;
}

/** `GET /v1/messages/batches`: from our table, as they were last seen. Upstream's list would show everybody's. */
export async function listOwnBatches(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const owner = ownerOf(await allowed(parts, req, res));
  const asked = parse(PageQuery.strip(), Object.fromEntries(new URLSearchParams(queryOf(req))));
  const cursor = async (name: "after_id" | "before_id") => {
    const id = asked[name];
    if (id === undefined) return undefined;
    const batch = await findBatch(parts.db.read, owner, id);
    if (!batch) throw new Problem("not_found", { message: `${name}: there is no batch ${id}` });
    return batch.id;
  };
  const query = { ...asked, after_id: await cursor("after_id"), before_id: await cursor("before_id") };
  const rows = await listBatches(parts.db.read, owner, query);
  const baseUrl = baseUrlOf(parts.publicUrl, req);
  const named = rows.map(({ upstream_id, object }) => ({ id: upstream_id!, object: object! }));
  sendJson(
    res,
    200,
    pageOf(named, query, ({ object }) => presentBatch(object, baseUrl)),
  );
}

async function retrieve(parts: GatewayParts, req: IncomingMessage, res: ServerResponse, batch: Batch): Promise<void> {
  const answer = await ask(parts, batch, { method: "GET", ...passedOn(req) }, clientSignal(res));
  await answerObject(parts, req, res, batch, answer);
}

async function cancel(parts: GatewayParts, req: IncomingMessage, res: ServerResponse, batch: Batch): Promise<void> {
  const answer = await ask(parts, batch, { method: "POST", ...passedOn(req, "/cancel") }, clientSignal(res));
  await answerObject(parts, req, res, batch, answer);
}

/** Passes upstream's object on as one of ours, and remembers it. One that is seen to have ended is settled soon. */
async function answerObject(
  parts: GatewayParts,
  req: IncomingMessage,
  res: ServerResponse,
  batch: Batch,
  answer: ClaudeAnswer,
): Promise<void> {
  const bytes = await wholeAnswer(answer);
  if (answer.statusCode >= 400) return passError(parts, res, answer, bytes);
  const object = objectOf(bytes);
  await noteObject(parts, batch, object);
  for (const [name, value] of Object.entries(passedHeaders(answer.headers))) res.setHeader(name, value);
  sendJson(res, answer.statusCode, presentBatch(object, baseUrlOf(parts.publicUrl, req)));
}

/** `DELETE`: only what has ended, and only once it is settled: after that nobody could tell what it cost. */
async function remove(parts: GatewayParts, req: IncomingMessage, res: ServerResponse, batch: Batch): Promise<void> {
  const signal = clientSignal(res);
  if (batch.state !== "settled") {
    const seen = await ask(parts, batch, { method: "GET" }, signal);
    const bytes = await wholeAnswer(seen);
    if (seen.statusCode >= 400) return passError(parts, res, seen, bytes);
    if (!hasEnded(objectOf(bytes))) {
      throw new Problem("conflict", {
        message: "This batch is still being processed. Cancel it, and delete it once it has ended.",
        headers: { "x-should-retry": "false" },
      });
    }
    const results = await ask(parts, batch, { method: "GET", path: "/results" }, signal);
    if (results.statusCode >= 400) return passError(parts, res, results, await wholeAnswer(results));
    await settleResults(parts, batch, results.body as AsyncIterable<Buffer>);
  }
  const answer = await ask(parts, batch, { method: "DELETE", ...passedOn(req) }, signal);
  const bytes = await wholeAnswer(answer);
  if (answer.statusCode >= 400) return passError(parts, res, answer, bytes);
  await parts.unsettled.ensure(() =>
    parts.db.transaction((tx) => changeBatch(tx, batch.id, ["settled"], { state: "deleted" })),
  );
  res.writeHead(answer.statusCode, { ...passedHeaders(answer.headers), "content-length": bytes.length });
  res.end(bytes);
}

/** `GET …/results`: upstream's bytes, settled as they pass. The answer ends after its last line is in the books. */
async function results(parts: GatewayParts, req: IncomingMessage, res: ServerResponse, batch: Batch): Promise<void> {
  const answer = await ask(parts, batch, { method: "GET", ...passedOn(req, "/results") }, clientSignal(res));
  if (answer.statusCode >= 400) return passError(parts, res, answer, await wholeAnswer(answer));
  res.writeHead(answer.statusCode, passedHeaders(answer.headers));

  let settler: Settler | null = batch.state === "settled" ? null : openSettler(parts, batch);
  /** Trouble with the books is not the reader's: the batch stays unsettled, and is read again. */
  const settled = async (step: (settler: Settler) => Promise<void>) => {
    if (!settler) return;
    try {
      await step(settler);
    } catch (error) {
      settler = null;
      parts.log.error({ err: error, batch: batch.id }, "results that passed were not settled");
    }
  };
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      await settled((settler) => settler.feed(chunk));
      if (!(await writeTo(res, chunk))) return;
    }
  } catch (cause) {
    if (res.destroyed) return;
    throw new Problem("upstream_interrupted", { cause });
  }
  await settled((settler) => settler.finish());
  res.end();
}
