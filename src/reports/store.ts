import { eq, inArray, or } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Reader } from "../db/database.ts";
import { apiKeys, promotions, tenants, users } from "../db/schema.ts";
import { Problem } from "../kernel/problems.ts";
import type { Dimension } from "../usage/rollups/dimensions.ts";
import type { RollupRow } from "../usage/rollups/store.ts";

/** A promotion by its id or its code. */
export async function findPromotion(read: Reader, ref: string): Promise<typeof promotions.$inferSelect> {
  const [row] = await read
    .select()
    .from(promotions)
    .where(or(eq(promotions.id, ref), eq(promotions.code, ref)));
  if (!row) throw new Problem("not_found", { message: "There is no such promotion." });
  return row;
}

const NAMED: Partial<Record<Dimension, readonly [PgTable, id: PgColumn, name: PgColumn]>> = {
  tenant: [tenants, tenants.id, tenants.name],
  user: [users, users.id, users.external_id],
  key: [apiKeys, apiKeys.id, apiKeys.name],
  promotion: [promotions, promotions.id, promotions.code],
};
const IDS_MAX = 1_000;

/** What people call the tenants, users, keys and promotions of these rows, by their ids. */
export async function namesOf(
  read: Reader,
  by: readonly Dimension[],
  rows: readonly Pick<RollupRow, "dimensions">[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [index, dimension] of by.entries()) {
    const named = NAMED[dimension];
    if (!named) continue;
    const [table, id, name] = named;
    const ids = [...new Set(rows.map(({ dimensions }) => dimensions[index]!))].filter((value) => value !== "");
    for (let from = 0; from < ids.length; from += IDS_MAX) {
      const found = await read
        .select({ id, name })
        .from(table)
        .where(inArray(id, ids.slice(from, from + IDS_MAX)));
      for (const row of found) names.set(row.id as string, row.name as string);
    }
  }
  return names;
}
