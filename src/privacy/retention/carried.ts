import type { usageCarried, usageEvents } from "../../db/schema.ts";

export type CarriedRow = typeof usageCarried.$inferInsert;
type Gone = Pick<typeof usageEvents.$inferSelect, "tenant_id" | "customer_id" | "draws" | "tiered">;

/** What deleted events came to: one row for each customer, grant and counter, in one order. */
export function carriedOf(events: readonly Gone[]): CarriedRow[] {
  const rows = new Map<string, CarriedRow>();
  for (const { tenant_id, customer_id, draws, tiered } of events) {
    const add = (kind: CarriedRow["kind"], subject_id: string, amount: number) => {
      const key = [tenant_id, customer_id, kind, subject_id].join(" ");
      rows.set(key, { tenant_id, customer_id, kind, subject_id, amount: (rows.get(key)?.amount ?? 0) + amount });
    };
    add("events", customer_id, 1);
    for (const { grant_id, amount } of draws) add("drawn", grant_id, amount);
    if (tiered) add("listed", tiered.counter_id, tiered.list_micros);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
