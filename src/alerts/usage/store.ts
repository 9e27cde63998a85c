import { and, asc, eq, gte, inArray, lt, min, type SQL } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader } from "../../db/database.ts";
import { GRAINS, tenants, usageWhole, usageZones } from "../../db/schema.ts";
import type { TenantId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";
import type { Mix } from "../margin.ts";

export interface Spender {
  readonly id: TenantId;
  readonly timezone: string;
  readonly currency: string;
}

/** Tenants by their zones, then what each used: both by an index. What was used in the last seconds is not folded yet. */
const usedSince = (since: number): SQL | undefined =>
  and(
    ...[eq(usageWhole.tenant_id, usageZones.tenant_id), eq(usageWhole.zone, usageZones.zone)],
    ...[inSlots, gte(usageWhole.at, since)],
  );
const inSlots = and(eq(usageWhole.part, ""), eq(usageWhole.grain, GRAINS.slot));

/** The tenants that used anything since an instant. */
export async function listSpenders(read: Reader, since: number): Promise<Spender[]> {
  const active = read
    .selectDistinct({ id: usageZones.tenant_id })
    .from(usageZones)
    .innerJoin(usageWhole, usedSince(since));
  return read
    .select({ id: tenants.id, timezone: tenants.timezone, currency: tenants.currency })
    .from(tenants)
    .where(inArray(tenants.id, active))
    .orderBy(asc(tenants.id));
}

export async function spendOver(read: Reader, tenant_id: TenantId, from: number, to: number): Promise<Micros> {
  const [row] = await read
    .select({ spend: total<Micros>(usageWhole.spend_micros) })
    .from(usageWhole)
    .where(and(eq(usageWhole.tenant_id, tenant_id), inSlots, gte(usageWhole.at, from), lt(usageWhole.at, to)));
  return row!.spend;
}

/** The quarter of an hour in which a tenant first used anything. */
export async function firstUse(read: Reader, tenant_id: TenantId): Promise<number | null> {
  const [row] = await read
    .select({ at: min(usageWhole.at) })
    .from(usageWhole)
    .where(and(eq(usageWhole.tenant_id, tenant_id), inSlots));
  return row?.at ?? null;
}

/** What was used since an instant, by tenant and model. */
export async function listMixes(read: Reader, since: number): Promise<Mix[]> {
  const h = usageWhole;
  const rows = await read
    .select({
      ...{ tenant_id: h.tenant_id, model: h.model },
      requests: total(h.requests),
      input: total(h.input_tokens),
      cache_read: total(h.cache_read_tokens),
      cache_write_5m: total(h.cache_write_5m_tokens),
      cache_write_1h: total(h.cache_write_1h_tokens),
      output: total(h.output_tokens),
      web_search: total(h.web_searches),
    })
    .from(usageZones)
    .innerJoin(h, usedSince(since))
    .groupBy(h.tenant_id, h.model)
    .orderBy(h.tenant_id, h.model);
  return rows.map(({ tenant_id, model, requests, ...quantities }) => ({ tenant_id, model, requests, quantities }));
}
