import type { Tx } from "../../db/database.ts";
import { instant } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";
import type { GrantRow } from "../../ledger/store.ts";
import { type CustomerRow, findTenant, type TenantRow } from "../../tenants/store.ts";
import { lockedCustomer, lockedGrants, saveGrant } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import { giveCredit } from "./credit.ts";
import { listRepeatsDue, lockedRepeat, type RepeatRow, saveRepeat } from "./store.ts";

const ROWS_MAX = 200;

/** Where a repeating credit stands. */
export function statusOf(row: RepeatRow, now: number): "active" | "ended" | "cancelled" {
  if (row.cancelled_at !== null) return "cancelled";
  const over = row.ends_at !== null && row.ends_at <= now;
  return over || (row.times !== null && row.given >= row.times) ? "ended" : "active";
}

/** The period that an instant is in: the tenant's calendar month, or the customer's cycle, where it is in one. */
function periodAt(
  every: RepeatRow["every"],
  now: number,
  { timezone }: Pick<TenantRow, "timezone">,
  { cycle_start, cycle_end }: Pick<CustomerRow, "cycle_start" | "cycle_end">,
): { readonly start: number; readonly end: number } | null {
  if (every === "month") {
    const { start, end } = windowAt("month", instant(now), timezone);
    return { start, end: end! };
  }
  if (cycle_start === null || cycle_end === null || cycle_start > now || cycle_end <= now) return null;
  return { start: cycle_start, end: cycle_end };
}

/** Gives what repeats, once in each period. Periods that passed while nobody looked are not made up for. */
export async function repeatCredit(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const rows = await listRepeatsDue(db.read, clock.now(), after, ROWS_MAX);
    for (const { id, customer_id } of rows) {
      try {
        await db.transaction(async (tx) => {
          const customer = await lockedCustomer(tx, customer_id);
          const row = await lockedRepeat(tx, id);
          if (row) await givePeriod(tx, parts, row, customer, await findTenant(tx, row.tenant_id));
        });
        parts.step?.("credit repeated");
      } catch (error) {
        log.error({ err: error, repeat: id }, "credit that repeats could not be given");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.id;
  }
}

/** Gives what is due of a repeating credit for the present period, and answers it; null where that was done, or nothing is due. The customer's row is locked. */
export async function givePeriod(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  row: RepeatRow,
  customer: CustomerRow,
  tenant: TenantRow,
): Promise<GrantRow | null> {
  const now = clock.now();
  const period = periodAt(row.every, now, tenant, customer);
  if (!period || statusOf(row, now) !== "active") return null;
  const { id, customer_id, kind, amount_micros, reason, lasts } = row;
  const next_at = period.end;
  const source = `repeat:${id}:${period.start}`;
  const expires_at = lasts === "period" ? period.end : null;
  const grant =
    row.period_start === period.start
      ? null
      : await giveCredit(tx, clock, { tenant, customer_id, kind, amount_micros, reason, expires_at, source });
  if (!grant) {
    await saveRepeat(tx, id, { period_start: period.start, next_at });
    return null;
  }
  // A cycle that was cut short takes its credit with it.
  if (lasts === "period" && row.last_grant_id !== null) {
    const before = (await lockedGrants(tx, [row.last_grant_id])).get(row.last_grant_id);
    if (before && (before.expires_at === null || before.expires_at > now))
      await saveGrant(tx, before.id, { expires_at: now });
  }
  const given = { given: row.given + 1, period_start: period.start, next_at, last_grant_id: grant.id };
  await saveRepeat(tx, id, given);
  return grant;
}
