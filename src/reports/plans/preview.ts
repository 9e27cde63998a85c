import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Catalog } from "../../catalog/catalog.ts";
import { PlanChanges, patchedTerms } from "../../catalog/plan.ts";
import { soldAt } from "../../catalog/plan-change.ts";
import { findPlan, listVersions } from "../../catalog/store.ts";
import { tieredSpend } from "../../catalog/tiers.ts";
import type { Reader } from "../../db/database.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { Ref } from "../../http/fields.ts";
import { type Instant, iso, isoOrNull } from "../../kernel/clock.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { hasUnrolled } from "../../usage/store.ts";
import { type BilledCycle, billAfter, billBefore } from "./effect.ts";
import { type PassedLimit, passedLimits, toldLimits } from "./passed-limits.ts";
import { type Repriced, repriced } from "./repriced.ts";
import * as store from "./store.ts";
import { type CycleUse, usedIn } from "./use.ts";
import { BILLED, type Bill } from "./used.ts";

/** What is to be changed, as it would be sent; the effect is of the terms, and of limits where they are among it. */
export const PlanPreview = PlanChanges.omit({ archived: true }).extend({
  limit: z.int().min(1).max(200).default(50),
  after_id: Ref.optional(),
});
type Asked = z.infer<typeof PlanPreview>;

interface Parts {
  readonly read: Reader;
  readonly catalog: Catalog;
  readonly now: Instant;
}

/**
 * What the last cycle of each customer of a plan came to, and what it would have come to by other terms for the same use: as if everybody were on
 * them, however they come there. From the rollups, a page of customers at a time; the totals are the page's.
 */
export async function previewPlan({ read, catalog, now }: Parts, plan_id: string, asked: Asked) {
  const { limit, after_id, limits, valid_from, ...changes } = asked;
  const plan = await findPlan(read, plan_id);
  const versions = new Map((await listVersions(read, plan_id)).map((version) => [version.id, version]));
  const base = soldAt([...versions.values()], Math.max(valid_from ?? now, now));
  if (!plan || !base) throw new Problem("not_found", { message: "There is no such plan." });
  const terms = patchedTerms(base.terms, plan.currency, changes);

  const found = await store.listOnPlan(read, plan_id, { after_id, limit: limit + 1 });
  const page = found.slice(0, limit);
  const ids = page.map(({ customer }) => customer.id);
  const cycles = await store.lastCycles(read, plan_id, ids, now);
  const rows = [];
  for (const { customer, tenant_name, timezone } of page) {
    const cycle = cycles.get(customer.id);
    const version = versions.get(cycle?.plan_version_id ?? "");
    if (!cycle || !version) continue;
    const use = await usedIn(read, { cycle, user_id: customer.user_id, timezone, now }, limits);
    const effect = effectOf(catalog, cycle, { before: version.terms, after: terms }, use);
    rows.push({
      ...{ customer_id: customer.id, tenant_id: customer.tenant_id, tenant_name, user_id: customer.user_id },
      cycle: { id: cycle.id, start: iso(cycle.start_at), end: iso(cycle.end_at), version: version.version },
      running: cycle.end_at > now,
      ...effect,
      limits_passed: limits ? passedLimits(limits, use.byDay, effect, timezone) : [],
    });
  }
  const told = limits && toldLimits(limits);
  return {
    ...{ plan_id, version: base.version, currency: plan.currency, valid_from: isoOrNull(valid_from) },
    ...{ changes: changesOf(base.terms, terms), customers: await store.countOnPlan(read, plan_id) },
    /** After an upgrade, what was used before it comes in bit by bit. */
    complete: !(await hasUnrolled(read)),
    ...{ limits_left_out: (limits?.length ?? 0) - (told?.length ?? 0), totals: totalsOf(rows), data: rows },
    ...{ has_more: found.length > page.length, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null },
  };
}

interface Effect {
  readonly before: Bill;
  readonly after: Bill;
  readonly difference_micros: Micros;
  readonly estimated: boolean;
  readonly unpriced_models: readonly string[];
}

/** Where nothing changes that money depends on, it stays to the micro as it was. */
function effectOf(
  catalog: Catalog,
  cycle: store.CycleRow,
  terms: { readonly before: PlanTerms; readonly after: PlanTerms },
  { byModel }: CycleUse,
): Effect {
  const billedBy: BilledCycle = { subscription_id: cycle.subscription_id, terms: terms.before };
  const before = billBefore(billedBy, byModel);
  if (isAlike(terms.before, terms.after, MONEY)) return difference(before, before, NOTHING_PRICED);
  const kept = isAlike(terms.before, terms.after, ["pricing"]) ? keptPrices(terms, before) : null;
  const priced = kept ?? repriced(catalog, terms.after, cycle, byModel);
  return difference(before, billAfter(billedBy, terms.after, before, priced), priced);
}

const NOTHING_PRICED = { estimated: false, unpriced: [] };
const difference = (before: Bill, after: Bill, { estimated, unpriced }: Pick<Repriced, "estimated" | "unpriced">) => ({
  ...{ before, after, difference_micros: micros(after.pays_micros - before.pays_micros) },
  ...{ estimated, unpriced_models: unpriced },
});

/** Prices that stay: what was used comes to what it came to, in tiers where there were none before. Null where tiers change that its price went through. */
function keptPrices(
  { before: { tiers: old }, after }: { readonly before: PlanTerms; readonly after: PlanTerms },
  { use_micros, cost_micros }: Bill,
): Repriced | null {
  const tiers = after.tiers ?? null;
  const same = { ...NOTHING_PRICED, cost_micros };
  if (isDeepStrictEqual(plain(old ?? null), plain(tiers))) return { ...same, use_micros };
  return old || !tiers ? null : { ...same, use_micros: tieredSpend(tiers, 0, use_micros) };
}

const MONEY = ["pricing", "tiers", "price_paise", "tax", "included_micros", "overage", "period", "interval"] as const;

const isAlike = (a: PlanTerms, b: PlanTerms, names: readonly (keyof PlanTerms)[]): boolean =>
  names.every((name) => isDeepStrictEqual(plain(a[name] ?? null), plain(b[name] ?? null)));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const changesOf = (before: PlanTerms, after: PlanTerms): string[] =>
  (Object.keys(after) as (keyof PlanTerms)[]).filter((name) => !isAlike(before, after, [name]));

function totalsOf(rows: readonly (Effect & { readonly limits_passed: readonly PassedLimit[] })[]) {
  const sum = (which: "before" | "after"): Bill =>
    Object.fromEntries(
      BILLED.map((name) => [name, micros(rows.reduce((total, row) => total + row[which][name], 0))]),
    ) as unknown as Bill;
  const counted = (is: (row: (typeof rows)[number]) => boolean) => rows.filter(is).length;
  const [before, after] = [sum("before"), sum("after")];
  return {
    customers: rows.length,
    pay_more: counted(({ difference_micros }) => difference_micros > 0),
    pay_less: counted(({ difference_micros }) => difference_micros < 0),
    pass_limits: counted(({ limits_passed }) => limits_passed.length > 0),
    ...{ before, after, difference_micros: micros(after.pays_micros - before.pays_micros) },
  };
}
