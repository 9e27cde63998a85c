import { openDatabase } from "../../src/db/database.ts";
import { tenants } from "../../src/db/schema.ts";
import { newId, type TenantId } from "../../src/kernel/id.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { makeTenant, NewTenant } from "../../src/tenants/tenant.ts";

export const MANY = 100_000;
const ROWS_AT_ONCE = 1_000;
/** Long ago: whatever is made later stands before them. */
const SINCE = Date.UTC(2026, 0, 1);

const numbered = (number: number) => String(number).padStart(6, "0");

/** A hundred thousand tenants in a database that nobody serves yet; their ids, the oldest first. */
export async function seedTenants(database: string): Promise<readonly TenantId[]> {
  const db = await openDatabase(database, { durable: false });
  const pattern = makeTenant(NewTenant.parse({ name: "Shop" }), {
    at: SINCE,
    secrets: secretsFrom("seeded".repeat(8)),
  });
  const rows = Array.from({ length: MANY }, (_, number) => ({
    ...pattern,
    ...{
      id: newId("tenant", SINCE + number),
      name: `Shop ${numbered(number)}`,
      external_id: `shop-${numbered(number)}`,
    },
    created_at: SINCE + number,
  }));
  await db.transaction(async (tx) => {
    for (let from = 0; from < MANY; from += ROWS_AT_ONCE)
      await tx.insert(tenants).values(rows.slice(from, from + ROWS_AT_ONCE));
  });
  await db.close();
  return rows.map(({ id }) => id);
}
