import type { Catalog, Catalogs } from "../catalog/catalog.ts";
import { promptTokens, type Sampling } from "../catalog/meters.ts";
import { costOf } from "../catalog/price-book.ts";
import type { Principal } from "../http/principal.ts";
import { mayUse, requireScope } from "../http/principal.ts";
import { type Clock, HOUR, type Instant, instant } from "../kernel/clock.ts";
import type { CustomerId, RequestId } from "../kernel/id.ts";
import type { Amounts } from "../kernel/metrics.ts";
import { holdMicros, type Terms } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { windowAt } from "../kernel/windows.ts";
import type { Hold } from "../ledger/books.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { demandsOf, type Limit } from "../ledger/limits.ts";
import { problemOfRefusal } from "../ledger/refusals.ts";
import type { UsageDraft } from "../usage/event.ts";
import { type Bound, boundOf } from "./bound.ts";
import type { Call } from "./call.ts";

export interface AdmitParts {
  readonly clock: Clock;
  readonly catalogs: Catalogs;
  readonly ledger: Ledger<UsageDraft>;
  /** The limits of a tenant, a second old at most. */
  readonly limitsOf: (tenant_id: string) => Promise<readonly Limit[]>;
  readonly nodeId: string;
}

/** A request that may be sent: what is held for it, and the prices and terms it is judged by until its end. */
export interface Admission {
  readonly hold: Hold;
  readonly catalog: Catalog;
  readonly call: HeldCall;
}

/** What the settlement needs of the request, kept with the hold so that another node can settle it after a crash. */
export interface HeldCall {
  readonly route: string;
  readonly model: string;
  readonly stream: boolean;
  readonly terms: Terms;
  readonly tags: Readonly<Record<string, string>>;
  /** The start of the tenant's hour of admission. */
  readonly hour: number;
  /** Tokens that the prompt probably has: for the cost of a call of which nothing else is known. */
  readonly prompt_estimate: number;
  readonly admitted_wall: number;
}

/** No stream lasts longer; what is still open then is settled from its last checkpoint. */
const HOLD_AGE_MAX_MS = 2 * HOUR;
const BYTES_PER_TOKEN = 4;

/**
 * Checks that this principal may make this call, and holds the most it can cost, before anything is sent. Throws a Problem
 * (nothing is held then). The worst case of `max_tokens` is held; `boundOf` is where a tighter hold would come in.
 */
export async function admit(parts: AdmitParts, principal: Principal, call: Call, id: RequestId): Promise<Admission> {
  assertAllowed(principal, call);
  const { tenant } = principal;
  const customer_id = payerOf(principal);
  const at = parts.clock.now();
  const catalog = await parts.catalogs.current();
  const terms = catalog.terms(at, tenant);
  const needs = needsOf(catalog, call, { tenant_id: tenant.id, at, terms });

  const model = call.models[0]!;
  const held: HeldCall = {
    route: call.route,
    model,
    stream: call.stream,
    terms,
    tags: call.tags,
    hour: windowAt("hour", at, tenant.timezone).start,
    prompt_estimate: Math.ceil(call.bytes.length / BYTES_PER_TOKEN),
    admitted_wall: parts.clock.wall(),
  };
  const who = { tenant_id: tenant.id, user_id: principal.user?.id ?? null, key_id: principal.key_id };
  const limits = await parts.limitsOf(tenant.id);
  const answer = await parts.ledger.place({
    ticket: {
      id,
      ...who,
      customer_id,
      node_id: parts.nodeId,
      observe: tenant.enforcement === "observe",
      admitted_at: at,
      expires_at: instant(at + HOLD_AGE_MAX_MS),
      call: held,
    },
    needs,
    demands: demandsOf(limits, { ...who, model, timezone: tenant.timezone, at }),
  });
  if (!answer.placed) throw problemOfRefusal(answer.refusal, { currency: terms.currency, at });
  return { hold: answer.hold, catalog, call: held };
}

/** Whether the credential, the tenant and the route allow this call at all. Used for free calls too. */
export function assertAllowed(principal: Principal, { route, models }: Pick<Call, "route" | "models">): void {
  if (principal.tenant.status === "suspended") throw new Problem("tenant_suspended");
  requireScope(principal, "inference");
  if (!mayUse(principal.routes, route)) {
    throw new Problem("route_not_allowed", { message: `This credential may not use ${route}.`, details: { route } });
  }
  for (const model of models) {
    if (!mayUse(principal.models, model)) {
      throw new Problem("model_not_allowed", { message: `This credential may not use ${model}.`, details: { model } });
    }
  }
}

function payerOf({ customer_id }: Principal): CustomerId {
  if (customer_id === null) throw new Problem("user_required");
  return customer_id;
}

/** The most that the call can use of each metric, at the dearest of the models that may answer it. */
function needsOf(
  catalog: Catalog,
  call: Call,
  context: { readonly tenant_id: string; readonly at: Instant; readonly terms: Terms },
): Amounts {
  let spend_micros = 0;
  let input_tokens = 0;
  let output_tokens = 0;
  for (const model of call.models) {
    const bound = boundOf(call, model);
    const cost = costOf(catalog.book, samplingsOf(bound, model), { ...context, fallback_model: model });
    if (!cost) {
      throw new Problem("model_not_priced", {
        message: `model: ${model} has no price, so it cannot be used here`,
        details: { model },
      });
    }
    spend_micros = Math.max(spend_micros, holdMicros(cost.pico_usd, context.terms));
    input_tokens = Math.max(input_tokens, promptTokens(bound.quantities) * bound.samplings);
    output_tokens = Math.max(output_tokens, bound.quantities.output * bound.samplings);
  }
  return { requests: 1, input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, spend_micros };
}

function samplingsOf({ quantities, samplings, list, geo }: Bound, model: string): Sampling[] {
  const { web_search, ...tokens } = quantities;
  return Array.from({ length: samplings }, (_, index) => ({
    model,
    quantities: { ...tokens, web_search: index === 0 ? web_search : 0 },
    list,
    geo,
    batch: false,
  }));
}
