import type { Catalog } from "../../catalog/catalog.ts";
import { holdFor } from "../../catalog/charge.ts";
import type { TermsInForce } from "../../catalog/terms.ts";
import type { Principal } from "../../http/principal.ts";
import type { Amounts } from "../../kernel/metrics.ts";
import { Problem } from "../../kernel/problems.ts";
import { assertAllowed } from "../admit.ts";
import { boundOf, samplingsOfExtent, worstExtent } from "../bound.ts";
import { type Call, parseCall } from "../call.ts";
import { assertSupported } from "../unsupported.ts";
import { ROUTE } from "./batch.ts";
import { membersOf, parseValue } from "./members.ts";

/** What is kept of a line once it is checked: enough to hold for it. */
export interface Line {
  readonly custom_id: string;
  readonly model: string;
  readonly needs: Amounts;
  /** Tokens that its prompt probably has. */
  readonly prompt_estimate: number;
}

export interface LineContext {
  readonly principal: Principal;
  readonly catalog: Catalog;
  readonly terms: TermsInForce;
  readonly at: number;
}

const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const BYTES_PER_TOKEN = 4;

/** Checks one element of `requests` as a messages call of its own would be. A Problem names the line and the field. */
export function readLine(bytes: Buffer, index: number, context: LineContext): Line {
  const path = `requests.${index}`;
  const { custom_id, params, others } = entryOf(bytes, path);
  if (custom_id === undefined) throw wrong(`${path}.custom_id: Field required`);
  if (typeof custom_id !== "string" || !CUSTOM_ID.test(custom_id))
    throw wrong(`${path}.custom_id: must be 1 to 64 letters, digits, dashes and underscores`);
  if (params === undefined) throw wrong(`${path}.params: Field required`);
  try {
    assertSupported(others, {});
    const call = parseCall({ bytes: params, headers: {}, path: ROUTE, route: ROUTE }, context.principal);
    assertBatchable(call);
    assertAllowed(context.principal, call);
    const prompt_estimate = Math.ceil(params.length / BYTES_PER_TOKEN);
    return { custom_id, model: call.models[0]!, needs: needsOf(call, context), prompt_estimate };
  } catch (error) {
    throw error instanceof Problem ? located(error, `${path}.params`) : error;
  }
}

function entryOf(bytes: Buffer, path: string) {
  let custom_id: unknown;
  let params: Buffer | undefined;
  const others: Record<string, unknown> = {};
  try {
    for (const { key, start, end } of membersOf(bytes)) {
      const value = bytes.subarray(start, end);
      if (key === "params") params = value;
      else if (key === "custom_id") custom_id = parseValue(value);
      else others[key] = parseValue(value);
    }
  } catch (error) {
    throw error instanceof Problem ? located(error, path) : error;
  }
  return { custom_id, params, others };
}

/** What a messages call may have and a line of a batch may not. Threads are refused everywhere. */
function assertBatchable({ body, max_tokens }: Call): void {
  if (body.stream === true) throw wrong("stream: a batch is not streamed");
  if (max_tokens === 0) throw wrong("max_tokens: must be greater than 0 in a batch");
  if (body.speed != null) throw wrong("speed: cannot be chosen in a batch");
  if (body.fallbacks != null) throw wrong("fallbacks: cannot be used in a batch");
}

/** The most that a line can use, at the batch price of the dearest model that may answer it. */
function needsOf(call: Call, { principal, catalog, terms, at }: LineContext): Amounts {
  let spend_micros = 0;
  let input_tokens = 0;
  let output_tokens = 0;
  for (const model of call.models) {
    const bound = boundOf(call, model);
    const extent = worstExtent(bound, call.max_tokens);
    const samplings = samplingsOfExtent(bound, extent).map((sampling) => ({ ...sampling, batch: true }));
    const context = { tenant_id: principal.tenant.id, at, terms, fallback_model: model };
    spend_micros = Math.max(spend_micros, holdFor(catalog, samplings, context));
    input_tokens = Math.max(input_tokens, bound.prompt_tokens + extent.input_again);
    output_tokens = Math.max(output_tokens, extent.output);
  }
  return { requests: 1, input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, spend_micros };
}

const wrong = (message: string) => new Problem("invalid_request", { message });

/** The same Problem, with the line that it is about in front of its field. */
function located({ code, message, details, headers, cause }: Problem, path: string): Problem {
  const named = /^[\w.]+: /.test(message) ? `${path}.${message}` : `${path}: ${message}`;
  const field = typeof details?.field === "string" ? { field: `${path}.${details.field}` } : {};
  return new Problem(code, { message: named, details: details && { ...details, ...field }, headers, cause });
}
