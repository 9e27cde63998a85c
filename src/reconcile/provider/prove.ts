import { NOTHING, plus, type Quantities } from "../../catalog/meters.ts";
import { DAY, HOUR, iso } from "../../kernel/clock.ts";
import type { TenantId } from "../../kernel/id.ts";
import { dayAt } from "../days.ts";
import type { NewFinding } from "../finding.ts";
import type { ReconcileParts, Step } from "../step.ts";
import { type KeyRing, keyRing } from "./keys.ts";
import { beyondBand, costKey, type DayMetered, type Group, isNothing, openDay, placeKey } from "./metered.ts";
import { openReports } from "./port.ts";
import { type DayReported, reportedDay } from "./reported.ts";
import { listOwnKeys, meteredEvents } from "./store.ts";

/** The provider's reports follow within minutes; a day is compared when it has been over for so long. */
const LAG_MS = 2 * HOUR;
/** No call takes longer: a batch has a day, and may be found a little later. */
const CALL_MAX_MS = 27 * HOUR;

const TOO_YOUNG: Readonly<Record<string, number>> = { days_too_young: 1 };

/**
 * What we metered of a day is what the provider reports of it, token by token, by key, workspace, model, tier, geography and speed; and what it
 * charges for that is what our price book says.
 */
export const proveProviderDay: Step = async (parts, _run, { of }) => {
  const { clock, provider } = parts;
  const from = dayAt(of);
  const to = from + DAY;
  if (!provider) throw new Error("there is no ANTHROPIC_ADMIN_KEY any more");
  if (to + LAG_MS > clock.now()) return { findings: [], next: null, looked_at: TOO_YOUNG };
  const reports = openReports(provider);
  const ring = keyRing(await reports.keys(), { operator: provider.operator_key, own: await ownKeys(parts) });
  const span = { from: iso(from), to: iso(to) };
  const reported = reportedDay(await reports.usageOf(span), await reports.costOf(span), ring);
  const metered = await meteredDay(parts, { from, to }, ring);
  return {
    findings: compareDay(of, metered, reported),
    next: null,
    looked_at: {
      ...{ metered_events: metered.events, provider_groups: reported.groups.size },
      ...{ foreign_rows: reported.foreign, events_of_other_organizations: metered.elsewhere },
    },
  };
};

async function ownKeys({ db, secrets }: ReconcileParts): Promise<ReadonlyMap<TenantId, string>> {
  const rows = await listOwnKeys(db.read);
  return new Map(
    rows.flatMap(({ tenant_id, sealed }) => (sealed ? [[tenant_id, secrets.unseal(sealed, tenant_id)]] : [])),
  );
}

async function meteredDay(
  { db, clock, catalogs }: ReconcileParts,
  span: { readonly from: number; readonly to: number },
  ring: KeyRing,
): Promise<DayMetered> {
  const { book } = await catalogs.current();
  const { add, day } = openDay(span, book, ({ tenant_id }) => ring.of(tenant_id));
  for await (const page of meteredEvents(db.read, clock, { ...span, earliest: span.from - CALL_MAX_MS }))
    for (const event of page) add(event);
  return day();
}

/** Where the two sides of a day are further apart than the calls whose end nobody saw explain. */
export function compareDay(day: string, metered: DayMetered, reported: DayReported): NewFinding[] {
  const used = [...metered.groups.values()].filter((group) => beyondBand(group.quantities, NOTHING, group.band).length);
  if (used.length && !reported.groups.size) return [missingDay(day, used)];

  const findings: NewFinding[] = [];
  for (const key of new Set([...metered.groups.keys(), ...reported.groups.keys()])) {
    const group = metered.groups.get(key);
    const local = group?.quantities ?? NOTHING;
    const remote = reported.groups.get(key)?.quantities ?? NOTHING;
    const { dimensions } = (group ?? reported.groups.get(key))!;
    const band = plus(group?.band ?? NOTHING, metered.unplaced.get(placeKey(dimensions)) ?? NOTHING);
    const meters = beyondBand(local, remote, band);
    if (!meters.length) continue;
    const kind = isNothing(remote)
      ? "provider_usage_missing"
      : isNothing(local)
        ? "provider_usage_unmetered"
        : "provider_tokens_differ";
    const only = (quantities: Quantities) => Object.fromEntries(meters.map((meter) => [meter, quantities[meter]]));
    findings.push({
      ...{ kind, subject: `${day} ${key}`, tenant_id: null, rows: group?.rows ?? [] },
      ...{ local: { ...dimensions, ...only(local), band: only(band) }, remote: only(remote) },
      touches: [`${day} ${costKey(dimensions)}`, `usage ${day} ${dimensions.model}`],
    });
  }
  return [...findings, ...compareCosts(day, metered, reported)];
}

function compareCosts(day: string, metered: DayMetered, reported: DayReported): NewFinding[] {
  const findings: NewFinding[] = [];
  for (const [key, { workspace_id, model, cost, band, events }] of metered.costs) {
    if (reported.mixed.has(key)) continue;
    const charged = reported.costs.get(key) ?? 0;
    // Each event was rounded once, by half a micro at most.
    const most = Math.ceil(band + events / 2) + 1;
    if (Math.abs(charged - cost) <= most) continue;
    findings.push({
      ...{ kind: "provider_cost_differs", subject: `${day} ${key}`, tenant_id: null },
      local: { workspace_id, model, cost_micros_usd: cost, band_micros_usd: most, events },
      remote: { cost_micros_usd: charged },
      touches: [day, `${day} ${key}`, `usage ${day} ${model}`],
    });
  }
  return findings;
}

function missingDay(day: string, groups: readonly Group[]): NewFinding {
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
  return {
    ...{ kind: "provider_day_missing", subject: day, tenant_id: null, remote: { groups: 0 } },
    local: { groups: groups.length, input: sum((g) => g.quantities.input), output: sum((g) => g.quantities.output) },
    ...{ rows: groups.flatMap(({ rows }) => rows).slice(0, 20), touches: [day] },
  };
}
