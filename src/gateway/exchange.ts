import type { ServerResponse } from "node:http";
import type { Principal } from "../http/principal.ts";
import { noteFacts } from "../http/request-log.ts";
import type { RequestId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { type Admission, admit } from "./admit.ts";
import type { Call } from "./call.ts";
import { type Ended, type Metered, meteredMessage, NOTHING_SEEN } from "./metered.ts";
import type { GatewayParts } from "./parts.ts";
import { type Settled, type Settlement, settle } from "./settle.ts";
import type { StreamMeter } from "./stream-meter.ts";
import type { ClaudeAnswer } from "./upstream.ts";

/** The largest non-streamed answer that is taken in; more than any model can say. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** An admitted call and upstream's answer to it. Whoever has one must end it, with `finish` or `giveBack`. */
export interface Exchange {
  readonly admission: Admission;
  readonly answer: ClaudeAnswer;
  readonly upstream_request_id: string | null;
  readonly first_byte_ms: number;
  /** Settles what was used. */
  finish(metered: Metered, ended: Ended): Promise<Settled>;
  /** Ends the hold of a call that used nothing. */
  giveBack(): Promise<void>;
  /** Counts a stream in the checkpoints, until it is finished. */
  watch(meter: StreamMeter): void;
}

/**
 * Admits a call and sends it. Where no answer comes, the hold is ended here and a Problem thrown: given back when upstream never
 * said anything, settled as unproved when the client left while upstream may have been at work.
 */
export async function openExchange(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  { id, signal, res }: { readonly id: RequestId; readonly signal: AbortSignal; readonly res: ServerResponse },
): Promise<Exchange> {
  noteFacts(res, { route: call.route, model: call.models[0], stream: call.stream });
  const admission = await admit(parts, principal, call, id);
  const { hold } = admission;
  const startedAt = performance.now();
  const sealed = principal.tenant.upstream_api_key_sealed;
  const settleWith = async (facts: Pick<Settlement, "metered" | "ended" | "upstream_request_id" | "first_byte_ms">) => {
    const settled = await parts.unsettled.ensure(() =>
      settle(parts, admission.catalog, { hold, call: admission.call, ...facts }),
    );
    const { draws: _, ...figures } = settled;
    noteFacts(res, {
      ...figures,
      ended: facts.ended,
      source: facts.metered.source,
      first_byte_ms: facts.first_byte_ms,
    });
    return settled;
  };

  const giveBack = () => parts.unsettled.ensure(() => parts.ledger.release(hold, parts.clock.now()));

  let answer: ClaudeAnswer;
  try {
    signal.throwIfAborted();
    answer = await parts.claude.send(
      {
        method: "POST",
        path: call.path,
        headers: { "content-type": "application/json", ...call.headers },
        bytes: call.bytes,
        apiKey: sealed === null ? undefined : parts.secrets.unseal(sealed, hold.tenant_id),
      },
      { signal },
    );
  } catch (error) {
    if (signal.aborted) {
      await settleWith({
        metered: NOTHING_SEEN(call.models[0]!),
        ended: "client_gone",
        upstream_request_id: null,
        first_byte_ms: null,
      });
    } else await giveBack();
    throw error;
  }

  const upstream_request_id = headerOf(answer, "request-id");
  const first_byte_ms = Math.round(performance.now() - startedAt);
  return {
    admission,
    answer,
    upstream_request_id,
    first_byte_ms,
    async finish(metered, ended) {
      parts.checkpoints.forget(hold);
      return settleWith({ metered, ended, upstream_request_id, first_byte_ms });
    },
    giveBack,
    watch: (meter) => parts.checkpoints.watch(hold, meter),
  };
}

/** Upstream's refusal of the operator's own credential or account is no fault of the caller, who cannot mend it. */
export function assertOperatorAccepted(parts: GatewayParts, answer: ClaudeAnswer, error: unknown): void {
  if (![401, 402, 403].includes(answer.statusCode)) return;
  parts.log.error(
    { status: answer.statusCode, upstream_error: error },
    "upstream refused the operator's credential or account",
  );
  throw new Problem("upstream_refused");
}

/** Upstream's whole answer. Throws a Problem when it breaks off. */
export async function wholeAnswer(answer: ClaudeAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new Problem("upstream_interrupted", { cause });
  }
  return Buffer.concat(chunks);
}

export interface WholeMessage {
  readonly bytes: Buffer;
  readonly message: Record<string, unknown>;
  readonly settled: Settled;
}

/**
 * Takes in a non-streamed answer and settles it, before anybody gets it: an answer that was given is always paid for. An
 * error status gives the hold back and is returned as it is.
 */
export async function receiveMessage(
  parts: GatewayParts,
  exchange: Exchange,
  call: Call,
): Promise<WholeMessage | { readonly error: Buffer }> {
  const { answer } = exchange;
  let bytes: Buffer;
  try {
    bytes = await wholeAnswer(answer);
  } catch (error) {
    if (answer.statusCode >= 400) await exchange.giveBack();
    else await exchange.finish(NOTHING_SEEN(call.models[0]!), "interrupted");
    throw error;
  }
  if (answer.statusCode >= 400) {
    await exchange.giveBack();
    assertOperatorAccepted(parts, answer, bytes.toString("utf8").slice(0, 2_000));
    return { error: bytes };
  }
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch (cause) {
    await exchange.finish(NOTHING_SEEN(call.models[0]!), "interrupted");
    throw new Problem("upstream_interrupted", { cause });
  }
  return { bytes, message, settled: await exchange.finish(meteredMessage(message, call.models[0]!), "complete") };
}

/** Aborts when the client's connection closes before its answer is complete. */
export function clientSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.on("close", () => {
    if (!res.writableFinished)
      controller.abort(new Problem("upstream_interrupted", { message: "The client has gone." }));
  });
  return controller.signal;
}

export const headerOf = (answer: ClaudeAnswer, name: string): string | null => {
  const value = answer.headers[name];
  return typeof value === "string" ? value : null;
};
