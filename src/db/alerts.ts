import type { Instant } from "../kernel/clock.ts";
import type { EventType } from "../kernel/events.ts";
import { newId, type TenantId } from "../kernel/id.ts";
import type { Tx } from "./database.ts";
import { alerts } from "./schema.ts";

export interface NewAlert {
  /** Names the occasion: of all alerts with the same one, the first is kept. */
  readonly dedupe: string;
  readonly tenant_id: TenantId | null;
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  /** Real time, which the id is made of, and business time, which the alert shows. */
  readonly at: { readonly wall: Instant; readonly now: Instant };
}

/** Writes an alert down, once for its occasion. True where this was the first time: then it is for the caller to say it out loud. */
export async function recordAlert(tx: Tx, { at, ...alert }: NewAlert): Promise<boolean> {
  const written = await tx
    .insert(alerts)
    .values({
      ...{ ...alert, id: newId("alert", at.wall), created_at: at.now },
      ...{ acknowledged_at: null, acknowledged_by: null, note: null },
    })
    .onConflictDoNothing({ target: alerts.dedupe })
    .returning({ id: alerts.id });
  return written.length > 0;
}
