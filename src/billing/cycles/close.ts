import type { Catalog } from "../../catalog/catalog.ts";
import type { Tx } from "../../db/database.ts";
import { iso } from "../../kernel/clock.ts";
import type { CycleId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import type { GrantRow } from "../../ledger/store.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { type BillingParts, told } from "../parts.ts";
import { baseLine, cycleOwingBase } from "./base.ts";
import { type Billed, billCycle } from "./bill.ts";
import { bookUsage, type Split, splitOf } from "./book.ts";
import { reviewStanding } from "./in-force.ts";
import { earlyBillAt, exposureCap } from "./overage.ts";
import type { CycleRow } from "./store.ts";
import * as store from "./store.ts";
import { type CycleUsage, usageOfCycle } from "./usage-lines.ts";

const ROWS_MAX = 200;

/** Closes the cycles that are over, one after the other. One that cannot be closed yet waits, and stops no other. */
export async function closeDueCycles(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const due = await store.listDueCycles(db.read, clock.now(), after, ROWS_MAX);
    for (const { id } of due) {
      try {
        await closeCycle(parts, id);
      } catch (error) {
        log.error({ err: error, cycle: id }, "a cycle could not be closed");
      }
    }
    const last = due.at(-1);
    if (!last || due.length < ROWS_MAX) return;
    after = last.id;
  }
}

/**
 * Closes a cycle: waits for its open calls, holds its events against its grants to the micro, freezes the totals, books the usage and cuts the
 * invoice for overage (with the next base, where one mandate pays both), all in one transaction. Doing it again changes nothing. Where events and grants disagree it stops and says where.
 */
async function closeCycle(parts: BillingParts, id: CycleId): Promise<CycleRow | null> {
  const { db, clock } = parts;
  const catalog = await parts.catalogs.current();
  const after = await db.transaction(async (tx) => {
    const seen = await store.findCycle(tx, id);
    if (!seen) return null;
    await store.lockedCustomer(tx, seen.customer_id);
    const cycle = (await store.findCycle(tx, id))!;
    if (cycle.state === "closed" || cycle.end_at > clock.now()) return cycle;
    if (await store.hasOpenHolds(tx, cycle)) {
      return cycle.state === "ended" ? cycle : store.saveCycle(tx, id, { state: "ended" });
    }
    const usage = await usageOfCycle(tx, cycle);
    const grants = await store.grantsOfCustomer(tx, cycle.tenant_id, cycle.customer_id);
    const wrong = disagreement(cycle, usage, grants);
    if (wrong) {
      await tellDisagreement(tx, parts, cycle, wrong);
      return store.saveCycle(tx, id, { state: "ended" });
    }
    // What an adjustment drew on the grants of another cycle is of that one.
    const split = splitOf(
      usage,
      grants.filter(({ cycle_id }) => cycle_id === null || cycle_id === cycle.id),
    );
    await bookCycle(tx, parts, cycle, usage, split);
    parts.step?.("cycle booked");
    // The cycle that follows is there before the bill, so that its base can go with it.
    const customer = await reviewStanding(tx, { clock, catalog }, cycle.tenant_id, cycle.customer_id);
    const base = await baseAfter(tx, catalog, cycle, customer);
    const invoice = await billCycle(tx, parts, cycle, { source: `cycle:${cycle.id}:overage`, usage, base });
    parts.step?.("cycle billed");
    const closed = await store.saveCycle(tx, id, {
      ...{ state: "closed", closed_at: clock.now(), totals: { ...split, ...figuresOf(usage) } },
      overage_invoice_id: invoice?.id ?? null,
    });
    await reviewStanding(tx, { clock, catalog }, cycle.tenant_id, cycle.customer_id);
    return closed;
  });
  if (after?.state === "closed") parts.step?.("cycle closed");
  return after;
}

