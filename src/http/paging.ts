import { and, asc, desc, gt, lt, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { QueryInt, Ref } from "./fields.ts";

/**
 * The query of every list: newest first would hide nothing, but ids sort by creation, and Anthropic's lists run by id. A filter that a list does
 * not know is refused: left out, it would answer with everybody's.
 */
export const PageQuery = z.strictObject({
  limit: QueryInt.pipe(z.number().min(1).max(1000)).default(20),
  after_id: Ref.optional(),
  before_id: Ref.optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/** How to ask for one page, newest first: the condition, the order, and one row more than asked, which tells `pageOf` that there is more. */
export function pageClause(id: PgColumn, query: PageQuery): { where: SQL | undefined; orderBy: SQL; limit: number } {
  const where = and(
    query.after_id ? lt(id, query.after_id) : undefined,
    query.before_id ? gt(id, query.before_id) : undefined,
  );
  return { where, orderBy: query.before_id ? asc(id) : desc(id), limit: query.limit + 1 };
}

/** The rows that `pageClause` brought, in the shape of every list. */
export function pageOf<R extends { readonly id: string }, T>(
  rows: readonly R[],
  query: PageQuery,
  present: (row: R) => T,
): Page<T> {
  const page = rows.slice(0, query.limit);
  if (query.before_id) page.reverse();
  return {
    data: page.map(present),
    has_more: rows.length > query.limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
