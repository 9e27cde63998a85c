import { LRUCache } from "lru-cache";
import { iso } from "../kernel/clock.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings, Bounds } from "./settings.ts";
import { listIncludedUsed } from "./store.ts";

const ROWS_MAX = 500;

/** Marks that were told of: the rows of the alerts know, and this saves writing them again at each look. */
type Told = LRUCache<string, true>;
export const keepTold = (): Told => new LRUCache({ max: 100_000 });

/**
 * Tells of what a plan includes when so much of it is used, each mark once a cycle. It is `quota.threshold` also where nothing is left: prepaid
 * credit or overage may go on, and where nothing does, the first refusal is `quota.exhausted`.
 */
export async function lookAtIncluded(parts: AlertParts, bounds: Bounds<"included">, told: Told): Promise<void> {
  const share_min = Math.min(...bounds.enabled.flatMap(({ alert_at }) => alert_at));
  const now = parts.clock.now();
  for (let after = ""; ; ) {
    const rows = await listIncludedUsed(parts.db.read, { now, share_min }, after, ROWS_MAX);
    const passed = rows.flatMap(({ tenant_id, expires_at, ...grant }) =>
      marksOf(bounds.of(tenant_id))
        .filter((threshold) => grant.used >= grant.amount * threshold)
        .map((threshold) => ({
          ...{ type: "quota.threshold" as const, dedupe: `included ${grant.grant_id} ${threshold}`, tenant_id },
          data: { ...grant, metric: "spend_micros", window: "cycle", threshold, resets_at: iso(expires_at) },
        })),
    );
    const fresh = passed.filter(({ dedupe }) => !told.has(dedupe));
    await raise(parts, fresh);
    for (const { dedupe } of fresh) told.set(dedupe, true);
    if (rows.length < ROWS_MAX) return;
    after = rows.at(-1)!.grant_id;
  }
}

const marksOf = ({ enabled, alert_at }: AlertSettings["included"]): readonly number[] =>
  enabled ? [...new Set(alert_at)].sort((a, b) => a - b) : [];
