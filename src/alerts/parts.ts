import type { Logger } from "pino";
import type { Catalogs } from "../catalog/catalog.ts";
import { type NewAlert, recordAlert } from "../db/alerts.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import { severityOf } from "../kernel/events.ts";

export interface AlertParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogs: Catalogs;
}

/** Writes alerts down, each once for its occasion, and says in the log what was new and matters. */
export async function raise(
  { db, clock, log }: Pick<AlertParts, "db" | "clock" | "log">,
  found: readonly Omit<NewAlert, "at">[],
): Promise<void> {
  if (!found.length) return;
  const at = { wall: clock.wall(), now: clock.now() };
  const fresh = await db.transaction(async (tx) => {
    const fresh: Omit<NewAlert, "at">[] = [];
    for (const alert of found) if (await recordAlert(tx, { ...alert, at })) fresh.push(alert);
    return fresh;
  });
  for (const { type, tenant_id, data } of fresh)
    if (severityOf(type) !== "info") log.warn({ alert: type, tenant_id, ...data }, "an alert was raised");
}
