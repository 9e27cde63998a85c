import { LRUCache } from "lru-cache";
import type { Catalog } from "../catalog/catalog.ts";
import { DAY, HOUR, type Instant, instant, iso } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { windowAt } from "../kernel/windows.ts";
import { anomalyOf } from "./anomaly.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings, Bounds } from "./settings.ts";
import { firstUse, listSpenders, type Spender, spendOver } from "./usage/store.ts";

/** What whole days came to, by tenant and day: they are over, and read once. */
type DaysKept = LRUCache<string, readonly number[]>;
export const keepDays = (): DaysKept => new LRUCache({ max: 10_000 });

/** Tells, once a day and tenant, of a day whose spend stands out against the tenant's own history. */
export async function lookAtSpend(parts: AlertParts, bounds: Bounds<"spend_anomaly">, kept: DaysKept): Promise<void> {
  const { db, clock } = parts;
  const now = clock.now();
  const catalog = await parts.catalogs.current();
  for (const tenant of await listSpenders(db.read, now - 2 * DAY)) {
    const settings = bounds.of(tenant.id);
    if (!settings.enabled) continue;
    const today = windowAt("day", now, tenant.timezone);
    const spent = await spendOver(db.read, tenant.id, today.start, now);
    if (spent <= 0 || spent < leastOf(catalog, tenant, settings, now)) continue;
    const key = `${tenant.id} ${today.start} ${settings.weeks}`;
    const history = kept.get(key) ?? (await sameWeekdays(parts, tenant, today.start, settings.weeks));
    kept.set(key, history);
    const anomaly = anomalyOf(spent, history, settings);
    if (!anomaly) continue;
    await raise(parts, [
      {
        ...{ type: "spend.anomaly", dedupe: `spend.anomaly ${tenant.id} ${today.start}`, tenant_id: tenant.id },
        data: {
          ...{ day_from: iso(today.start), day_to: iso(today.end!), currency: tenant.currency, spend_micros: spent },
          usual_micros: Math.round(anomaly.median),
          ratio: anomaly.ratio === null ? null : rounded(anomaly.ratio),
          score: Number.isFinite(anomaly.score) ? rounded(anomaly.score) : null,
          weeks: history.length,
        },
      },
    ]);
  }
}

const rounded = (figure: number): number => Math.round(figure * 100) / 100;

/** The least that is worth a word, in the tenant's currency; without a rate, anything is. */
function leastOf(
  catalog: Catalog,
  { currency }: Spender,
  { amount_min_micros_usd: least }: AlertSettings["spend_anomaly"],
  now: Instant,
): number {
  if (currency === "USD") return least;
  const rate = catalog.rateAt(currency, now, now);
  return rate ? (least * rate.rate_micros) / 1_000_000 : 0;
}

/** What the same weekday came to in each of the weeks before for which the tenant was there, the latest first. */
async function sameWeekdays(
  { db }: AlertParts,
  { id, timezone }: { readonly id: TenantId; readonly timezone: string },
  today: Instant,
  weeks: number,
): Promise<readonly number[]> {
  const since = await firstUse(db.read, id);
  const history: number[] = [];
  for (let week = 1; week <= weeks && since !== null; week++) {
    // Noon of a day is in it, however its clocks were changed.
    const day = windowAt("day", instant(today + 12 * HOUR - week * 7 * DAY), timezone);
    if (day.end! <= since) break;
    history.push(await spendOver(db.read, id, day.start, day.end!));
  }
  return history;
}
