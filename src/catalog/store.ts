import { and, asc, count, eq, isNull, max, notLike } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { rowWriter } from "../db/rows.ts";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { EVERYBODY, fxRates, plans, planVersions, prices } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { canonicalModel } from "./models.ts";
import { type Plan, type PlanVersion, versionIdOf } from "./plan.ts";
import type { Price } from "./price-book.ts";
import { LISTED, seedPrices } from "./seed.ts";

export type PriceRow = typeof prices.$inferSelect;
export type FxRateRow = typeof fxRates.$inferSelect;

const insertOnce = rowWriter(prices, { key: [prices.id] });

/**
 * Adds the prices of the shipped list that are not there yet. Where the operator has set a price of its own, a newer list changes
 * nothing: `tollgate prices check` shows in what they differ.
 */
export async function seedPriceBook(
  tx: Tx,
  seed: { readonly source: string; readonly created_at: number },
  rows: readonly Price[] = seedPrices(),
): Promise<void> {
  const [known] = await tx.select({ n: count() }).from(prices).where(eq(prices.source, seed.source));
  if (known!.n >= rows.length) return;
  const own = await tx
    .select()
    .from(prices)
    .where(and(eq(prices.tenant_id, EVERYBODY), notLike(prices.id, `${LISTED}%`)));
  const owned = new Set(own.map(slotOf));
  await insertOnce(
    tx,
    rows.filter((row) => !owned.has(slotOf(row))).map((row) => ({ ...row, ...seed })),
  );
}

const slotOf = ({ model, list, above_prompt_tokens, meter }: Price): string =>
  JSON.stringify([canonicalModel(model), list, above_prompt_tokens, meter]);

/** Changes whenever a price, a rate or a plan was added: cheap to ask, so that the book is loaded only when it changed. */
export async function catalogStamp(read: Reader): Promise<string> {
  const stamps = [];
  for (const table of [prices, fxRates, planVersions]) {
    const [stamp] = await read.select({ n: count(), last: max(table.created_at) }).from(table);
    stamps.push(`${stamp!.n}:${stamp!.last}`);
  }
  return stamps.join(" ");
}

export const listAllPrices = (read: Reader): Promise<PriceRow[]> => read.select().from(prices);
export const listAllFxRates = (read: Reader): Promise<FxRateRow[]> => read.select().from(fxRates);
export const listAllPlanVersions = (read: Reader): Promise<PlanVersion[]> => read.select().from(planVersions);

export async function insertPrices(tx: Tx, rows: readonly PriceRow[]): Promise<void> {
  await tx.insert(prices).values([...rows]);
}

/** By meter, the number of the last correction of these prices from this instant on; nothing where there is no price from then on. */
export async function lastCorrections(
  tx: Tx,
  slot: Pick<PriceRow, "tenant_id" | "model" | "list" | "above_prompt_tokens" | "valid_from">,
): Promise<Map<string, number>> {
  const { tenant_id, model, list, above_prompt_tokens, valid_from } = slot;
  const rows = await tx
    .select({ meter: prices.meter, correction: prices.correction })
    .from(prices)
    .where(
      and(
        ...[eq(prices.tenant_id, tenant_id), eq(prices.model, model), eq(prices.list, list)],
        ...[eq(prices.above_prompt_tokens, above_prompt_tokens), eq(prices.valid_from, valid_from)],
      ),
    )
    .orderBy(asc(prices.correction));
  return new Map(rows.map(({ meter, correction }) => [meter, correction]));
}

export async function insertFxRate(tx: Tx, row: FxRateRow): Promise<void> {
  await tx.insert(fxRates).values(row);
}

/** A new plan with its first version. False where the name is taken. */
export async function insertPlan(tx: Tx, plan: Plan, terms: PlanTerms): Promise<boolean> {
  const rows = await tx
    .insert(plans)
    .values(plan)
    .onConflictDoNothing({ target: plans.name })
    .returning({ id: plans.id });
  if (rows.length) await insertVersion(tx, plan, terms, plan.created_at);
  return rows.length > 0;
}

