import { type SQL, sql } from "drizzle-orm";
import { LATENCY_ENDS_MS, usageEvents, usageTail } from "../../../db/schema.ts";
import { ERRORS } from "../figures.ts";

export const name = (column: string): SQL => sql`${sql.identifier(column)}`;
export const list = (parts: readonly SQL[]) => sql.join([...parts], sql`, `);

/** The tail with what its events say, as rows of the finest grain. Of what a promotion paid for, only the spend is known. */
export const TAIL = (
  figures: readonly string[],
): SQL => sql`(select u.tenant_id, u.part, u.slice, u.zone, u.slot, u.day, u.month, u.folding,
    e.model, coalesce(e.plan_version_id, '') as plan_version_id, e.currency,
    coalesce(e.user_id, '') as user_id, coalesce(e.key_id, '') as key_id,
    ${list(figures.map((figure) => sql`${tailFigure(figure)} as ${name(figure)}`))}
  from ${usageTail} u inner join ${usageEvents} e on e.id = u.event_id)`;

const WHOLE = sql.raw(`u.part <> 'promotion'`);
const when = (condition: SQL): SQL => sql`case when ${WHOLE} and e.kind = 'call' and ${condition} then 1 else 0 end`;
const TAIL_FIGURES: Readonly<Record<string, SQL>> = {
  requests: sql`case when e.kind = 'call' then 1 else 0 end`,
  spend_micros: sql`case when ${WHOLE} then e.spend_micros else u.promotional_micros end`,
  ...Object.fromEntries(
    ["cost_micros", "included_micros", "prepaid_micros", "promotional_micros", "overage_micros"].map((figure) => [
      ...([figure, sql`u.${name(figure)}`] as const),
    ]),
  ),
  disconnects: when(sql`e.ended = 'client_gone'`),
  errors: when(sql.raw(`e.ended in (${ERRORS.map((end) => `'${end}'`).join(", ")})`)),
  quota_ends: when(sql`e.ended = 'quota'`),
  unreconciled: when(sql`e.unreconciled`),
  first_bytes: when(sql`e.first_byte_ms is not null`),
  first_byte_ms: sql`case when ${WHOLE} and e.kind = 'call' then coalesce(e.first_byte_ms, 0) else 0 end`,
  total_ms: sql`case when ${WHOLE} and e.kind = 'call' then e.total_ms else 0 end`,
};

function tailFigure(figure: string): SQL {
  const [, kind, index] = /^(first|total)_(\d+)$/.exec(figure) ?? [];
  if (kind === undefined) return TAIL_FIGURES[figure] ?? sql`case when ${WHOLE} then e.${name(figure)} else 0 end`;
  const column = kind === "first" ? "e.first_byte_ms" : "e.total_ms";
  const [from, to] = [LATENCY_ENDS_MS[Number(index) - 1], LATENCY_ENDS_MS[Number(index)]];
  return when(sql.raw(`${column} >= ${from ?? 0}${to === undefined ? "" : ` and ${column} < ${to}`}`));
}
