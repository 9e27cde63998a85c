import type { Database } from "../../src/db/database.ts";
import { usageEvents } from "../../src/db/schema.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import type { CustomerId, KeyId, RequestId, TenantId, UserId } from "../../src/kernel/id.ts";
import { eventIdOf } from "../../src/kernel/id.ts";
import { micros, ONE_PPM, type RateMicros } from "../../src/kernel/money.ts";
import type { UsageDraft } from "../../src/usage/event.ts";
import { recordUsage } from "../../src/usage/record.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";

/** A year of usage, ending here. */
export const END = Date.UTC(2026, 10, 1);
export const START = END - 365 * DAY;
export const TENANTS = 50;
export const USERS = 200;
export const MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"] as const;
const ZONES = ["Asia/Kolkata", "Asia/Kolkata", "Asia/Kolkata", "America/New_York"] as const;
const EVENTS_AT_ONCE = 2_000;
const FOLDED_AT_ONCE = 50_000;

/** Numbers that look random and are the same each time. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export const tenantName = (index: number): TenantId => `ten_${String(index).padStart(4, "0")}` as TenantId;
export const userName = (tenant: number, index: number): UserId => `usr_${tenant}_${index}` as UserId;

/** Events in the order of time, as they would have come, where there are none yet; more for some tenants, users and hours than for others. */
export async function seedUsage(db: Database, events: number): Promise<void> {
  if ((await db.read.select({ id: usageEvents.id }).from(usageEvents).limit(1)).length) return;
  const random = randoms(7);
  const skewed = (count: number) => Math.floor(count * random() ** 2);
  for (let made = 0, unfolded = 0; made < events; ) {
    const batch = Array.from({ length: Math.min(EVENTS_AT_ONCE, events - made) }, (_, index) => {
      const at = START + Math.floor(((END - START) * (made + index)) / events);
      return { event: draft(made + index, at, skewed), outcome: outcomeOf(random) };
    });
    await db.transaction((tx) => recordUsage(tx, batch));
    made += batch.length;
    unfolded += batch.length;
    if (unfolded >= FOLDED_AT_ONCE || made === events) {
      await foldUsage(db, { rowsMax: FOLDED_AT_ONCE });
      unfolded = 0;
      if (process.stderr.isTTY) process.stderr.write(`\r${made} of ${events} events`);
    }
  }
}

const outcomeOf = (random: () => number) => ({
  spend_micros: micros(Math.floor(random() * 5_000_000)),
  ...{ uncovered_micros: micros(0), draws: [] },
});

function draft(index: number, at: number, skewed: (count: number) => number): UsageDraft {
  const request_id = `tgr_${String(index).padStart(12, "0")}` as RequestId;
  const tenant = skewed(TENANTS);
  const user = skewed(USERS);
  const first_byte_ms = 200 + skewed(3_000);
  return {
    ...{
      id: eventIdOf(request_id),
      request_id,
      tenant_id: tenantName(tenant),
      customer_id: `cus_${tenant}` as CustomerId,
    },
    ...{ user_id: userName(tenant, user), key_id: `key_${tenant}_${user % 3}` as KeyId, route: "/v1/messages" },
    ...{ asked_model: MODELS[skewed(3)]!, model: MODELS[skewed(3)]!, upstream_request_id: null },
    ...{ input_tokens: skewed(8_000), cache_read_tokens: skewed(20_000), cache_write_5m_tokens: skewed(2_000) },
    ...{ cache_write_1h_tokens: 0, output_tokens: skewed(1_000), web_searches: 0, list: "standard", geo: "global" },
    ...{ source: "reported", ended: skewed(40) < 39 ? "complete" : "client_gone", stop_reason: "end_turn" },
    ...{ unreconciled: false, cost_micros_usd: micros(skewed(60_000)), cache_saved_micros_usd: micros(skewed(9_000)) },
    ...{ currency: "INR", rate_micros: 84_500_000 as RateMicros, multiplier_ppm: ONE_PPM, price_version: "prc_1" },
    ...{ plan_version_id: `pln_${tenant % 3}.${1 + (tenant % 2)}`, samplings: [], raw_usage: null },
    tags: index % 3 ? {} : { feature: `f${skewed(8)}` },
    ...{ admitted_at: at, first_byte_ms, total_ms: first_byte_ms + skewed(30_000), settled_at: at + HOUR / 60 },
    timezone: ZONES[tenant % ZONES.length]!,
  };
}
