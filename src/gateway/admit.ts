import type { Catalog, Catalogs } from "../catalog/catalog.ts";
import { holdFor } from "../catalog/charge.ts";
import { promptTokens, type Quantities } from "../catalog/meters.ts";
import type { TermsInForce } from "../catalog/terms.ts";
import type { Principal } from "../http/principal.ts";
import { mayUse, requireRoute, requireScope } from "../http/principal.ts";
import { type Clock, HOUR, type Instant, instant } from "../kernel/clock.ts";
import type { CustomerId, RequestId } from "../kernel/id.ts";
import type { Amounts, Metric } from "../kernel/metrics.ts";
import { Problem } from "../kernel/problems.ts";
import type { Hold, Refusal, Standing } from "../ledger/books.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { demandsOf, type Limit, limitContext, tieringOf } from "../ledger/limits.ts";
import { type Standing as PayerStanding, problemOfRefusal, suspended } from "../ledger/refusals.ts";
import type { UsageDraft } from "../usage/event.ts";
import { type Bound, boundOf, type Extent, rollingExtent, samplingsOfExtent, worstExtent } from "./bound.ts";
import type { Call } from "./call.ts";
import { type Extension, SLICE_TOKENS, SLICE_TOKENS_MIN } from "./rolling-hold.ts";

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
  /** Output tokens that are held. With `extension`, more can be held as the stream grows; without, this is all it can need. */
  readonly covered: number;
  readonly extension: Extension | null;
  /** How its limits stand, with this hold counted. */
  readonly standings: readonly Standing[];
}

/** What the settlement needs of the request, kept with the hold so that another node can settle it after a crash. */
export interface HeldCall {
  readonly route: string;
  readonly model: string;
  readonly stream: boolean;
  readonly terms: TermsInForce;
  readonly tags: Readonly<Record<string, string>>;
  /** Where the tenant's days begin, at the admission. A hold of an older version has none. */
  readonly timezone?: string;
  /** Tokens that the text of the prompt probably has: for a call of which nothing else is known. */
  readonly prompt_estimate: number;
  readonly admitted_wall: number;
  /** The request whose receipt lists this call, where the hold has an id of its own: another try, a repair. */
  readonly parent?: RequestId;
}

/** No stream lasts longer; what is still open then is settled from its last checkpoint. */
const HOLD_AGE_MAX_MS = 2 * HOUR;
const BYTES_PER_TOKEN = 4;

/**
 * Checks that this principal may make this call, and holds what it needs to begin, before anything is sent. Throws a Problem
 * (nothing is held then). A stream begins with its prompt and a first slice of output and holds more as it grows; a call that is not
 * streamed is held for its worst case, and where that does not fit it is held like a stream (and then called as one). A tenant with
 * `hold: "strict"` has the worst case held, or the call refused.
 */
export async function admit(
  parts: AdmitParts,
  principal: Principal,
  call: Call,
  {
    id,
    parent,
    countTokens,
  }: { readonly id: RequestId; readonly parent?: RequestId; readonly countTokens: () => Promise<number | null> },
): Promise<Admission> {
  assertAllowed(principal, call);
  assertServed(principal);
  const { tenant } = principal;
  const customer_id = payerOf(principal);
  const at = parts.clock.now();
  const catalog = await parts.catalogs.current();
  const terms = catalog.terms(at, { ...tenant, ...principal.payer });
  const model = call.models[0]!;
  let bounds = call.models.map((model) => boundOf(call, model));
  const held: HeldCall = {
    route: call.route,
    model,
    stream: call.stream,
    terms,
    tags: call.tags,
    timezone: tenant.timezone,
    prompt_estimate: Math.ceil(bounds[0]!.text_bytes / BYTES_PER_TOKEN),
    admitted_wall: parts.clock.wall(),
    ...(parent && parent !== id && { parent }),
  };
  const who = { tenant_id: tenant.id, user_id: principal.user?.id ?? null, key_id: principal.key_id };
  const observe = tenant.enforcement === "observe";
  const ticket = {
    ...{ id, ...who, customer_id, observe, call: held },
    node_id: parts.nodeId,
    admitted_at: at,
    expires_at: instant(at + HOLD_AGE_MAX_MS),
  };
  const demands = async () => demandsOf(await parts.limitsOf(tenant.id), limitContext(principal, { model, at }));
  const context = { tenant_id: tenant.id, at, terms };
  const problem = (refusal: Refusal) =>
    problemOfRefusal(refusal, { currency: terms.currency, at, standing: standingOf(catalog, principal) });

  const worst = () => needsOf(catalog, bounds, (bound) => worstExtent(bound, call.max_tokens), context);
  const upTo = (output: number, input_again = 0, prompt: Quantities | null = null) =>
    needsOf(catalog, bounds, (bound) => rollingExtent(bound, output, input_again), { ...context, prompt });
  const tiers = catalog.planVersion(terms.plan_version_id ?? "")?.terms.tiers;
  const tiering = tieringOf(tiers, customer_id, limitContext(principal, { model, at }));
  const place = async (needs: Amounts) => parts.ledger.place({ ticket, needs, demands: await demands(), tiering });
  const extension: Extension = {
    needs: upTo,
    extend: async (needs) =>
      parts.ledger.extend({ hold: { ...ticket, held: NOTHING_HELD }, needs, demands: await demands() }),
    problem,
    lost: () => new Problem("upstream_interrupted", { message: "The hold of this call was ended by another node." }),
  };
  const admitted = (answer: Placed, covered: number, rolling: boolean): Admission => ({
    ...{ hold: answer.hold, catalog, call: held, standings: answer.standings },
    covered,
    extension: rolling ? extension : null,
  });

  const strict = observe || tenant.settings.hold === "strict" || call.max_tokens === 0;
  if (strict || !call.stream) {
    const answer = await place(worst());
    if (answer.placed) return admitted(answer, Infinity, false);
    if (strict) throw problem(answer.refusal);
  }

  const first = Math.min(call.max_tokens, SLICE_TOKENS);
  const least = Math.min(call.max_tokens, SLICE_TOKENS_MIN);
  for (let looked = false; ; looked = true) {
    const asked = upTo(first);
    const answer = await place(asked);
    if (answer.placed) return admitted(answer, first, true);
    const refused = refusedOf(answer.refusal, asked);
    const smaller = fittingSlice(refused, { none: upTo(0), all: asked, first });
    if (smaller >= least) {
      const second = await place(upTo(smaller));
      if (second.placed) return admitted(second, smaller, true);
    }
    // A quick bound is a multiple of the truth: where the truth might fit, upstream counts (which is free).
    if (looked || !mightFit(refused, upTo(0), upTo(least))) throw problem(answer.refusal);
    const counted = await countTokens();
    if (counted === null) throw problem(answer.refusal);
    bounds = call.models.map((model) => boundOf(call, model, counted));
  }
}

