import type { Catalog } from "../../catalog/catalog.ts";
import { findPlanVersion } from "../../catalog/store.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { DAY, iso } from "../../kernel/clock.ts";
import { microsOfPaise } from "../../kernel/money.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { type DraftLine, netWithin } from "../invoices/issue.ts";
import type { BillingParts } from "../parts.ts";
import { billCycle } from "./bill.ts";
import { reviewStanding } from "./in-force.ts";
import { cycleAt } from "./span.ts";
import type { CycleRow } from "./store.ts";
import * as store from "./store.ts";

const ROWS_MAX = 200;
/** How long a base waits for the usage before it, so that both go in one debit: longer than any call, a batch among them, may take. */
const JOINS_MS = 2 * DAY;

/**
 * The present cycle of a customer whose base is to be billed by us: of a plan that is paid by a mandate, once it is no longer tried, and where it serves. Who
 * is suspended gets nothing from a new cycle and pays nothing for it; its base is due when service goes on.
 */
export async function cycleOwingBase(
  read: Reader,
  catalog: Catalog,
  { cycle_id, standing }: Pick<CustomerRow, "cycle_id" | "standing">,
): Promise<CycleRow | null> {
  const cycle = cycle_id === null || standing !== "ok" ? undefined : await store.findCycle(read, cycle_id);
  return cycle && owesBase(catalog, cycle) ? cycle : null;
}

function owesBase(catalog: Catalog, cycle: CycleRow): boolean {
  if (cycle.trial || cycle.subscription_id === null || cycle.base_invoice_id !== null) return false;
  const terms = catalog.planVersion(cycle.plan_version_id)?.terms;
  return terms?.collection === "mandate" && terms.price_paise > 0;
}

/**
 * Bills the base of a subscription that ends, or gives way to another, while it still waits for the usage before it: for the cycle as it was sold, although
 * that is cut short; what is not had of it is credited where it gives way. The customer's row is locked.
 */
export async function billBaseLeft(
  tx: Tx,
  parts: BillingParts,
  catalog: Catalog,
  { standing }: Pick<CustomerRow, "standing">,
  subscription: store.SubscriptionRow,
): Promise<void> {
  const cycle = standing === "ok" ? await store.lastCycleOf(tx, subscription) : undefined;
  if (!cycle || !owesBase(catalog, cycle)) return;
  const { terms } = catalog.planVersion(cycle.plan_version_id)!;
  const sold = cycleAt(subscription.start_at ?? subscription.created_at, cycle.start_at, terms);
  const line = await baseLine(tx, catalog, { ...cycle, end_at: Math.max(cycle.end_at, sold.end) });
  await billCycle(tx, parts, cycle, { source: `cycle:${cycle.id}:base`, base: { cycle, line }, usage: null });
}

/** The line of a cycle's base, in advance. */
export async function baseLine(read: Reader, catalog: Catalog, cycle: CycleRow): Promise<DraftLine> {
  const { account_id, tenant_id, customer_id, plan_version_id, start_at, end_at } = cycle;
  const { price_paise, tax } = catalog.planVersion(plan_version_id)!.terms;
  const net =
    tax === "exclusive"
      ? price_paise
      : await netWithin(read, { account_id, tenant_id, customer_id, gross_paise: price_paise });
  const sold = await findPlanVersion(read, plan_version_id);
  return {
    description: sold ? `Subscription: ${sold.plan.name}` : "Subscription",
    details: { plan_version_id, cycle_id: cycle.id, period: { from: iso(start_at), to: iso(end_at) } },
    ...{ net_micros: microsOfPaise(net), ledger_account: "revenue.base" },
  };
}

/**
 * Bills the bases that no usage goes with: of first cycles, and of those whose cycle before cannot be closed. All others are billed with the close of the
 * cycle before.
 */
export async function billBases(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  const catalog = await parts.catalogs.current();
  for (let after = ""; ; ) {
    const rows = await store.listWithoutBase(db.read, clock.now(), after, ROWS_MAX);
    for (const { id, customer_id, start_at } of rows) {
      try {
        const joins = clock.now() < start_at + JOINS_MS && (await store.hasUnclosed(db.read, customer_id, start_at));
        if (!joins) await db.transaction((tx) => billBase(tx, parts, catalog, { id, customer_id }));
      } catch (error) {
        log.error({ err: error, cycle: id }, "a base could not be billed");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.id;
  }
}

async function billBase(
  tx: Tx,
  parts: BillingParts,
  catalog: Catalog,
  seen: Pick<CycleRow, "id" | "customer_id">,
): Promise<void> {
  const base = await cycleOwingBase(tx, catalog, await store.lockedCustomer(tx, seen.customer_id));
  if (base?.id !== seen.id) return;
  const line = await baseLine(tx, catalog, base);
  await billCycle(tx, parts, base, { source: `cycle:${base.id}:base`, base: { cycle: base, line }, usage: null });
  await reviewStanding(tx, { clock: parts.clock, catalog }, base.tenant_id, base.customer_id);
}
