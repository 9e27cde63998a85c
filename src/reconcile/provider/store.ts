import { and, asc, eq, gt, gte, isNotNull, lt, or } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import { tenants, usageEvents } from "../../db/schema.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type EventId, firstIdAt } from "../../kernel/id.ts";
import { idBounds, type Span } from "../books/store.ts";

const PAGE = 2_000;
const t = usageEvents;

/** What of an event the provider's reports can be held against. */
const METERED = {
  id: t.id,
  tenant_id: t.tenant_id,
  kind: t.kind,
  model: t.model,
  asked_model: t.asked_model,
  list: t.list,
  geo: t.geo,
  source: t.source,
  unreconciled: t.unreconciled,
  samplings: t.samplings,
  raw_usage: t.raw_usage,
  input_tokens: t.input_tokens,
  cache_read_tokens: t.cache_read_tokens,
  cache_write_5m_tokens: t.cache_write_5m_tokens,
  cache_write_1h_tokens: t.cache_write_1h_tokens,
  output_tokens: t.output_tokens,
  web_searches: t.web_searches,
  cost_micros_usd: t.cost_micros_usd,
  admitted_at: t.admitted_at,
  settled_at: t.settled_at,
};
export type MeteredEvent = Pick<typeof usageEvents.$inferSelect, keyof typeof METERED>;

/** The events that were admitted in a span, and calls from before it (from `earliest` on) that ended in it, page by page. */
export async function* meteredEvents(
  read: Reader,
  clock: Clock,
  { from, to, earliest }: Span & { readonly earliest: number },
): AsyncGenerator<readonly MeteredEvent[]> {
  const { low, high } = idBounds(clock, { from: earliest, to });
  for (let after = firstIdAt("event", Math.max(0, low)) as EventId; ; ) {
    const rows = await read
      .select(METERED)
      .from(t)
      .where(
        and(
          ...[gt(t.id, after), lt(t.id, firstIdAt("event", high) as EventId)],
          or(
            and(gte(t.admitted_at, from), lt(t.admitted_at, to)),
            and(eq(t.kind, "call"), gte(t.admitted_at, earliest), lt(t.admitted_at, from), gte(t.settled_at, from)),
          ),
        ),
      )
      .orderBy(asc(t.id))
      .limit(PAGE);
    if (rows.length) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}

/** The tenants that call upstream with a key of their own, sealed. */
export const listOwnKeys = (read: Reader) =>
  read
    .select({ tenant_id: tenants.id, sealed: tenants.upstream_api_key_sealed })
    .from(tenants)
    .where(isNotNull(tenants.upstream_api_key_sealed));
