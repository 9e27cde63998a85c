import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "../db/database.ts";
import { claimKey, findKeyed, freeKey, type KeyedRequest, keepAnswer, purgeKeyed } from "../db/idempotency.ts";
import { type Clock, DAY, HOUR } from "../kernel/clock.ts";
import type { TenantId, UserId } from "../kernel/id.ts";
import { Problem, problemBody } from "../kernel/problems.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { captureAnswer, type WholeAnswer } from "./idempotency-capture.ts";
import type { Principal } from "./principal.ts";
import { noteFacts } from "./request-log.ts";

/** Whose key it is: one principal's keys say nothing of another's. */
export interface KeyScope {
  /** Null for administrators. */
  readonly tenant_id: TenantId | null;
  readonly user_id?: UserId | null;
  readonly who: string;
}

export interface Idempotency {
  /**
   * Whether this request is to be answered now; false where it was answered, and the same answer has just been given again. Without
   * the header always true, and nothing else happens. With it, what is answered is kept before it is sent. A Problem where the key
   * is bad, was used for another request, or is in use.
   */
  isFirst(
    req: IncomingMessage,
    res: ServerResponse,
    asked: { readonly scope: KeyScope; readonly path?: string; readonly bytes: Uint8Array | string },
  ): Promise<boolean>;
  close(): Promise<void>;
}

export interface IdempotencyParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: {
    seal(plain: string, belongsTo: string): string;
    unseal(sealed: string, belongsTo: string): string;
  };
  readonly nodeId: string;
  /** How long an answer is kept; a day without it. */
  readonly keptMs?: number;
  /** Does it now, and where that fails, later again. */
  readonly ensure: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onError: (error: unknown) => void;
}

/** Longer than any answer takes. A node that dies ends its claims sooner, with its own lease. */
const LEASE_MS = 2 * HOUR;
const ANSWER_BYTES_MAX = 1024 * 1024;
const KEY = /^[\x20-\x7e]{1,255}$/;

export const scopeOf = ({ tenant, user, key_id }: Principal): KeyScope => ({
  tenant_id: tenant.id,
  user_id: user?.id ?? null,
  who: `${user?.id ?? ""} ${key_id ?? ""}`,
});

/** Answers a repeated `POST` with the answer of the first, so that it is done, recorded and billed once. */
export function openIdempotency(parts: IdempotencyParts): Idempotency {
  const { db, clock, secrets, keptMs = DAY, onError } = parts;
  const saving = new Set<Promise<void>>();
  const purging = repeatedly(() => db.transaction((tx) => purgeKeyed(tx, clock.wall())), HOUR, onError);

  /** Takes the key, or returns the kept answer. */
  async function claimOrFind(request: Pick<KeyedRequest, "id" | "tenant_id" | "user_id" | "fingerprint" | "claim">) {
    for (let attempt = 0; attempt < 3; attempt++) {
      const wall = clock.wall();
      const claimed = { ...request, node_id: parts.nodeId, lease_until: wall + LEASE_MS, expires_at: wall + keptMs };
      if (await db.transaction((tx) => claimKey(tx, claimed, wall))) return null;
      const known = await findKeyed(db.read, request.id);
      // Given back between the two looks.
      if (!known) continue;
      if (known.fingerprint !== request.fingerprint) throw new Problem("idempotency_key_reused");
      if (known.answer === null) break;
      return unpacked(secrets.unseal(known.answer, sealedFor(request.id)));
    }
    throw new Problem("idempotency_in_progress", { headers: { "retry-after": "1" } });
  }

  /** Never rejects: an answer that cannot be kept is given all the same. */
  async function save(request: { id: string; claim: string }, res: ServerResponse, answer: WholeAnswer): Promise<void> {
    const fits = answer.body.length <= ANSWER_BYTES_MAX;
    if (!fits) res.setHeader("idempotent-kept", "false");
    try {
      const sealed = fits && isLasting(answer.status) ? secrets.seal(packed(answer), sealedFor(request.id)) : null;
      await parts.ensure(() =>
        db.transaction((tx) => (sealed === null ? freeKey(tx, request) : keepAnswer(tx, request, sealed))),
      );
    } catch (error) {
      onError(error);
    }
  }

  return {
    async isFirst(req, res, { scope, path = req.url ?? "", bytes }) {
      const key = req.headers["idempotency-key"];
      if (key === undefined) return true;
      if (typeof key !== "string" || !KEY.test(key)) {
        throw new Problem("invalid_request", { message: "idempotency-key: must be 1 to 255 printable characters" });
      }
      const request = {
        id: hashOf(scope.tenant_id ?? "", scope.who, key),
        tenant_id: scope.tenant_id,
        user_id: scope.user_id ?? null,
        fingerprint: hashOf(req.method ?? "", path, bytes),
        claim: randomUUID(),
      };
      const kept = await claimOrFind(request);
      if (kept) {
        noteFacts(res, { replay_of: kept.headers["request-id"] });
        giveAgain(res, kept);
        return false;
      }
      captureAnswer(res, (answer) => {
        const saved = save(request, res, answer).finally(() => saving.delete(saved));
        saving.add(saved);
        return saved;
      });
      return true;
    },

    async close() {
      await purging.close();
      await Promise.all(saving);
    },
  };
}

/** Nothing was done, and later it might be: these answers are not kept. */
const PASSING = [401, 402, 403, 408, 409, 429, 499];
const isLasting = (status: number): boolean => status < 500 && !PASSING.includes(status);

/** What belongs to the answer itself. The rest belongs to the connection, to the page that asks, or to the moment. */
const KEPT_HEADERS =
  /^(content-type|content-disposition|cache-control|location|x-should-retry|request-id|x-tollgate-.*|anthropic-(?!ratelimit).*)$/;

const packed = ({ status, headers, body }: WholeAnswer): string =>
  JSON.stringify({
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name))),
    body: body.toString("base64"),
  });

function unpacked(text: string): WholeAnswer {
  const { status, headers, body } = JSON.parse(text) as Pick<WholeAnswer, "status" | "headers"> & { body: string };
  return { status, headers, body: Buffer.from(body, "base64") };
}

function giveAgain(res: ServerResponse, { status, headers, body }: WholeAnswer): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
  res.setHeader("idempotent-replayed", "true");
  res.end(body);
}

const sealedFor = (id: string): string => `idempotency ${id}`;

/** Each part is told apart from the next by its length. */
function hashOf(...texts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length} `).update(text);
  return hash.digest("hex");
}

type Sealing = IdempotencyParts["secrets"];

/** What a kept answer says, for whoever must find a person's data in it. */
export function keptText(secrets: Sealing, { id, answer }: { readonly id: string; readonly answer: string }): string {
  return unpacked(secrets.unseal(answer, sealedFor(id))).body.toString("utf8");
}

/** What is given instead of an answer that was erased: what was asked was done once, and is not done again. */
export function erasedAnswer(secrets: Sealing, id: string): string {
  const problem = new Problem("answer_erased");
  const body = Buffer.from(JSON.stringify(problemBody(problem, "erased")));
  const headers = { "content-type": "application/json" };
  return secrets.seal(packed({ status: problem.status, headers, body }), sealedFor(id));
}
