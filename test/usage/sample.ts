import type { Database, Tx } from "../../src/db/database.ts";
import {
  usageAll,
  usageDetail,
  usageEvents,
  usageSubjects,
  usageTail,
  usageWhole,
  usageZones,
} from "../../src/db/schema.ts";
import {
  type CustomerId,
  eventIdOf,
  type KeyId,
  type RequestId,
  type TenantId,
  type UserId,
} from "../../src/kernel/id.ts";
import { type Micros, micros, ONE_PPM, type RateMicros } from "../../src/kernel/money.ts";
import type { Outcome } from "../../src/ledger/books.ts";
import type { UsageDraft } from "../../src/usage/event.ts";
import { recordUsage } from "../../src/usage/record.ts";

/** Small, complete usage events, to say in a test only what it is about. */

export const TENANT = "ten_1" as TenantId;
/** An hour of the tenant's clock, in India. */
export const HOUR = Date.UTC(2026, 10, 20, 6, 30);
export const HOUR_MS = 3_600_000;

export interface Settlement {
  readonly event: UsageDraft;
  readonly outcome: Outcome;
}
type Fields = Partial<Omit<UsageDraft, "id" | "request_id">> & {
  readonly spend_micros?: number;
  readonly uncovered_micros?: number;
  readonly hour?: number;
  readonly draws?: Outcome["draws"];
};

const COUNTS = {
  ...{ input_tokens: 100, cache_read_tokens: 20, cache_write_5m_tokens: 3, cache_write_1h_tokens: 4 },
  ...{ output_tokens: 50, web_searches: 1 },
} as const;

/** The settlement of one request; `id` sorts as events do. */
export function settled(
  id: string,
  { spend_micros = 80, uncovered_micros = 0, hour = HOUR, draws = [], ...fields }: Fields = {},
): Settlement {
  const request_id = `tgr_${id}` as RequestId;
  const event: UsageDraft = {
    ...{ id: eventIdOf(request_id), request_id, tenant_id: TENANT, customer_id: "cus_1" as CustomerId },
    ...{ user_id: "usr_alice" as UserId, key_id: "key_1" as KeyId, route: "/v1/messages" },
    ...{ asked_model: "claude-opus-5-5", model: "claude-opus-5-5", upstream_request_id: "req_1", ...COUNTS },
    ...{ list: "standard", geo: "global", source: "reported", ended: "complete", stop_reason: "end_turn" },
    ...{ unreconciled: false, cost_micros_usd: micros(1_000), currency: "INR" },
    ...{ rate_micros: 80_000_000 as RateMicros, multiplier_ppm: ONE_PPM, price_version: "prc_1" },
    ...{ plan_version_id: null, timezone: "Asia/Kolkata", cache_saved_micros_usd: micros(0) },
    ...{ samplings: [], raw_usage: { input_tokens: 100 }, tags: {}, admitted_at: hour + 1_000 },
    ...{ first_byte_ms: 5, total_ms: 10, settled_at: hour + 2_000 },
    ...fields,
  };
  const [spend, uncovered] = [micros(spend_micros), micros(uncovered_micros)] as [Micros, Micros];
  return { event, outcome: { spend_micros: spend, uncovered_micros: uncovered, draws } };
}

/** Records them as settlements do, in one transaction. */
export const record = (db: Database, ...settlements: Settlement[]): Promise<void> =>
  db.transaction((tx) => recordIn(tx, settlements));

export const recordIn = (tx: Tx, settlements: readonly Settlement[]): Promise<void> =>
  recordUsage(tx, settlements as never);

/** All that can be made again of the events. */
export const emptyRollups = async (tx: Tx): Promise<void> => {
  for (const table of [usageTail, usageDetail, usageWhole, usageAll, usageSubjects, usageZones]) await tx.delete(table);
};

export const empty = (db: Database): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.delete(usageEvents);
    await emptyRollups(tx);
  });

export const user = (id: string) => `usr_${id}` as UserId;
export const key = (id: string) => `key_${id}` as KeyId;
export const tenant = (id: string) => `ten_${id}` as TenantId;
