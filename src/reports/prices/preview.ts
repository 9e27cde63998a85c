import type { z } from "zod";
import type { Catalog } from "../../catalog/catalog.ts";
import { METERS, NOTHING, type Sampling } from "../../catalog/meters.ts";
import { canonicalModel } from "../../catalog/models.ts";
import { makePrices, type NewPrices } from "../../catalog/new-prices.ts";
import { costOf, isFor, type PriceBook, priceBook } from "../../catalog/price-book.ts";
import { isOnCard } from "../../catalog/rate-card.ts";
import { listAllPrices } from "../../catalog/store.ts";
import type { Reader } from "../../db/database.ts";
import { EVERYBODY } from "../../db/schema.ts";
import { DAY, type Instant, instant, iso } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { divideHalfUp, type Micros, micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { bucketsOf, widened } from "../../usage/rollups/spans.ts";
import { type RollupRow, sumRollups } from "../../usage/rollups/store.ts";
import { hasUnrolled } from "../../usage/store.ts";
import { COLUMN, USED } from "../plans/used.ts";

const DAYS = 30;
/** Tenants with prices of their own are looked at one by one. */
const OWN_MAX = 200;

interface Parts {
  readonly read: Reader;
  readonly catalog: Catalog;
  readonly now: Instant;
}

/** What the use of a model cost and brought, in one currency, and what it would have. */
export interface PriceEffect {
  readonly model: string;
  readonly currency: string;
  readonly requests: number;
  readonly cost_micros: Micros;
  readonly cost_after_micros: Micros;
  readonly spend_micros: Micros;
  readonly spend_after_micros: Micros;
}

/**
 * What the last thirty days would have cost, and brought, had these prices been in force: each cost changes in the proportion in which the sums of
 * its tokens do, so that what calls were multiplied by (batches, regions) stays. Spend that is marked up on cost follows it; a card's does not.
 */
export async function previewPrices({ read, catalog, now }: Parts, fields: z.infer<typeof NewPrices>) {
  if (fields.list === "fast") {
    throw new Problem("invalid_request", {
      message: "list: what was used of the fast list is not kept apart, so that its effect cannot be told",
    });
  }
  const tenant = fields.tenant_id === null ? null : await findTenant(read, fields.tenant_id);
  const standing = await listAllPrices(read);
  const added = makePrices(
    { ...fields, correction: false },
    {
      ...{ tenant_id: tenant?.id ?? EVERYBODY, valid_from: now, source: "preview", created_at: now },
      earlier: new Map(),
    },
  );
  const books = { before: priceBook(standing), after: priceBook([...standing, ...added]) };
  const range = widened(now - DAYS * DAY, now);
  const used = (tenant_id?: TenantId) =>
    sumRollups(read, {
      ...{ filter: { tenant: tenant_id }, by: ["model", "plan_version"], figures: USED },
      buckets: [...bucketsOf(range, null, "Asia/Kolkata")],
    });
  const isAsked = ({ dimensions: [model = ""] }: RollupRow) => isFor(fields, canonicalModel(model));
  const effects: PriceEffect[] = [];
  const add = (rows: readonly RollupRow[], tenant_id: string, sign: 1 | -1) => {
    for (const row of rows.filter(isAsked))
      effects.push(times(sign, effectOf(catalog, books, row, { tenant_id, now })));
  };
  if (tenant) add(await used(tenant.id), tenant.id, 1);
  else {
    add(await used(), EVERYBODY, 1);
    const own = new Set(standing.map(({ tenant_id }) => tenant_id).filter((id) => id !== EVERYBODY));
    for (const tenant_id of [...own].slice(0, OWN_MAX)) {
      const rows = await used(tenant_id as TenantId);
      add(rows, EVERYBODY, -1);
      add(rows, tenant_id, 1);
    }
  }
  return {
    ...{ from: iso(range.from), to: iso(range.to), complete: !(await hasUnrolled(read)) },
    data: [...Map.groupBy(effects, ({ model, currency }) => `${model} ${currency}`).values()].map(summed),
  };
}

function effectOf(
  catalog: Catalog,
  books: { readonly before: PriceBook; readonly after: PriceBook },
  { dimensions: [model = "", version_id = ""], currency, figures }: RollupRow,
  { tenant_id, now }: { readonly tenant_id: string; readonly now: Instant },
): PriceEffect {
  const quantities = { ...NOTHING };
  for (const meter of METERS) quantities[meter] = Math.max(0, figures[COLUMN[meter]]);
  const calls = Math.max(1, figures.requests);
  const sampling: Sampling = { model, quantities, list: "standard", geo: "", batch: false, calls };
  const cost = (book: PriceBook) =>
    costOf(book, [sampling], { tenant_id, at: instant(now), fallback_model: model })?.pico_usd ?? 0n;
  const [before, after] = [cost(books.before), cost(books.after)];
  const scaled = (amount: number): Micros =>
    before > 0n && after !== before ? micros(divideHalfUp(BigInt(amount) * after, before)) : micros(amount);
  const pricing = catalog.planVersion(version_id)?.terms.pricing;
  // What a card names costs its customers what the card says; what it does not is marked up on cost.
  const isFixed = pricing?.type === "rate_card" && isOnCard({ ...pricing, fallback_multiplier_ppm: null }, model);
  const spend = figures.spend_micros;
  return {
    ...{ model, currency, requests: figures.requests },
    ...{ cost_micros: micros(figures.cost_micros), cost_after_micros: scaled(figures.cost_micros) },
    ...{ spend_micros: micros(spend), spend_after_micros: isFixed ? micros(spend) : scaled(spend) },
  };
}

const AMOUNTS = ["requests", "cost_micros", "cost_after_micros", "spend_micros", "spend_after_micros"] as const;

const times = (sign: 1 | -1, effect: PriceEffect): PriceEffect => ({
  ...effect,
  ...(Object.fromEntries(AMOUNTS.map((name) => [name, sign * effect[name]])) as Pick<
    PriceEffect,
    (typeof AMOUNTS)[number]
  >),
});

/** Those of one model and currency, with their sums. */
function summed(effects: readonly PriceEffect[]) {
  const { model, currency } = effects[0]!;
  const sum = (name: (typeof AMOUNTS)[number]): Micros =>
    micros(effects.reduce((total, effect) => total + effect[name], 0));
  const [cost_micros, cost_after_micros] = [sum("cost_micros"), sum("cost_after_micros")];
  const [spend_micros, spend_after_micros] = [sum("spend_micros"), sum("spend_after_micros")];
  return {
    ...{ model, currency, requests: sum("requests") },
    ...{ cost_micros, cost_after_micros, spend_micros, spend_after_micros },
    margin_micros: micros(spend_micros - cost_micros),
    margin_after_micros: micros(spend_after_micros - cost_after_micros),
  };
}
