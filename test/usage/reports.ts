import type { Database } from "../../src/db/database.ts";
import { type Instant, instant } from "../../src/kernel/clock.ts";
import { UsageQuery, usageReport } from "../../src/usage/report.ts";
import { record, settled, tenant } from "./sample.ts";

const at = (iso: string): Instant => instant(Date.parse(iso));
const NOW = at("2026-11-20T12:00:00Z");
let made = 0;

/** A request of the tenant at an instant, by the hour of its own clock. */
export const useOf =
  (db: Database) =>
  (iso: string, fields: Parameters<typeof settled>[1] = {}, timezone = "Asia/Kolkata"): Promise<void> =>
    record(db, settled(`${made++}`, { ...fields, admitted_at: at(iso), timezone }));

export type Who = Parameters<typeof usageReport>[1];
const WHO: Who = { tenant_id: tenant("1"), timezone: "Asia/Kolkata", visibility: "full" };

/** The report that this query brings at noon (UTC) on 20 November 2026, to a tenant in India that may see everything. */
export const reportOf =
  (db: Database) =>
  (query: Record<string, unknown> = {}, who: Partial<Who> = {}) =>
    usageReport(db.read, { ...WHO, ...who }, UsageQuery.parse(query), NOW);
