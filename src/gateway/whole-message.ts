import type { Readable } from "node:stream";
import { Problem } from "../kernel/problems.ts";
import { assertOperatorAccepted, isEventStream, wholeAnswer } from "./answers.ts";
import type { Call } from "./call.ts";
import type { Exchange } from "./exchange.ts";
import { governed, howEnded } from "./governor.ts";
import { quotaEnd } from "./graceful-end.ts";
import { messageAssembler } from "./message-assembler.ts";
import { meteredMessage, NOTHING_SEEN } from "./metered.ts";
import type { GatewayParts } from "./parts.ts";
import type { Settled } from "./settle.ts";
import { streamMeter } from "./stream-meter.ts";

export interface WholeMessage {
  readonly bytes: Buffer;
  readonly message: Record<string, unknown>;
  readonly settled: Settled;
}

/**
 * Takes in the answer of a call that is not streamed and settles it, before anybody gets it: an answer that was given is always paid
 * for. An error status gives the hold back and is returned as it is.
 */
export async function receiveMessage(
  parts: GatewayParts,
  exchange: Exchange,
  call: Call,
): Promise<WholeMessage | { readonly error: Buffer }> {
  const { answer } = exchange;
  if (answer.statusCode < 400 && isEventStream(answer)) return receiveStreamed(parts, exchange, call);
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

/** Puts a streamed answer together for a caller who asked for a whole one, as far as its hold goes. */
async function receiveStreamed(parts: GatewayParts, exchange: Exchange, call: Call): Promise<WholeMessage> {
  const meter = streamMeter(call.models[0]!, parts);
  const assembler = messageAssembler();
  const governor = exchange.watch(meter);
  meter.onEvent = assembler.take;
  const chunks = governed(exchange.answer.body as Readable, meter, governor);
  let step = await chunks.next();
  while (!step.done) step = await chunks.next();

  const ended = howEnded(step.value, meter.state());
  const metered = meter.metered();
  const settled = await exchange.finish(metered, ended);
  if (ended !== "complete" && ended !== "quota") {
    throw meter.failure() ?? governor.reason() ?? new Problem("upstream_interrupted");
  }
  const message = { ...assembler.message(), ...(ended === "quota" && quotaEnd(metered, governor.reason()!)) };
  return { bytes: Buffer.from(JSON.stringify(message)), message, settled };
}
