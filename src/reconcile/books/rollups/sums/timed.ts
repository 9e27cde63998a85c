import type { Reader } from "../../../../db/database.ts";
import { GRAINS, type RollupPart } from "../../../../db/schema.ts";
import type { TenantId } from "../../../../kernel/id.ts";
import { SLOT, slotOf } from "../../../../usage/rollups/spans.ts";
import { sumRollups } from "../../../../usage/rollups/store.ts";
import type { RolledEvent } from "../store.ts";
import { classesOf, columnsOf } from "./latencies.ts";
import type { Row } from "./row.ts";
import { wholeZoneOf } from "./store.ts";

type Counts = Map<string, number>;
/** How many calls took how long, by the name of the tenant's row of their quarter of an hour. */
export type Timed = Map<string, Counts>;

type Named = readonly [TenantId, number, string, string, string, RollupPart, string];

/** Adds a call to all of its tenant's usage and to each of its tags. */
export function addTimed(timed: Timed, event: RolledEvent): void {
  const { tenant_id, admitted_at, model, plan_version_id, currency } = event;
  const tags = Object.entries(event.tags).map(([name, value]) => ["tag", `${name}=${value}`] as const);
  for (const [part, slice] of [["", ""] as const, ...tags]) {
    const named: Named = [tenant_id, slotOf(admitted_at), model, plan_version_id ?? "", currency, part, slice];
    const name = JSON.stringify(named);
    const counts: Counts = timed.get(name) ?? new Map();
    timed.set(name, counts);
    for (const column of classesOf(event)) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
}

/** The rows of whole tenants whose counts are not those of the events. Somebody may have settled meanwhile: look again. */
export async function rowsOff(
  read: Reader,
  { from, to }: { readonly from: number; readonly to: number },
  timed: Timed,
): Promise<readonly Row[]> {
  const kept: Timed = new Map();
  for (const part of ["", "tag"] as const) {
    const rows = await sumRollups(read, {
      ...{ filter: {}, by: ["tenant", "model", "plan_version", ...(part ? [part] : [])], figures: ["requests"] },
      ...{ buckets: [{ label: slotOf(from), from: slotOf(from), to: slotOf(to), step: SLOT }], latencies: true },
    });
    for (const { at, dimensions, currency, first, total } of rows) {
      const [tenant = "", model = "", plan = "", slice = ""] = dimensions;
      const named: Named = [tenant as TenantId, at, model, plan, currency, part, slice];
      const counts = Object.entries(columnsOf({ first, total })).filter(([, count]) => count !== 0);
      kept.set(JSON.stringify(named), new Map(counts));
    }
  }
  const off: Row[] = [];
  for (const name of new Set([...timed.keys(), ...kept.keys()])) {
    const [counted, found] = [timed.get(name) ?? new Map(), kept.get(name) ?? new Map()];
    if (counted.size === found.size && [...counted].every(([column, count]) => found.get(column) === count)) continue;
    off.push(await rowOf(read, JSON.parse(name) as Named));
  }
  return off;
}

async function rowOf(read: Reader, named: Named): Promise<Row> {
  const [tenant_id, at, model, plan_version_id, currency, part, slice] = named;
  const key = { tenant_id, part, grain: GRAINS.slot, at, slice, model, plan_version_id, currency };
  return { table: "usage_whole", key: { ...key, zone: await wholeZoneOf(read, key) } };
}
