import { eq, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../../../db/database.ts";
import { usageZones } from "../../../db/schema.ts";
import type { TenantId } from "../../../kernel/id.ts";
import type { RollupFilter } from "../dimensions.ts";

/** The zones whose days and months the rollups of a tenant, or of all, are of. */
export async function zonesOf(read: Reader, { tenant }: RollupFilter): Promise<string[]> {
  const rows = await read
    .selectDistinct({ zone: usageZones.zone })
    .from(usageZones)
    .where(tenant === undefined ? undefined : eq(usageZones.tenant_id, tenant as TenantId));
  return rows.map(({ zone }) => zone);
}

/** The number of the zone of `z` among these, from 1 on: 0 for one that is new since they were looked for. */
export const numberOf = (zones: readonly string[]): SQL =>
  zones.length
    ? sql`case z.zone ${sql.join(
        zones.map((zone, index) => sql`when ${zone} then ${sql.raw(String(index + 1))}`),
        sql` `,
      )} else 0 end`
    : sql`0`;
