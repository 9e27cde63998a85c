import type { Tx } from "../db/database.ts";
import { rowWriter } from "../db/rows.ts";
import { usageEvents, usageHours, usageTagHours } from "../db/schema.ts";
import { micros } from "../kernel/money.ts";
import type { Settled } from "../ledger/desk.ts";
import type { UsageDraft, UsageEvent } from "./event.ts";

const FIGURES = [
  "requests",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_5m_tokens",
  "cache_write_1h_tokens",
  "output_tokens",
  "web_searches",
  "cost_micros_usd",
  "spend_micros",
  "uncovered_micros",
] as const;

const h = usageHours;
const t = usageTagHours;
const insertEvents = rowWriter(usageEvents);
const addHours = rowWriter(h, { key: [h.tenant_id, h.hour, h.user_id, h.key_id, h.model, h.currency], add: FIGURES });
const addTagHours = rowWriter(t, { key: [t.tenant_id, t.hour, t.user_id, t.tag, t.currency], add: FIGURES });

const A_CALL = { kind: "call", adjusts: null, reason: null } as const;

/**
 * Writes the events of settlements and adjustments and adds them to the rollups, in the transaction that posts them: all or
 * nothing. An adjustment counts in money, and is no request.
 */
export async function recordUsage(
  tx: Tx,
  settled: readonly Pick<Settled<UsageDraft>, "event" | "outcome">[],
): Promise<void> {
  const events = settled.map(({ event: { hour, ...draft }, outcome }) => ({
    hour,
    event: { ...A_CALL, ...draft, ...outcome, tiered: outcome.tiered ?? null } satisfies UsageEvent,
  }));
  await insertEvents(
    tx,
    events.map(({ event }) => event),
  );
  await addHours(tx, rolledUp(events.map(({ hour, event }) => hourRow(event, hour))));
  await addTagHours(tx, rolledUp(events.flatMap(({ hour, event }) => tagRows(event, hour))));
}

type Figures = Record<(typeof FIGURES)[number], number>;
type HourRow = typeof usageHours.$inferInsert;
type TagRow = typeof usageTagHours.$inferInsert;

const figuresOf = (event: UsageEvent) => {
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, web_searches } =
    event;
  const { cost_micros_usd, spend_micros, uncovered_micros } = event;
  return {
    requests: event.kind === "call" ? 1 : 0,
    ...{ input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, web_searches },
    ...{ cost_micros_usd, spend_micros, uncovered_micros },
  };
};

function hourRow(event: UsageEvent, hour: number): HourRow {
  const { tenant_id, model, currency } = event;
  return {
    tenant_id,
    hour,
    user_id: event.user_id ?? "",
    key_id: event.key_id ?? "",
    model,
    currency,
    ...figuresOf(event),
  };
}

function tagRows(event: UsageEvent, hour: number): TagRow[] {
  const { tenant_id, currency } = event;
  return Object.entries(event.tags).map(([name, value]) => ({
    tenant_id,
    hour,
    user_id: event.user_id ?? "",
    tag: `${name}=${value}`,
    currency,
    ...figuresOf(event),
  }));
}

/** One row for each key: several events of a batch in the same hour are one addition. In one order, so that two nodes cannot wait for each other. */
function rolledUp<R extends HourRow | TagRow>(rows: readonly R[]): R[] {
  const byKey = new Map<string, R>();
  for (const row of rows) {
    const key = JSON.stringify(Object.entries(row).filter(([name]) => !FIGURES.includes(name as keyof Figures)));
    const sum = byKey.get(key);
    if (!sum) byKey.set(key, { ...row });
    else
      for (const figure of FIGURES)
        (sum as Figures)[figure] = micros((sum as Figures)[figure] + (row as Figures)[figure]);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
