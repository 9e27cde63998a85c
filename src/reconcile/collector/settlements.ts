import type { RazorpaySettled } from "../../billing/razorpay/entities.ts";
import { DAY, HOUR, iso, MINUTE } from "../../kernel/clock.ts";
import type { NewFinding } from "../finding.ts";
import { type Account, daysOfAccount, everyOne } from "./account.ts";
import { capturedAt, ourPayments } from "./store.ts";

/** India is so far ahead of UTC: settlements are listed by its days. */
const IST_MS = 5 * HOUR + 30 * MINUTE;
const PAGE = 1_000;
/** A payment is settled after two working days; before so many have passed nothing is said of one that was not. */
const SETTLED_BY_MS = 10 * DAY;
/** At a time; each time the days in which they are settled are read, too. */
const AT_ONCE_DAYS = 10;

/**
 * A settlement is the sum of its rows; what was kept of a payment of ours is its fee and the tax on that; and every payment that was captured is in one.
 * Rows of other products are part of the sums, and are not looked at further.
 */
export const proveSettlements = daysOfAccount(AT_ONCE_DAYS, async ({ db, clock }, account) => {
  const { razorpay, account_id, from, to } = account;
  const now = clock.now();
  const rows: RazorpaySettled[] = [];
  for (const day of istDays(from, Math.min(to + SETTLED_BY_MS, now))) rows.push(...(await settledOn(account, day)));
  const findings: NewFinding[] = [];

  const bySettlement = Map.groupBy(rows, ({ settlement_id }) => settlement_id);
  const settlements = await everyOne((query) => razorpay.listSettlements(query), { from, to });
  for (const { id, amount, created_at } of settlements) {
    const own = bySettlement.get(id) ?? [];
    const sum = own.reduce((total, { credit, debit }) => total + credit - debit, 0);
    if (sum === amount || created_at === null || istDate(created_at) < istDate(from)) continue;
    findings.push({
      ...{ kind: "settlement_short", subject: id, tenant_id: null, rows: own.slice(0, 20).map((row) => row.entity_id) },
      ...{ local: { rows_paise: sum, rows: own.length }, remote: { amount_paise: amount, account_id } },
    });
  }

  const paid = rows.filter(({ type }) => type === "payment");
  const known = await ourPayments(
    db.read,
    account_id,
    paid.map(({ entity_id }) => entity_id),
  );
  for (const { entity_id, fee, tax, credit, settlement_id } of paid) {
    const row = known.get(entity_id);
    if (!row || (credit === row.amount_paise - row.fee_paise && fee === row.fee_paise && tax === row.fee_tax_paise))
      continue;
    findings.push({
      ...{ kind: "settlement_fee_differs", subject: entity_id, tenant_id: row.tenant_id, rows: [entity_id] },
      local: { amount_paise: row.amount_paise, fee_paise: row.fee_paise, fee_tax_paise: row.fee_tax_paise },
      remote: { credit_paise: credit, fee_paise: fee, fee_tax_paise: tax, settlement_id },
    });
  }

  const settled = new Set(paid.map(({ entity_id }) => entity_id));
  const due = await capturedAt(db.read, { account_id, from, to: Math.min(to, now - SETTLED_BY_MS) });
  const missing = due.filter(({ id }) => !settled.has(id));
  const months = missing.length ? await settledInMonths(account, now) : settled;
  for (const { id, tenant_id, amount_paise, currency, captured_at } of missing) {
    if (months.has(id)) continue;
    findings.push({
      ...{ kind: "settlement_missing", subject: id, tenant_id, rows: [id], remote: null },
      local: { amount_paise, currency, captured_at: iso(captured_at ?? 0) },
    });
  }
  const ofSpan = new Set<string | null>(settlements.map(({ id }) => id));
  const counted = rows.filter(({ settlement_id }) => ofSpan.has(settlement_id));
  const foreign_settled = counted.filter(({ type, entity_id }) => type === "payment" && !known.has(entity_id)).length;
  return { findings, looked_at: { settled_rows: counted.length, foreign_settled } };
});

const istDate = (at: number): string => iso(at + IST_MS).slice(0, 10);

function istDays(from: number, to: number): string[] {
  const days = new Set<string>();
  for (let at = from; at < to + DAY; at += DAY) days.add(istDate(Math.min(at, to)));
  return [...days];
}

async function settledOn({ razorpay }: Account, date: string): Promise<RazorpaySettled[]> {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number | undefined];
  const all: RazorpaySettled[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await razorpay.listSettled({ year, month, ...(day && { day }), count: PAGE, skip });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** The same asked in another way, before it is said that something is not there. */
async function settledInMonths(account: Account, now: number): Promise<ReadonlySet<string>> {
  const months = new Set(istDays(account.from, now).map((date) => date.slice(0, 7)));
  const ids = new Set<string>();
  for (const month of months)
    for (const { type, entity_id } of await settledOn(account, month)) if (type === "payment") ids.add(entity_id);
  return ids;
}
