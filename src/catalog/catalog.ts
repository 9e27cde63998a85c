import type { Database } from "../db/database.ts";
import type { Clock, Instant } from "../kernel/clock.ts";
import { refreshed } from "../kernel/refreshed.ts";
import type { PlanVersion } from "./plan.ts";
import { soldAt } from "./plan-change.ts";
import { type PriceBook, priceBook } from "./price-book.ts";
import { catalogStamp, listAllFxRates, listAllPlanVersions, listAllPrices } from "./store.ts";
import { type FxRate, frozenRate, type InForce, type TermsInForce, termsAt } from "./terms.ts";

/** What is sold and for how much, as of a second ago at most: pure look-ups, no waiting. */
export interface Catalog {
  readonly book: PriceBook;
  /** See `termsAt`; where nothing is in force for the payer, the tenant's default plan is. */
  terms(at: Instant, payer: PayerTerms): TermsInForce;
  planVersion(id: string): PlanVersion | undefined;
  /** The version of a plan that is sold at an instant. */
  versionAt(plan_id: string, at: number): PlanVersion | undefined;
  /** The version that is in force for whoever pays: the payer's own, else the tenant's default plan as it is sold then. */
  versionFor(
    who: {
      readonly payer: { readonly plan_version_id: string | null };
      readonly tenant: { readonly default_plan_id: string | null };
    },
    at: number,
  ): PlanVersion | undefined;
  /** The exchange rate that a cycle from `start` on keeps; see `frozenRate`. */
  rateAt(currency: string, start: number, at: number): FxRate | undefined;
}

interface PayerTerms extends InForce {
  readonly default_plan_id: string | null;
}

export interface Catalogs {
  current(): Catalog | Promise<Catalog>;
  /** After a change made by this node, so that the next request sees it. */
  refresh(): Promise<Catalog>;
}

/** Keeps the catalog in memory; a change by another node is seen within seconds. */
export function openCatalog({ db, clock }: { db: Database; clock: Clock }): Catalogs {
  const copy = refreshed<{ stamp: string; catalog: Catalog }>(
    async (previous) => {
      const stamp = await catalogStamp(db.read);
      return previous?.stamp === stamp ? previous : { stamp, catalog: await loadCatalog(db) };
    },
    { clock, freshMs: 1_000, staleMs: 5_000 },
  );
  return {
    current() {
      const value = copy.get();
      return value instanceof Promise ? value.then(({ catalog }) => catalog) : value.catalog;
    },
    refresh: async () => (await copy.refresh()).catalog,
  };
}

async function loadCatalog(db: Database): Promise<Catalog> {
  const book = priceBook(await listAllPrices(db.read));
  const rates = await listAllFxRates(db.read);
  const list = (await listAllPlanVersions(db.read)).toSorted((a, b) => a.version - b.version);
  const versions = new Map(list.map((version) => [version.id, version]));
  const ofPlan = Map.groupBy(list, ({ plan_id }) => plan_id);
  const versionAt = (plan_id: string | null, at: number) => soldAt(ofPlan.get(plan_id ?? "") ?? [], at);
  return {
    book,
    terms: (at, { default_plan_id, ...payer }) => {
      const plan_version_id = payer.plan_version_id ?? versionAt(default_plan_id, at)?.id ?? null;
      return termsAt(at, { ...payer, plan_version_id }, rates, versions);
    },
    planVersion: (id) => versions.get(id),
    versionFor: ({ payer, tenant }, at) =>
      payer.plan_version_id === null ? versionAt(tenant.default_plan_id, at) : versions.get(payer.plan_version_id),
    versionAt,
    rateAt: (currency, start, at) => frozenRate(currency, start, at, rates),
  };
}