/** Cuts bills before their cycle's end, where what is not billed comes near what can be collected. */
export async function billEarly(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  const catalog = await parts.catalogs.current();
  for (let after = ""; ; ) {
    const rows = await store.listWithOverage(db.read, clock.now(), after, ROWS_MAX);
    for (const { cycle, grant } of rows) {
      if (grant.used - cycle.billed_micros < (await thresholdOf(parts, catalog, cycle))) continue;
      try {
        await billCycleEarly(parts, catalog, cycle.id);
      } catch (error) {
        log.error({ err: error, cycle: cycle.id }, "an early bill could not be cut");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.cycle.id;
  }
}

async function thresholdOf({ db, clock }: BillingParts, catalog: Catalog, cycle: CycleRow): Promise<Micros> {
  const version = catalog.planVersion(cycle.plan_version_id)!;
  const { tenant_id, customer_id } = cycle;
  const mandate = (await store.findMandate(db.read, { tenant_id, customer_id, at: clock.now() })) ?? null;
  return earlyBillAt(version.terms, exposureCap(version.terms, mandate));
}

async function billCycleEarly(parts: BillingParts, catalog: Catalog, id: CycleId): Promise<void> {
  const { db, clock } = parts;
  await db.transaction(async (tx) => {
    const seen = (await store.findCycle(tx, id))!;
    await store.lockedCustomer(tx, seen.customer_id);
    const cycle = (await store.findCycle(tx, id))!;
    if (cycle.state !== "open") return;
    const usage = await usageOfCycle(tx, cycle);
    const source = `cycle:${cycle.id}:early:${cycle.early_bills + 1}`;
    const grant = (await store.lockedGrants(tx, [cycle.overage_grant_id!])).get(cycle.overage_grant_id!)!;
    // Calls that settle between the two reads wait for the next bill.
    const drawn = usage.drawn.get(grant.id) ?? micros(0);
    await bookOverage(tx, parts, cycle, { used: drawn, source: `${source}:usage` });
    parts.step?.("early bill booked");
    const invoice = await billCycle(tx, parts, cycle, { source, usage, base: null });
    if (invoice) await store.saveCycle(tx, id, { early_bills: cycle.early_bills + 1 });
    parts.step?.("early bill cut");
    await reviewStanding(tx, { clock, catalog }, cycle.tenant_id, cycle.customer_id);
  });
  parts.step?.("early bill kept");
}

/** The base that goes with the bill of a cycle: of the one that follows, on the same account. */
async function baseAfter(tx: Tx, catalog: Catalog, cycle: CycleRow, customer: CustomerRow): Promise<Billed["base"]> {
  const next = await cycleOwingBase(tx, catalog, customer);
  if (!next || next.id === cycle.id || next.account_id !== cycle.account_id) return null;
  return { cycle: next, line: await baseLine(tx, catalog, next) };
}

/** Where the events of a cycle and its own grants do not say the same. */
function disagreement(cycle: CycleRow, { drawn }: CycleUsage, grants: readonly GrantRow[]) {
  const own = grants.filter(({ id }) => id === cycle.included_grant_id || id === cycle.overage_grant_id);
  return own.find(({ id, used }) => used !== (drawn.get(id) ?? 0)) ?? null;
}

async function tellDisagreement(tx: Tx, { clock, log }: BillingParts, cycle: CycleRow, grant: GrantRow): Promise<void> {
  const data = { kind: "cycle_usage_differs", cycle_id: cycle.id, grant_id: grant.id, grant_used_micros: grant.used };
  const first = await told(tx, clock, {
    ...{ type: "reconciliation.finding", dedupe: `cycle_usage_differs ${cycle.id}`, tenant_id: cycle.tenant_id, data },
  });
  if (first) log.error(data, "the events of a cycle do not come to what its grant says");
}

const figuresOf = ({ requests, tokens, spend_micros, uncovered_micros, cost_micros_usd }: CycleUsage) => ({
  ...{ requests, ...tokens, spend_micros, uncovered_micros, cost_micros_usd },
});

async function bookCycle(tx: Tx, parts: BillingParts, cycle: CycleRow, usage: CycleUsage, split: Split): Promise<void> {
  await bookOverage(tx, parts, cycle, { used: split.overage_micros, source: `cycle:${cycle.id}:overage:usage` });
  const { account_id, tenant_id, customer_id, currency, start_at, end_at } = cycle;
  const memo = `Usage of the cycle from ${iso(start_at)}`;
  const of = { account_id, tenant_id, customer_id, currency, at: end_at, memo };
  await bookUsage(tx, { ...of, source: `cycle:${cycle.id}:usage` }, { usage, split }, parts.clock.wall());
}

/** Overage that was used and not booked before: revenue, for which a bill is due. */
async function bookOverage(
  tx: Tx,
  { clock }: BillingParts,
  cycle: CycleRow,
  { used, source }: { readonly used: Micros; readonly source: string },
): Promise<void> {
  const amount = used - cycle.billed_micros;
  if (amount <= 0) return;
  await store.saveCycle(tx, cycle.id, { billed_micros: used });
  await post(
    tx,
    {
      ...{ source, kind: "usage", account_id: cycle.account_id, at: clock.now() },
      ...{ tenant_id: cycle.tenant_id, customer_id: cycle.customer_id, memo: "Usage beyond the plan" },
      entries: [debit("unbilled", cycle.currency, amount), credit("revenue.overage", cycle.currency, amount)],
    },
    clock.wall(),
  );
}
