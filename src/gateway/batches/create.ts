import type { IncomingMessage, ServerResponse } from "node:http";
import { requestIdOf, sendJson } from "../../http/answers.ts";
import { baseUrlOf } from "../../http/base-url.ts";
import { scopeOf } from "../../http/idempotency.ts";
import type { Principal } from "../../http/principal.ts";
import { noteFacts } from "../../http/request-log.ts";
import { instant } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { demandsOf, limitContext, tieringOf } from "../../ledger/limits.ts";
import { authenticate } from "../../tenants/authenticate.ts";
import { assertAllowed, assertServed, standingOf } from "../admit.ts";
import { wholeAnswer } from "../answers.ts";
import { readBody } from "../body.ts";
import { forwardedHeaders, parseTags } from "../call.ts";
import { clientSignal, upstreamKey } from "../exchange.ts";
import type { GatewayParts } from "../parts.ts";
import { assertSupported } from "../unsupported.ts";
import { type ClaudeAnswer, passedHeaders } from "../upstream.ts";
import { passError, queryOf } from "./ask.ts";
import { type Batch, type BatchObject, HOLD_AGE_MAX_MS, presentBatch, ROUTE, waitAfter } from "./batch.ts";
import { dropBatch, type Placing, placeLines } from "./hold.ts";
import type { Line } from "./line.ts";
import { readLines } from "./lines.ts";
import { objectOf } from "./object.ts";
import { claimedUntil, keeping } from "./poll.ts";
import { type BatchChange, changeBatch, insertBatch } from "./store.ts";

/** Upstream's own bound. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

/** `POST /v1/messages/batches`: every line is checked and held, and only then is the batch sent. */
export async function createBatch(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  assertSupported({}, req.headers);
  assertAllowed(principal, { route: ROUTE, models: [] });
  assertServed(principal);
  if (principal.preset)
    throw new Problem("route_not_allowed", { message: "A token with a preset sends messages only." });
  if (principal.customer_id === null) throw new Problem("user_required");

  const signal = clientSignal(res);
  const leave = await parts.batches.door.enter(principal.tenant.id, signal);
  try {
    const bytes = await readBody(req, BODY_BYTES_MAX);
    if (!(await parts.idempotency.isFirst(req, res, { scope: scopeOf(principal), bytes }))) return;
    const { lines, placing } = await prepare(parts, principal, bytes, { req, res, signal });
    noteFacts(res, { route: ROUTE, lines: lines.length });
    const { batch } = placing;
    await parts.db.transaction((tx) => insertBatch(tx, batch));
    await keeping(parts, batch.id, async () => {
      await hold(parts, principal, lines, placing);
      await send(parts, principal, batch, bytes, { req, res });
    });
  } finally {
    leave();
  }
}

/** The batch before anything is done about it: its lines, found good, and what their holds have in common. */
async function prepare(
  parts: GatewayParts,
  principal: Principal,
  bytes: Buffer,
  { req, res, signal }: { req: IncomingMessage; res: ServerResponse; signal: AbortSignal },
): Promise<{ lines: readonly Line[]; placing: Placing }> {
  const { tenant } = principal;
  const at = parts.clock.now();
  const wall = parts.clock.wall();
  const catalog = await parts.catalogs.current();
  const terms = catalog.terms(at, { ...tenant, ...principal.payer });
  const lines = await readLines(bytes, { principal, catalog, terms, at });
  const limits = await parts.limitsOf(tenant.id);
  const { "anthropic-version": version = "2023-06-01", "anthropic-beta": beta } = forwardedHeaders(req.headers);
  const who = { tenant_id: tenant.id, user_id: principal.user?.id ?? null, key_id: principal.key_id };

  const batch: Batch = {
    id: requestIdOf(res),
    ...who,
    customer_id: principal.customer_id!,
    upstream_id: null,
    upstream_api_key_sealed: tenant.upstream_api_key_sealed,
    headers: { "anthropic-version": version, ...(beta && { "anthropic-beta": beta }) },
    state: "placing",
    lines: lines.length,
    object: null,
    created_at: at,
    expires_at: instant(at + HOLD_AGE_MAX_MS),
    poll_at: wall,
    polls: 0,
    leased_until: claimedUntil(wall),
  };
  const placing: Placing = {
    ...{ batch, signal },
    observe: tenant.enforcement === "observe",
    admitted_at: at,
    call: {
      ...{ route: ROUTE, stream: false, terms, tags: parseTags(req.headers["x-tollgate-tags"]) },
      parent: batch.id,
      timezone: tenant.timezone,
      admitted_wall: wall,
    },
    standing: standingOf(catalog, principal),
    tiering: tieringOf(
      catalog.planVersion(terms.plan_version_id ?? "")?.terms.tiers,
      principal.customer_id!,
      limitContext(principal, { model: "", at }),
    ),
    demandsOf: (model) => demandsOf(limits, limitContext(principal, { model, at })),
  };
  return { lines, placing };
}

