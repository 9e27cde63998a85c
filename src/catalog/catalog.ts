import type { Database } from "../db/database.ts";
import type { Clock, Instant } from "../kernel/clock.ts";
import type { Terms } from "../kernel/money.ts";
import { refreshed } from "../kernel/refreshed.ts";
import { type PriceBook, priceBook } from "./price-book.ts";
import { catalogStamp, listAllFxRates, listAllPlans, listAllPrices } from "./store.ts";
import { termsAt } from "./terms.ts";

/** What is sold and for how much, as of a second ago at most: pure look-ups, no waiting. */
export interface Catalog {
  readonly book: PriceBook;
  /** See `termsAt`. */
  terms(at: Instant, tenant: { currency: string; timezone: string; default_plan_id: string | null }): Terms;
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
  const plans = new Map((await listAllPlans(db.read)).map((plan) => [plan.id, plan]));
  return { book, terms: (at, tenant) => termsAt(at, tenant, rates, plans) };
}
