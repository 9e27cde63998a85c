import type { ServerResponse } from "node:http";
import type { Principal } from "../http/principal.ts";
import { newId, type RequestId } from "../kernel/id.ts";
import { micros } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { usd, visibilityOf } from "../usage/event.ts";
import { type Ask, type CallOptions, callOf, userSays } from "./chat-ask.ts";
import { openPatiently, upstreamProblem } from "./chat-exchange.ts";
import { askingAgain, type JsonSchema, jsonTextOf, type Misfit } from "./chat-schema.ts";
import type { Exchange } from "./exchange.ts";
import type { GatewayParts } from "./parts.ts";
import type { Settled } from "./settle.ts";
import { receiveMessage } from "./whole-message.ts";

type Figures = Pick<Settled, "cost_micros_usd" | "spend_micros" | "input_tokens" | "output_tokens">;

/** What calls have come to so far. */
export interface Bill {
  add(settled: Figures): void;
  sum(): Figures;
}

export function openBill(): Bill {
  let sum: Figures = { cost_micros_usd: 0, spend_micros: micros(0), input_tokens: 0, output_tokens: 0 };
  return {
    add(settled) {
      sum = {
        cost_micros_usd: sum.cost_micros_usd + settled.cost_micros_usd,
        spend_micros: micros(sum.spend_micros + settled.spend_micros),
        input_tokens: sum.input_tokens + settled.input_tokens,
        output_tokens: sum.output_tokens + settled.output_tokens,
      };
    },
    sum: () => sum,
  };
}

export interface TaskOptions extends Pick<CallOptions, "route" | "tags"> {
  /** The request whose receipt lists every call that this takes. */
  readonly id: RequestId;
  readonly signal: AbortSignal;
  readonly res: ServerResponse;
  /** What it came to is added here, also where it fails. */
  readonly bill: Bill;
}

/** Answers one ask as a whole. With a schema, the answer is JSON that fits it, after one repair at most; or a Problem of 422. */
export async function answerTask(parts: GatewayParts, principal: Principal, ask: Ask, options: TaskOptions) {
  const { id, bill } = options;
  const { text, message, data } = ask.schema
    ? await answerJson(parts, principal, ask, ask.schema, options)
    : { ...(await callOnce(parts, principal, ask, options)), data: undefined };
  const { input_tokens, output_tokens } = bill.sum();
  const details = message.stop_details as { type?: string; code?: string } | null | undefined;
  return {
    text,
    input_tokens,
    output_tokens,
    model: message.model,
    stop_reason: message.stop_reason,
    ...(details?.type === "quota" && { code: details.code }),
    ...money(principal, bill.sum()),
    request_id: id,
    ...(ask.schema && { data }),
  };
}

const ATTEMPTS_MAX = 2;
/** Of an answer that did not fit, in the details of its refusal. */
const TEXT_LENGTH_MAX = 10_000;

async function answerJson(
  parts: GatewayParts,
  principal: Principal,
  asked: Ask,
  schema: JsonSchema,
  options: TaskOptions,
) {
  await parts.schemas.assertUsable(schema);
  let ask = asked;
  let way = { again: false, inWords: false };
  for (let attempt = 1; ; attempt++) {
    const { text, message, inWords } = await callOnce(parts, principal, ask, { ...options, ...way });
    const json = jsonTextOf(text);
    const misfits = await misfitsOf(parts, schema, json, message.stop_reason);
    if (!misfits.length) return { text, message, data: JSON.parse(json) as unknown };

    if (attempt === ATTEMPTS_MAX || !isRepairable(message)) {
      throw new Problem("schema_mismatch", {
        details: {
          errors: misfits,
          stop_reason: message.stop_reason,
          text: text.slice(0, TEXT_LENGTH_MAX),
          attempts: attempt,
        },
      });
    }
    const answered = { role: "assistant", content: text.trim() || "(nothing)" };
    ask = { ...asked, messages: [...asked.messages, answered, ...userSays(askingAgain(misfits))] };
    way = { again: true, inWords };
  }
}

/** A refusal would be another refusal, and after the end of a quota there is none for a repair. */
const isRepairable = ({ stop_reason, stop_details }: Record<string, unknown>): boolean =>
  stop_reason !== "refusal" && (stop_details as { type?: string } | null | undefined)?.type !== "quota";

async function misfitsOf(
  { schemas }: GatewayParts,
  schema: JsonSchema,
  json: string,
  stop_reason: unknown,
): Promise<readonly Misfit[]> {
  const misfits = await schemas.misfits(schema, json);
  if (!misfits.length || stop_reason !== "max_tokens") return misfits;
  return [...misfits, { path: "", message: "was cut off: max_tokens was used up" }];
}

/** One call, paid for when it returns. Where upstream does not know how to answer in this format, it is asked in words. */
async function callOnce(
  parts: GatewayParts,
  principal: Principal,
  ask: Ask,
  {
    again = false,
    inWords = false,
    ...options
  }: TaskOptions & { readonly again?: boolean; readonly inWords?: boolean },
): Promise<{ text: string; message: Record<string, unknown>; inWords: boolean }> {
  const { id, route, tags, signal, res, bill } = options;
  const call = callOf(parts, principal, ask, { route, tags, stream: false, inWords });
  const hold = again ? newId("request", parts.clock.wall()) : id;
  const exchange = counted(await openPatiently(parts, principal, call, { id: hold, parent: id, signal, res }), bill);
  const received = await receiveMessage(parts, exchange, call);
  if (!("error" in received)) return { text: textOf(received.message.content), message: received.message, inWords };

  const problem = upstreamProblem(exchange, received.error);
  const unknownFormat = problem.status === 400 && call.body.output_config && /output_config/.test(problem.message);
  if (!unknownFormat) throw problem;
  return callOnce(parts, principal, ask, { ...options, again: true, inWords: true });
}

/** Whatever ends the exchange, the bill hears of it. */
const counted = (exchange: Exchange, bill: Bill): Exchange => ({
  ...exchange,
  async finish(metered, ended) {
    const settled = await exchange.finish(metered, ended);
    bill.add(settled);
    return settled;
  },
});

function textOf(content: unknown): string {
  const blocks = Array.isArray(content) ? (content as { type?: string; text?: string }[]) : [];
  return blocks.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
}

/** What the caller may see of the money. */
export function money(
  principal: Principal,
  settled: Pick<Settled, "cost_micros_usd" | "spend_micros">,
): { readonly cost_usd?: string; readonly spend_micros?: number; readonly currency?: string } {
  const { tenant } = principal;
  const visibility = visibilityOf(principal);
  return {
    ...(visibility === "full" && { cost_usd: usd(settled.cost_micros_usd) }),
    ...(visibility !== "none" && { spend_micros: settled.spend_micros, currency: tenant.currency }),
  };
}
