import type { Tx } from "../db/database.ts";
import { rowReader, rowWriter } from "../db/rows.ts";
import { grants, type RollupPart, usageEvents, usageTail } from "../db/schema.ts";
import { instant } from "../kernel/clock.ts";
import { micros } from "../kernel/money.ts";
import { windowAt } from "../kernel/windows.ts";
import type { Settled } from "../ledger/desk.ts";
import type { GrantRow } from "../ledger/store.ts";
import type { UsageDraft, UsageEvent } from "./event.ts";
import { costInCurrency, drawnOf } from "./rollups/figures.ts";
import { slotOf } from "./rollups/spans.ts";

const insertEvents = rowWriter(usageEvents);
const insertTail = rowWriter(usageTail);
const readGrants = rowReader(grants, grants.id);

const A_CALL = { kind: "call", adjusts: null, reason: null } as const;
type TailRow = typeof usageTail.$inferInsert;
type Grants = ReadonlyMap<string, GrantRow>;

/**
 * Writes the events of settlements and adjustments, and what each adds to the rollups, in the transaction that posts them: all or
 * nothing. An adjustment counts in tokens and money, and is no request.
 */
export async function recordUsage(
  tx: Tx,
  settled: readonly Pick<Settled<UsageDraft>, "event" | "outcome">[],
): Promise<void> {
  const recorded = settled.map(({ event: { timezone, ...draft }, outcome }) => ({
    timezone,
    event: { ...A_CALL, ...draft, ...outcome, tiered: outcome.tiered ?? null, rolled_up: true } satisfies UsageEvent,
  }));
  await insertEvents(
    tx,
    recorded.map(({ event }) => event),
  );
  await addToTail(tx, recorded);
}

/** Puts events where reports find them, by the days of a time zone. */
export async function addToTail(
  tx: Tx,
  recorded: readonly { readonly event: UsageEvent; readonly timezone: string }[],
): Promise<void> {
  const drawn = new Set(recorded.flatMap(({ event }) => event.draws.map(({ grant_id }) => grant_id)));
  const known = new Map((await readGrants(tx, [...drawn])).map((grant) => [grant.id as string, grant]));
  await insertTail(
    tx,
    recorded.flatMap(({ event, timezone }) => tailRows(event, timezone, known)),
  );
}

/** A row of all of an event, and one for each part of it that reports tell apart. */
export function tailRows(event: UsageEvent, timezone: string, known: Grants): TailRow[] {
  const at = instant(event.admitted_at);
  const common = {
    ...{ tenant_id: event.tenant_id, event_id: event.id, zone: timezone, slot: slotOf(at), folding: 0 },
    day: windowAt("day", at, timezone).start,
    month: windowAt("month", at, timezone).start,
    cost_micros: costInCurrency(event),
    ...drawnOf(event, (id) => known.get(id)?.kind),
  };
  const row = (part: RollupPart, slice: string) => ({ id: `${event.id}/${part}${slice}`, ...common, part, slice });
  return [
    row("", ""),
    ...Object.entries(event.tags).map(([name, value]) => row("tag", `${name}=${value}`)),
    ...promotionsOf(event, known).map(([promotion, amount]) => ({
      ...row("promotion", promotion),
      ...{ ...NOTHING, promotional_micros: micros(amount) },
    })),
  ];
}

const NOTHING = { cost_micros: micros(0), ...drawnOf({ draws: [] }, () => undefined) };

/** What was drawn from the credit of each promotion: its id stands in the grant's source. */
function promotionsOf({ draws }: UsageEvent, known: Grants): [string, number][] {
  const amounts = new Map<string, number>();
  for (const { grant_id, amount } of draws) {
    const [kind, promotion] = known.get(grant_id)?.source?.split(":") ?? [];
    if (kind === "promotion" && promotion) amounts.set(promotion, (amounts.get(promotion) ?? 0) + amount);
  }
  return [...amounts];
}
