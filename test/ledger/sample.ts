import type { Database } from "../../src/db/database.ts";
import { counters, grants, holds, limits, nodes, plans } from "../../src/db/schema.ts";
import type { CustomerId, GrantId, KeyId, LimitId, RequestId, TenantId, UserId } from "../../src/kernel/id.ts";
import type { Amounts, Metric } from "../../src/kernel/metrics.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Books, Counter, CounterRef, Demand, Grant, HoldRow, HoldTicket } from "../../src/ledger/books.ts";
import { type GrantRow, insertGrant } from "../../src/ledger/store.ts";

/** Small, complete values of the ledger, to say in a test only what it is about. */

export const TENANT = "ten_1" as TenantId;
export const CUSTOMER = "cus_1" as CustomerId;
export const NOW = Date.UTC(2026, 10, 20, 12);

export const grantOf = (id: string, fields: Partial<Record<keyof Grant, number | string | null>> = {}): Grant =>
  ({
    ...{ id: id as GrantId, customer_id: CUSTOMER, priority: 10, amount: 100, used: 0, held: 0 },
    ...{ starts_at: 0, expires_at: null },
    ...fields,
  }) as Grant;

export const ticketOf = (id: string, fields: Partial<HoldTicket> = {}): HoldTicket => ({
  ...{ id: `tgr_${id}` as RequestId, tenant_id: TENANT, customer_id: CUSTOMER, user_id: null, key_id: null },
  ...{ node_id: "node", observe: false, admitted_at: NOW, expires_at: NOW + 7_200_000, call: { model: "m" } },
  ...fields,
});

export const amountsOf = (fields: Partial<Amounts>): Amounts => ({
  ...{ requests: 1, input_tokens: 0, output_tokens: 0, total_tokens: 0, spend_micros: 0 },
  ...fields,
});
export const spending = (spend_micros: number): Amounts => amountsOf({ spend_micros });

export const counterRefOf = (metric: Metric, fields: Partial<CounterRef> = {}): CounterRef => {
  const subject_id = fields.subject_id ?? TENANT;
  return {
    ...{ id: [subject_id, metric, fields.window ?? "day", "*", 0].join("|"), tenant_id: TENANT, subject_id, metric },
    ...{ window: "day", models: "", window_start: 0, window_end: NOW + 3_600_000 },
    ...fields,
  };
};

export const demandOf = (metric: Metric, amount: number, fields: Partial<Demand> = {}): Demand => ({
  ...{ counter: counterRefOf(metric), limit_id: `lim_${metric}` as LimitId, amount, hard: true },
  ...fields,
});

export function booksOf(rows: { grants?: Grant[]; counters?: Counter[]; holds?: HoldRow[] }): Books {
  return {
    grants: Map.groupBy(rows.grants ?? [], (grant) => grant.customer_id),
    counters: new Map((rows.counters ?? []).map((counter) => [counter.id, counter])),
    holds: new Map((rows.holds ?? []).map((hold) => [hold.id, hold])),
  };
}

export const grantRowOf = (id: string, fields: Partial<GrantRow> = {}): GrantRow => ({
  ...{ id: id as GrantId, tenant_id: TENANT, customer_id: CUSTOMER, kind: "prepaid", priority: 10, currency: "USD" },
  ...{ amount: micros(100), used: micros(0), held: micros(0), reason: "test" },
  ...{ source: null, cycle_id: null, starts_at: 0, expires_at: null, created_at: 0 },
  ...fields,
});

export const giveGrants = (db: Database, ...rows: GrantRow[]): Promise<void> =>
  db.transaction(async (tx) => {
    for (const row of rows) await insertGrant(tx, row);
  });

/** Every table that the ledger and these tests write. */
const TABLES = [grants, counters, holds, limits, nodes, plans];
export const empty = (db: Database): Promise<void> =>
  db.transaction(async (tx) => {
    for (const table of TABLES) await tx.delete(table);
  });

export const user = (id: string) => `usr_${id}` as UserId;
export const key = (id: string) => `key_${id}` as KeyId;
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
