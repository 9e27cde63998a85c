import type { Logger } from "pino";
import type { Catalogs } from "../catalog/catalog.ts";
import { recordAlert } from "../db/alerts.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import type { EventType } from "../kernel/events.ts";
import type { TenantId } from "../kernel/id.ts";
import type { Collectors } from "./razorpay/collectors.ts";
import type { Step } from "./steps.ts";

/** What every part of billing works with. */
export interface BillingParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogs: Catalogs;
  readonly collectors: Collectors;
  /** Our own URL as the outside knows it: for links. */
  readonly publicUrl?: string;
  /** Hears of each step before the next one is taken: who throws here stops between the two. */
  readonly step?: (name: Step) => void;
}

/** Something that the outside is told of, as `type` names it in the contract; once for its occasion, in the transaction that makes it so. */
export const told = (
  tx: Tx,
  clock: Clock,
  event: {
    readonly type: EventType;
    readonly dedupe: string;
    readonly tenant_id: TenantId;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Promise<boolean> => recordAlert(tx, { ...event, at: { wall: clock.wall(), now: clock.now() } });
