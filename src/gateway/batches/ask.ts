import type { IncomingMessage, ServerResponse } from "node:http";
import type { Asker } from "../../alerts/outcomes.ts";
import { findTenant } from "../../tenants/store.ts";
import { assertOperatorAccepted } from "../answers.ts";
import { forwardedHeaders } from "../call.ts";
import type { GatewayParts } from "../parts.ts";
import { type ClaudeAnswer, type ClaudeRequest, passedHeaders } from "../upstream.ts";
import { type Batch, ROUTE } from "./batch.ts";
import type { BatchParts } from "./parts.ts";

export interface Question {
  readonly method: ClaudeRequest["method"];
  /** Below the batch, with the query: `/results`, `/cancel?beta=true`. */
  readonly path?: string;
  /** Default: those of its creation. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks upstream about a batch of ours, by the key that it was created with; where its tenant has replaced that since, by the new one. */
export async function ask(
  parts: BatchParts,
  batch: Batch,
  { method, path = "", headers = batch.headers }: Question,
  signal: AbortSignal,
): Promise<ClaudeAnswer> {
  const send = (sealed: string | null) =>
    parts.claude.send(
      {
        method,
        path: `${ROUTE}/${encodeURIComponent(batch.upstream_id!)}${path}`,
        headers,
        apiKey: sealed === null ? undefined : parts.secrets.unseal(sealed, batch.tenant_id),
      },
      { signal },
    );
  const first = batch.upstream_api_key_sealed;
  return parts.outcomes.watch(askerOf(batch), signal, async () => {
    const answer = await send(first);
    if (answer.statusCode !== 401 || first === null) return answer;
    const { upstream_api_key_sealed: now } = await findTenant(parts.db.read, batch.tenant_id);
    if (now === null || now === first) return answer;
    await answer.body.dump();
    return send(now);
  });
}

/** Whose key a batch is asked about by. */
const askerOf = ({ tenant_id, upstream_api_key_sealed }: Batch): Asker => ({
  tenant: { id: tenant_id, upstream_api_key_sealed },
});

/** What a request about a batch passes on: its headers, and any query string. */
export const passedOn = (req: IncomingMessage, path = ""): Pick<Question, "path" | "headers"> => ({
  path: path + queryOf(req),
  headers: forwardedHeaders(req.headers),
});

/** With its question mark; empty where there is none. */
export function queryOf({ url = "" }: IncomingMessage): string {
  const at = url.indexOf("?");
  return at === -1 ? "" : url.slice(at);
}

/** Passes upstream's error on as it is, unless it is about the operator. */
export function passError(parts: GatewayParts, res: ServerResponse, answer: ClaudeAnswer, bytes: Buffer): void {
  assertOperatorAccepted(parts, answer, bytes.toString("utf8").slice(0, 2_000));
  res.writeHead(answer.statusCode, { ...passedHeaders(answer.headers), "content-length": bytes.length });
  res.end(bytes);
}
