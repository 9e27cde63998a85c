import { and, eq, type SQL } from "drizzle-orm";
import type { Instant } from "../kernel/clock.ts";
import { newId, type TenantId } from "../kernel/id.ts";
import type { Reader, Tx } from "./database.ts";
import { alerts } from "./schema.ts";

export type Alert = typeof alerts.$inferSelect;

export interface NewAlert {
  /** Names the occasion: of all alerts with the same one, the first is kept. */
  readonly dedupe: string;
  readonly tenant_id: TenantId | null;
  /** `cost.threshold`, `quota.exhausted`, … */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Real time, which the id is made of, and business time, which the alert shows. */
  readonly at: { readonly wall: Instant; readonly now: Instant };
}

/** Writes an alert down, once for its occasion. True where this was the first time: then it is for the caller to say it out loud. */
export async function recordAlert(tx: Tx, { at, ...alert }: NewAlert): Promise<boolean> {
  const written = await tx
    .insert(alerts)
    .values({ ...alert, id: newId("alert", at.wall), created_at: at.now })
    .onConflictDoNothing({ target: alerts.dedupe })
    .returning({ id: alerts.id });
  return written.length > 0;
}

/** One page of alerts, by the clause of `pageClause`. */
export function listAlerts(
  read: Reader,
  filter: { readonly type?: string; readonly tenant_id?: TenantId },
  page: { readonly where: SQL | undefined; readonly orderBy: SQL; readonly limit: number },
): Promise<Alert[]> {
  const { type, tenant_id } = filter;
  return read
    .select()
    .from(alerts)
    .where(and(type ? eq(alerts.type, type) : undefined, tenant_id && eq(alerts.tenant_id, tenant_id), page.where))
    .orderBy(page.orderBy)
    .limit(page.limit);
}
