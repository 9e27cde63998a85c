import { and, asc, count, eq, gt, inArray, isNull, max, notLike, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { rowWriter } from "../db/rows.ts";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { EVERYBODY, fxRates, plans, planVersions, prices } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { canonicalModel } from "./models.ts";
import { type Plan, type PlanVersion, type SoldPlan, versionIdOf } from "./plan.ts";
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

/** Changes whenever a price, a rate or a version of a plan was added, or a version withdrawn: cheap to ask, so that the book is loaded only when it changed. */
export async function catalogStamp(read: Reader): Promise<string> {
  const stamps = [];
  for (const table of [prices, fxRates, planVersions]) {
    const [stamp] = await read.select({ n: count(), last: max(table.created_at) }).from(table);
    stamps.push(`${stamp!.n}:${stamp!.last}`);
  }
  const [withdrawn] = await read.select({ n: count(planVersions.withdrawn_at) }).from(planVersions);
  stamps.push(String(withdrawn!.n));
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

/** A new plan with its first version, which holds from the first. False where the name is taken. */
export async function insertPlan(tx: Tx, plan: Plan, terms: PlanTerms): Promise<boolean> {
  const rows = await tx
    .insert(plans)
    .values(plan)
    .onConflictDoNothing({ target: plans.name })
    .returning({ id: plans.id });
  if (rows.length) {
    const { id, version, created_at } = plan;
    const first = { plan_id: id, version, terms, valid_from: 0, withdrawn_at: null, created_at };
    await tx.insert(planVersions).values({ id: versionIdOf(id, version), ...first });
  }
  return rows.length > 0;
}

/** Saves a plan, with a new version of it where there is one. False where somebody else changed the plan, or one of its versions, meanwhile. */
export async function updatePlan(tx: Tx, before: Plan, after: Plan, version: PlanVersion | null): Promise<boolean> {
  const rows = await tx
    .update(plans)
    .set(after)
    .where(
      and(...[eq(plans.id, before.id), eq(plans.version, before.version), eq(plans.updated_at, before.updated_at)]),
    )
    .returning({ id: plans.id });
  if (rows.length && version) await tx.insert(planVersions).values(version);
  return rows.length > 0;
}

export async function withdrawVersion(tx: Tx, id: string, at: number): Promise<PlanVersion> {
  const [row] = await tx.update(planVersions).set({ withdrawn_at: at }).where(eq(planVersions.id, id)).returning();
  if (!row) throw new Error(`there is no version ${id}`);
  return row;
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

/** The number of the version of a plan that is sold at an instant: of those that have begun, the last (see `soldAt`). */
const numberAt = (at: number): SQL =>
  sql`(select max(v.version) from ${planVersions} v where v.plan_id = ${plans.id} and v.valid_from <= ${at} and v.withdrawn_at is null)`;

const sold = (read: Reader, at: number) =>
  read
    .select({ id: plans.id, plan: plans, version: planVersions })
    .from(plans)
    .innerJoin(planVersions, and(eq(planVersions.plan_id, plans.id), eq(planVersions.version, numberAt(at))));

/** Plans with the versions that are sold at an instant. */
export function listPlans(
  read: Reader,
  query: PageQuery,
  filter: {
    readonly at: number;
    readonly visibility?: Plan["visibility"];
    readonly currency?: string;
    readonly onSale?: boolean;
  },
): Promise<(SoldPlan & { readonly id: string })[]> {
  const { where, orderBy, limit } = pageClause(plans.id, query);
  const { at, visibility, currency, onSale } = filter;
  return sold(read, at)
    .where(
      and(
        visibility && eq(plans.visibility, visibility),
        currency ? eq(plans.currency, currency) : undefined,
        onSale ? or(isNull(plans.archived_at), gt(plans.archived_at, at)) : undefined,
        where,
      ),
    )
    .orderBy(orderBy)
    .limit(limit);
}

/** A plan with the version of it that is sold at an instant. */
export async function findSoldPlan(read: Reader, id: string, at: number): Promise<SoldPlan | undefined> {
  const [row] = await sold(read, at).where(eq(plans.id, id));
  return row;
}

export async function findPlan(read: Reader, id: string): Promise<Plan | undefined> {
  const [row] = await read.select().from(plans).where(eq(plans.id, id));
  return row;
}

/** By plan, the versions that begin after an instant, the next first. */
export async function listComingVersions(
  read: Reader,
  plan_ids: readonly string[],
  at: number,
): Promise<ReadonlyMap<string, readonly PlanVersion[]>> {
  if (!plan_ids.length) return new Map();
  const rows = await read
    .select()
    .from(planVersions)
    .where(
      and(
        ...[inArray(planVersions.plan_id, [...plan_ids]), gt(planVersions.valid_from, at)],
        isNull(planVersions.withdrawn_at),
      ),
    )
    .orderBy(asc(planVersions.version));
  return Map.groupBy(rows, ({ plan_id }) => plan_id);
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