/** Holds all lines and marks the batch as sent, durably; where either fails nothing of it remains. */
async function hold(
  parts: GatewayParts,
  principal: Principal,
  lines: readonly Line[],
  placing: Placing,
): Promise<void> {
  try {
    await placeLines(parts, lines, placing);
    placing.signal.throwIfAborted();
    const ours = await parts.db.transaction((tx) =>
      changeBatch(tx, placing.batch.id, ["placing"], { state: "sending" }),
    );
    // Another node took us for dead and has given the holds back.
    if (!ours) throw new Error(`the batch ${placing.batch.id} was taken over while its lines were being held`);
  } catch (error) {
    parts.outcomes.refused(principal, error);
    await parts.unsettled.ensure(() => dropBatch(parts, placing.batch));
    throw error;
  }
}

/**
 * Sends a batch whose lines are held. Upstream's refusal gives them back and is passed on. Where no answer comes nobody knows whether the
 * batch runs: it stays held, and is never sent again. The client's going changes nothing any more.
 */
async function send(
  parts: GatewayParts,
  principal: Principal,
  batch: Batch,
  bytes: Buffer,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
): Promise<void> {
  const drop = () => parts.unsettled.ensure(() => dropBatch(parts, batch));
  const change = (change: BatchChange) =>
    parts.unsettled.ensure(() =>
      parts.db.transaction((tx) => changeBatch(tx, batch.id, ["sending", "unknown"], { ...change, leased_until: 0 })),
    );

  let answer: ClaudeAnswer;
  let object: BatchObject | null = null;
  try {
    const { signal } = new AbortController();
    answer = await parts.outcomes.watch(principal, signal, () =>
      parts.claude.send(
        {
          method: "POST",
          path: ROUTE + queryOf(req),
          headers: { "content-type": "application/json", ...forwardedHeaders(req.headers) },
          bytes,
          apiKey: upstreamKey(parts, principal),
        },
        { signal },
      ),
    );
    if (answer.statusCode < 400) object = objectOf(await wholeAnswer(answer));
  } catch (error) {
    if (error instanceof Problem && error.code === "upstream_unreachable") {
      await drop();
      throw error;
    }
    await change({ state: "unknown" });
    parts.log.error({ err: error, batch: batch.id }, "nobody knows whether this batch was created upstream");
    throw new Problem("upstream_interrupted", { message: LOST, headers: { "x-should-retry": "false" }, cause: error });
  }
  if (!object) {
    await drop();
    return passError(parts, res, answer, await wholeAnswer(answer));
  }
  const wait = parts.clock.wall() + waitAfter(0);
  await change({ state: "open", upstream_id: String(object.id), object, poll_at: wait });
  for (const [name, value] of Object.entries(passedHeaders(answer.headers))) res.setHeader(name, value);
  sendJson(res, 200, presentBatch(object, baseUrlOf(parts.publicUrl, req)));
}

const LOST =
  "The provider did not answer, so nobody knows whether this batch was created. What it may cost stays held for a day. Sending it again may create it twice.";
