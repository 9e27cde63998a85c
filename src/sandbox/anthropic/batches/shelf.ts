import { randomBytes } from "node:crypto";
import { type Fault, invalid } from "../fault.ts";
import { isJson, type Json } from "../json.ts";
import type { Batch, BatchLine } from "./batch.ts";

/** The batches of the one workspace that all keys of the sandbox belong to: any key finds all of them. */
export interface BatchShelf {
  /** Takes in a body, or says in the API's words why not. */
  add(body: unknown, by: { readonly key: string; readonly version: string }): Batch | Fault;
  find(id: string): Batch | undefined;
  remove(id: string): void;
  /** Newest first. */
  list(): readonly Batch[];
}

const LINES_MAX = 100_000;
const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;

export function openBatchShelf({ now, batchMs }: { now: () => number; batchMs: number }): BatchShelf {
  const batches = new Map<string, Batch>();

  return {
    add(body, { key, version }) {
      const requests = isJson(body) ? body.requests : undefined;
      for (const complaint of complaintsAbout(requests)) return invalid(complaint);
      const createdAt = now();
      const lines = (requests as Json[]).map((request, index) => lineOf(request, { index, createdAt, batchMs }));
      const batch: Batch = {
        id: `msgbatch_01${randomBytes(11).toString("hex")}`,
        ...{ key, version, createdAt },
        lines,
        throughAt: lines.reduce((latest, { readyAt }) => Math.max(latest, readyAt), createdAt),
        canceledAt: null,
        results: null,
      };
      batches.set(batch.id, batch);
      return batch;
    },
    find: (id) => batches.get(id),
    remove: (id) => void batches.delete(id),
    list: () => [...batches.values()].reverse(),
  };
}

/** `[[batch_ms=N]]` anywhere in a line says how long it takes. */
function lineOf(
  { custom_id, params }: Json,
  { index, createdAt, batchMs }: { index: number; createdAt: number; batchMs: number },
): BatchLine {
  const directed = /\[\[batch_ms=(\d+)\]\]/.exec(JSON.stringify(params) ?? "")?.[1];
  return { index, custom_id: String(custom_id), params, readyAt: createdAt + Number(directed ?? batchMs) };
}

/** What is wrong with the batch as a whole. The params of a line are judged when it is processed. */
function* complaintsAbout(requests: unknown): Generator<string> {
  if (requests === undefined) return yield "requests: Field required";
  if (!Array.isArray(requests)) return yield "requests: Input should be a valid list";
  if (requests.length === 0) yield "requests: List should have at least 1 item after validation, not 0";
  if (requests.length > LINES_MAX) yield `requests: List should have at most ${LINES_MAX} items after validation`;
  const seen = new Set<unknown>();
  for (const [index, request] of requests.entries()) {
    const path = `requests.${index}`;
    if (!isJson(request)) return yield `${path}: Input should be a valid dictionary`;
    if (request.custom_id === undefined) yield `${path}.custom_id: Field required`;
    if (typeof request.custom_id !== "string" || !CUSTOM_ID.test(request.custom_id))
      yield `${path}.custom_id: String should match pattern '${CUSTOM_ID.source}'`;
    if (!isJson(request.params)) yield `${path}.params: Field required`;
    if (seen.has(request.custom_id)) yield `${path}.custom_id: must be unique: ${request.custom_id}`;
    seen.add(request.custom_id);
  }
}
