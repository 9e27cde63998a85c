import type { Logger } from "pino";
import { recordAlert } from "../db/alerts.ts";
import type { Database } from "../db/database.ts";
import { type Clock, type Instant, iso, SECOND } from "../kernel/clock.ts";
import type { Micros } from "../kernel/money.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { windowAt } from "../kernel/windows.ts";
import { usd } from "../usage/event.ts";
import { sumCost } from "../usage/store.ts";

export interface CostAlerts {
  /** Looks now. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const EVERY_MS = 5 * SECOND;

/**
 * Tells the operator, once for all nodes, when what the provider charges for a day (UTC) has passed another multiple of the
 * threshold. It is read from the rollups, every few seconds.
 */
export function openCostAlerts(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly threshold_micros_usd: Micros;
  readonly onError: (error: unknown) => void;
}): CostAlerts {
  const { db, clock, log, threshold_micros_usd } = parts;
  let told = "";

  const look = async () => {
    const at = { wall: clock.wall(), now: clock.now() };
    const day = windowAt("day", at.now, "UTC");
    const data = passed(await sumCost(db.read, { from: day.start, to: day.end! }), threshold_micros_usd, day.start);
    const dedupe = data && `cost.threshold ${data.day} ${data.passed_micros_usd}`;
    if (!dedupe || dedupe === told) return;
    const first = await db.transaction((tx) =>
      recordAlert(tx, { dedupe, tenant_id: null, type: "cost.threshold", data, at }),
    );
    if (first) log.warn(data, "what the provider charges for today has passed the alert threshold");
    told = dedupe;
  };
  return { look, close: repeatedly(look, EVERY_MS, parts.onError).close };
}

/** The highest multiple of the threshold that a day's cost has reached, or null before the first. */
function passed(cost_micros_usd: Micros, threshold_micros_usd: Micros, day: Instant) {
  const multiple = Math.floor(cost_micros_usd / threshold_micros_usd);
  if (multiple < 1) return null;
  return {
    day: iso(day).slice(0, 10),
    cost_micros_usd,
    cost_usd: usd(cost_micros_usd),
    threshold_micros_usd,
    passed_micros_usd: multiple * threshold_micros_usd,
  };
}
