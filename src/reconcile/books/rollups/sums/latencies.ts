import type { Reader } from "../../../../db/database.ts";
import { GRAINS, LATENCY_COLUMNS } from "../../../../db/schema.ts";
import { type Clock, instant } from "../../../../kernel/clock.ts";
import { latencyClass } from "../../../../usage/rollups/latency.ts";
import { SLOT } from "../../../../usage/rollups/spans.ts";
import { sumRollups } from "../../../../usage/rollups/store.ts";
import { eventsWholeFrom } from "../../store.ts";
import { eventsOfSpan, type RolledEvent } from "../store.ts";
import { type Row, tenantOf } from "./row.ts";
import { isListed } from "./store.ts";

type Numbers = Readonly<Record<string, number>>;

/**
 * How long the calls of a quarter of an hour took: rows by user do not know it, so it is counted from the events. Null for a row that
 * has it from others, where events may have been deleted, and where reports do not find the row, whose zone is in no list.
 */
export async function latenciesOf(
  { clock }: { readonly clock: Clock },
  read: Reader,
  row: Row,
): Promise<{ readonly made_of: Numbers; readonly is: Numbers } | null> {
  const { key } = row;
  const tenant_id = tenantOf(row);
  const slot = instant(Number(key.at));
  if (row.table !== "usage_whole" || key.grain !== GRAINS.slot || key.part === "promotion" || !tenant_id) return null;
  if (slot < (await eventsWholeFrom(read)) || !(await isListed(read, tenant_id, String(key.zone)))) return null;
  const span = { from: slot, to: instant(slot + SLOT) };
  const counts: Record<string, number> = Object.fromEntries(LATENCY_COLUMNS.map((column) => [column, 0]));
  for await (const page of eventsOfSpan(read, clock, span, tenant_id))
    for (const event of page) if (isOf(event, key)) for (const column of classesOf(event)) counts[column]! += 1;
  const tag = key.part === "tag" ? { tag: String(key.slice) } : {};
  const rows = await sumRollups(read, {
    filter: { tenant: tenant_id, model: String(key.model), plan_version: String(key.plan_version_id), ...tag },
    ...{ by: ["tenant"], buckets: [{ label: slot, ...span }], figures: ["requests"], latencies: true },
  });
  const own = rows.find(({ currency }) => currency === key.currency);
  return { made_of: counts, is: own ? columnsOf(own) : {} };
}

const isOf = (event: RolledEvent, { model, plan_version_id, currency, part, slice }: Row["key"]): boolean =>
  event.model === model &&
  (event.plan_version_id ?? "") === plan_version_id &&
  event.currency === currency &&
  (part !== "tag" || Object.entries(event.tags).some(([name, value]) => `${name}=${value}` === slice));

/** The counts that a call adds to. */
export const classesOf = ({ kind, first_byte_ms, total_ms }: RolledEvent): readonly string[] =>
  kind === "call"
    ? [...(first_byte_ms === null ? [] : [`first_${latencyClass(first_byte_ms)}`]), `total_${latencyClass(total_ms)}`]
    : [];

export const columnsOf = ({ first, total }: { first: readonly number[]; total: readonly number[] }): Numbers =>
  Object.fromEntries([
    ...first.map((count, index) => [`first_${index}`, count]),
    ...total.map((count, index) => [`total_${index}`, count]),
  ]);