type Placed = Extract<Awaited<ReturnType<Ledger<UsageDraft>["place"]>>, { placed: true }>;

/** The ledger knows what an open hold holds: an extension names it by its id. */
const NOTHING_HELD = { draws: [], counters: [] };

interface Refused {
  readonly metric: Metric;
  readonly remaining: number;
}

/** What is left of the metric that refused, in the unit of what was asked: under tiers that is spend at list. */
function refusedOf(refusal: Refusal, asked: Amounts): Refused {
  const [metric, needed, remaining] =
    refusal.by === "grants"
      ? (["spend_micros", refusal.needed_micros, refusal.remaining_micros] as const)
      : ([refusal.counter.metric, refusal.needed, refusal.remaining] as const);
  return { metric, remaining: needed > asked[metric] ? (remaining * asked[metric]) / needed : remaining };
}

/** How much output fits into what is left, by the straight line between no output and all of it. */
function fittingSlice(
  { metric, remaining }: Refused,
  { none, all, first }: { none: Amounts; all: Amounts; first: number },
): number {
  const perSlice = all[metric] - none[metric];
  return perSlice > 0 ? Math.min(first, Math.floor((first * (remaining - none[metric])) / perSlice)) : 0;
}

/** A token is about four bytes of prose: whether a prompt of a quarter of the bound would leave room for the least of an answer. */
function mightFit({ metric, remaining }: Refused, none: Amounts, least: Amounts): boolean {
  return least[metric] - none[metric] + none[metric] / 4 <= remaining;
}

/** Whether the credential, the tenant and the route allow this call at all. Used for free calls too. */
export function assertAllowed(principal: Principal, { route, models }: Pick<Call, "route" | "models">): void {
  if (principal.tenant.status === "suspended") throw new Problem("tenant_suspended");
  requireScope(principal, "inference");
  requireRoute(principal, route);
  for (const model of models) {
    if (!mayUse(principal.models, model)) {
      throw new Problem("model_not_allowed", { message: `This credential may not use ${model}.`, details: { model } });
    }
  }
}

/** Whoever owes for too long makes no further calls; what it has had, it can still look at. */
export function assertServed({ payer, tenant }: Principal): void {
  if (payer.standing === "suspended" && tenant.enforcement !== "observe") throw suspended();
}

/** How whoever pays stands, for the words of a refusal. */
export const standingOf = (catalog: Catalog, { payer }: Pick<Principal, "payer">): PayerStanding => ({
  payer,
  terms: catalog.planVersion(payer.plan_version_id ?? "")?.terms ?? null,
});

function payerOf({ customer_id }: Principal): CustomerId {
  if (customer_id === null) throw new Problem("user_required");
  return customer_id;
}

/** The most that an extent of the call can use of each metric, at the dearest of the models that may answer it. */
function needsOf(
  catalog: Catalog,
  bounds: readonly Bound[],
  extentOf: (bound: Bound) => Extent,
  {
    prompt = null,
    ...context
  }: {
    readonly tenant_id: string;
    readonly at: Instant;
    readonly terms: TermsInForce;
    readonly prompt?: Quantities | null;
  },
): Amounts {
  let spend_micros = 0;
  let input_tokens = 0;
  let output_tokens = 0;
  for (const bound of bounds) {
    const extent = extentOf(bound);
    const { model } = bound;
    const samplings = samplingsOfExtent(bound, extent, prompt);
    spend_micros = Math.max(spend_micros, holdFor(catalog, samplings, { ...context, fallback_model: model }));
    input_tokens = Math.max(input_tokens, (prompt ? promptTokens(prompt) : bound.prompt_tokens) + extent.input_again);
    output_tokens = Math.max(output_tokens, extent.output);
  }
  return { requests: 1, input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, spend_micros };
}