async function insertVersion(tx: Tx, { id, version }: Plan, terms: PlanTerms, created_at: number): Promise<void> {
  await tx.insert(planVersions).values({ id: versionIdOf(id, version), plan_id: id, version, terms, created_at });
}

/** Saves a plan; with `terms`, as a new version of it. False where somebody else made that version first. */
export async function updatePlan(tx: Tx, before: Plan, after: Plan, terms: PlanTerms | null): Promise<boolean> {
  const rows = await tx
    .update(plans)
    .set(after)
    .where(and(eq(plans.id, before.id), eq(plans.version, before.version)))
    .returning({ id: plans.id });
  if (rows.length && terms) await insertVersion(tx, after, terms, after.updated_at);
  return rows.length > 0;
}

/** Prices of everybody's book or of a tenant's, newest first. */
export function listPrices(
  read: Reader,
  query: PageQuery,
  filter: { model?: string; tenant_id?: PriceRow["tenant_id"] },
): Promise<PriceRow[]> {
  const { where, orderBy, limit } = pageClause(prices.id, query);
  const model = filter.model && eq(prices.model, filter.model);
  const owner = filter.tenant_id && eq(prices.tenant_id, filter.tenant_id);
  return read
    .select()
    .from(prices)
    .where(and(model || undefined, owner || undefined, where))
    .orderBy(orderBy)
    .limit(limit);
}

export function listFxRates(read: Reader, query: PageQuery): Promise<FxRateRow[]> {
  const { where, orderBy, limit } = pageClause(fxRates.id, query);
  return read.select().from(fxRates).where(where).orderBy(orderBy).limit(limit);
}

/** Plans with the terms that they are sold on now. */
export function listPlans(
  read: Reader,
  query: PageQuery,
  filter: { readonly visibility?: Plan["visibility"]; readonly currency?: string; readonly onSale?: boolean } = {},
): Promise<{ id: string; plan: Plan; terms: PlanTerms }[]> {
  const { where, orderBy, limit } = pageClause(plans.id, query);
  const { visibility, currency, onSale } = filter;
  return read
    .select({ id: plans.id, plan: plans, terms: planVersions.terms })
    .from(plans)
    .innerJoin(planVersions, and(eq(planVersions.plan_id, plans.id), eq(planVersions.version, plans.version)))
    .where(
      and(
        visibility && eq(plans.visibility, visibility),
        currency ? eq(plans.currency, currency) : undefined,
        onSale ? isNull(plans.archived_at) : undefined,
        where,
      ),
    )
    .orderBy(orderBy)
    .limit(limit);
}

export async function findPlan(read: Reader, id: string): Promise<{ plan: Plan; terms: PlanTerms } | undefined> {
  const [row] = await read
    .select({ plan: plans, terms: planVersions.terms })
    .from(plans)
    .innerJoin(planVersions, and(eq(planVersions.plan_id, plans.id), eq(planVersions.version, plans.version)))
    .where(eq(plans.id, id));
  return row;
}

export async function findPlanVersion(
  read: Reader,
  id: string,
): Promise<{ plan: Plan; version: PlanVersion } | undefined> {
  const [row] = await read
    .select({ plan: plans, version: planVersions })
    .from(planVersions)
    .innerJoin(plans, eq(plans.id, planVersions.plan_id))
    .where(eq(planVersions.id, id));
  return row;
}

export const listVersions = (read: Reader, plan_id: string): Promise<PlanVersion[]> =>
  read.select().from(planVersions).where(eq(planVersions.plan_id, plan_id)).orderBy(asc(planVersions.version));

export async function hasFxRate(read: Reader, currency: string): Promise<boolean> {
  const [row] = await read.select({ id: fxRates.id }).from(fxRates).where(eq(fxRates.currency, currency)).limit(1);
  return row !== undefined;
}
