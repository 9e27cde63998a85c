import type { ServerResponse } from "node:http";
import type { Principal } from "../http/principal.ts";
import { noteFacts } from "../http/request-log.ts";
import type { RequestId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { type Admission, admit } from "./admit.ts";
import { headerOf, wholeAnswer } from "./answers.ts";
import type { Call } from "./call.ts";
import type { Governor } from "./governor.ts";
import { type Ended, type Metered, NOTHING_SEEN, PROMPT_ONLY } from "./metered.ts";
import type { GatewayParts } from "./parts.ts";
import { rateLimitHeaders } from "./rate-limit-headers.ts";
import { rollingHold } from "./rolling-hold.ts";
import { type Settled, type Settlement, settle } from "./settle.ts";
import type { StreamMeter } from "./stream-meter.ts";
import type { ClaudeAnswer } from "./upstream.ts";

/** An admitted call and upstream's answer to it. Whoever has one must end it, with `finish` or `giveBack`. */
export interface Exchange {
  readonly admission: Admission;
  readonly answer: ClaudeAnswer;
  readonly upstream_request_id: string | null;
  readonly first_byte_ms: number;
  /** Settles what was used. */
  finish(metered: Metered, ended: Ended): Promise<Settled>;
  /** Sends the call again under the same hold, after an answer that is not wanted. */
  again(): Promise<Exchange>;
  /** Ends the hold of a call that used nothing. */
  giveBack(): Promise<void>;
  /** Counts a stream in the checkpoints until it is finished, and says who governs it. */
  watch(meter: StreamMeter): Governor;
}

export interface ExchangeOptions {
  /** Of the hold. */
  readonly id: RequestId;
  /** The request whose receipt lists this call, where that is not the call itself. */
  readonly parent?: RequestId;
  readonly signal: AbortSignal;
  readonly res: ServerResponse;
}

/**
 * Waits for a place, admits a call and sends it. Where no answer comes, the hold is ended here and a Problem thrown: given back when
 * upstream never said anything, settled as unproved when the client left while upstream may have been at work.
 */
export async function openExchange(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  { id, parent, signal, res }: ExchangeOptions,
): Promise<Exchange> {
  noteFacts(res, { route: call.route, model: call.models[0], stream: call.stream });
  const leave = await parts.turnstile.enter(principal.tenant.id, signal);
  try {
    return await placed(parts, principal, call, { id, parent, signal, res, leave });
  } catch (error) {
    leave();
    parts.outcomes.refused(principal, error);
    throw error;
  }
}

async function placed(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  { id, parent, signal, res, leave }: ExchangeOptions & { readonly leave: () => void },
): Promise<Exchange> {
  const queuedAt = performance.now();
  const send = (path: string, bytes: Buffer) =>
    parts.outcomes.watch(principal, signal, () =>
      parts.claude.send(
        {
          method: "POST",
          path,
          headers: { "content-type": "application/json", ...call.headers },
          bytes,
          apiKey: upstreamKey(parts, principal),
        },
        { signal },
      ),
    );
  const admission = await admit(parts, principal, call, { id, parent, countTokens: () => countPrompt(call, send) });
  for (const [name, value] of Object.entries(rateLimitHeaders(admission.standings))) res.setHeader(name, value);
  const { hold } = admission;
  const startedAt = performance.now();

  const settleWith = async (facts: Pick<Settlement, "metered" | "ended" | "upstream_request_id" | "first_byte_ms">) => {
    const settled = await parts.unsettled.ensure(() =>
      settle(parts, admission.catalog, { hold, call: admission.call, ...facts }),
    );
    const { draws: _, quantities, ...figures } = settled;
    const { first_byte_ms, ended } = facts;
    parts.metrics.settled({
      ...figures,
      quantities,
      route: call.route,
      ended,
      source: facts.metered.source,
      first_byte_ms,
    });
    noteFacts(res, {
      ...figures,
      ended: facts.ended,
      source: facts.metered.source,
      first_byte_ms: facts.first_byte_ms,
      admission_ms: Math.round(startedAt - queuedAt),
    });
    return settled;
  };
  const release = () => parts.unsettled.ensure(() => parts.ledger.release(hold, parts.clock.now()));

  /**
   * Where no answer comes, the hold is ended: given back when nothing was sent. A client that left pays for its prompt; a call that
   * broke off is settled as one of which nothing is known.
   */
  const answered = async (): Promise<ClaudeAnswer> => {
    let sent = false;
    try {
      signal.throwIfAborted();
      // A call that is not streamed but held like a stream is called as one: so it can be ended when its hold is used up.
      const asStream = admission.extension !== null && !call.stream;
      const bytes = asStream ? Buffer.from(JSON.stringify({ ...call.body, stream: true })) : call.bytes;
      sent = true;
      return await send(call.path, bytes);
    } catch (error) {
      leave();
      const reached = sent && !(error instanceof Problem && error.code === "upstream_unreachable");
      const model = call.models[0]!;
      if (reached) {
        await settleWith({
          metered: signal.aborted ? PROMPT_ONLY(model, admission.call.prompt_estimate) : NOTHING_SEEN(model),
          ended: signal.aborted ? "client_gone" : "interrupted",
          upstream_request_id: null,
          first_byte_ms: null,
        });
      } else await release();
      throw signal.aborted ? signal.reason : error;
    }
  };

  const open = async (): Promise<Exchange> => {
    const answer = await answered();
    const upstream_request_id = headerOf(answer, "request-id");
    const first_byte_ms = Math.round(performance.now() - startedAt);
    let forget = () => {};
    return {
      ...{ admission, answer, upstream_request_id, first_byte_ms },
      again: open,
      async finish(metered, ended) {
        forget();
        leave();
        parts.checkpoints.forget(hold);
        if (ended === "upstream_error" || ended === "interrupted") parts.outcomes.brokeOff(principal);
        return settleWith({ metered, ended, upstream_request_id, first_byte_ms });
      },
      async giveBack() {
        leave();
        await release();
      },
      watch(meter) {
        const { covered, extension } = admission;
        parts.checkpoints.watch(hold, meter, upstream_request_id);
        const governor = rollingHold(meter, { covered, most: call.max_tokens, extension });
        forget = parts.openStreams.register(hold, governor);
        return governor;
      },
    };
  };
  return open();
}

/** The tenant's own key for upstream, where it has one. */
export function upstreamKey({ secrets }: Pick<GatewayParts, "secrets">, { tenant }: Principal): string | undefined {
  const sealed = tenant.upstream_api_key_sealed;
  return sealed === null ? undefined : secrets.unseal(sealed, tenant.id);
}

/** Fields of a messages body that count_tokens does not take. */
const NOT_COUNTED = [
  "max_tokens",
  "stream",
  "metadata",
  "temperature",
  "top_p",
  "top_k",
  "stop_sequences",
  "service_tier",
];

/** Upstream's own count of the prompt, or null where it has none to give. */
async function countPrompt(
  call: Call,
  send: (path: string, bytes: Buffer) => Promise<ClaudeAnswer>,
): Promise<number | null> {
  const body = Object.fromEntries(Object.entries(call.body).filter(([name]) => !NOT_COUNTED.includes(name)));
  const answer = await send("/v1/messages/count_tokens", Buffer.from(JSON.stringify(body)));
  const bytes = await wholeAnswer(answer);
  if (answer.statusCode !== 200) return null;
  const { input_tokens } = JSON.parse(bytes.toString("utf8")) as { input_tokens?: unknown };
  return Number.isSafeInteger(input_tokens) ? (input_tokens as number) : null;
}

/** What happens upstream when this client goes: its tenant's choice, or the installation's. */
export const onDisconnectOf = (
  { defaults }: Pick<GatewayParts, "defaults">,
  { tenant }: Principal,
): "abort" | "drain" => tenant.settings.on_disconnect ?? defaults.onDisconnect;

/** What stops a call upstream: that its client goes, unless answers are drained (then they outlive their client). */
export const callSignal = (onDisconnect: "abort" | "drain", res: ServerResponse): AbortSignal =>
  onDisconnect === "drain" ? new AbortController().signal : clientSignal(res);

/** Aborts when the client's connection closes before its answer is complete. */
export function clientSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.on("close", () => {
    if (!res.writableFinished) controller.abort(new Problem("client_gone"));
  });
  return controller.signal;
}
