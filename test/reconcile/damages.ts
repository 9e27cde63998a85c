import { and, eq, isNotNull, like, sql } from "drizzle-orm";
import * as t from "../../src/db/schema.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { paise } from "../../src/kernel/money.ts";
import type { FindingKind } from "../../src/reconcile/finding.ts";
import { SANDBOX_KEY } from "../support/world.ts";
import type { Month } from "./month.ts";
import { altered, removed, type Undo } from "./plant.ts";

export interface Damage {
  readonly what: string;
  /** The name that it is to be found under. */
  readonly found: FindingKind;
  /** It is safe to put right, and a second run is clean. */
  readonly repaired?: true;
  readonly plant: (month: Month) => Promise<Undo>;
}

const more = (name: string, by: number) => (row: Record<string, unknown>) => ({ [name]: Number(row[name]) + by });
const become = (name: string, value: unknown) => () => ({ [name]: value });
const drawnFrom = sql`${t.usageEvents.spend_micros} > 1000000`;

const BOOKS: readonly Damage[] = [
  {
    what: "an entry of a transfer is of another amount",
    found: "transfer_unbalanced",
    async plant({ shop: { db } }) {
      const [row] = await db.read.select().from(t.entries).where(eq(t.entries.ledger_account, "revenue.base")).limit(1);
      const set = (by: number) =>
        db.transaction(async (tx) => {
          await tx
            .update(t.entries)
            .set({ amount_micros: sql`${t.entries.amount_micros} + ${by}` })
            .where(and(eq(t.entries.transfer_id, row!.transfer_id), eq(t.entries.line, row!.line)));
        });
      await set(7);
      return () => set(-7);
    },
  },
  {
    what: "the lines of an invoice do not come to its total",
    found: "invoice_sums_differ",
    plant: ({ shop }) => altered(shop.db, t.invoices, eq(t.invoices.kind, "topup"), more("taxable_paise", 100)),
  },
  {
    what: "an invoice is gone, and leaves a hole in the numbers",
    found: "document_number_gap",
    plant: ({ shop }) => removed(shop.db, t.invoices, eq(t.invoices.kind, "base")),
  },
  {
    what: "the transfer of a payment is of another occasion",
    found: "document_not_posted",
    plant: ({ shop }) =>
      altered(shop.db, t.transfers, like(t.transfers.source, "payment:%"), become("source", "payment:x")),
  },
  {
    what: "an invoice says that more was paid than came in",
    found: "balance_differs",
    plant: ({ shop }) => altered(shop.db, t.invoices, eq(t.invoices.kind, "base"), more("paid_paise", -100)),
  },
  {
    what: "a usage event is lost",
    found: "usage_event_missing",
    plant: ({ shop }) => removed(shop.db, t.usageEvents, drawnFrom),
  },
  {
    what: "a usage event says that less was spent, and drawn",
    found: "usage_event_changed",
    plant: ({ shop }) =>
      altered(shop.db, t.usageEvents, drawnFrom, (row) => {
        const [first, ...rest] = row.draws as { grant_id: string; amount: number }[];
        const spend_micros = Number(row.spend_micros) - 5;
        return { spend_micros, draws: [{ ...first!, amount: first!.amount - 5 }, ...rest] };
      }),
  },
  {
    what: "an hour's rollup says more than its events",
    found: "rollup_differs",
    repaired: true,
    plant: (month) => rollup(month, t.usageHours, 11),
  },
  {
    what: "a tag's rollup says less than its events",
    found: "tag_rollup_differs",
    repaired: true,
    plant: (month) => rollup(month, t.usageTagHours, -3),
  },
  {
    what: "a grant says that more of it was used than any event drew",
    found: "grant_used_differs",
    plant: ({ shop }) => altered(shop.db, t.grants, eq(t.grants.kind, "prepaid"), more("used", 9)),
  },
  {
    what: "a part of a grant is held, and no request is open",
    found: "grant_held_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.grants, eq(t.grants.kind, "prepaid"), more("held", 1_000)),
  },
  {
    what: "the counter of a customer's tiers is ahead of its events",
    found: "tier_counter_differs",
    plant: ({ shop }) => altered(shop.db, t.counters, eq(t.counters.metric, "list_micros"), more("used", 12)),
  },
  {
    what: "a part of a limit is held, and no request is open",
    found: "counter_held_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.counters, eq(t.counters.metric, "total_tokens"), more("held", 77)),
  },
  {
    what: "a limit counts use that never was",
    found: "counter_too_high",
    plant: ({ shop }) => altered(shop.db, t.counters, eq(t.counters.metric, "total_tokens"), more("used", 1_000_000)),
  },
  {
    what: "the credit that a top-up bought is gone",
    found: "topup_without_credit",
    plant: ({ shop }) => altered(shop.db, t.grants, like(t.grants.source, "topup:%"), become("source", null)),
  },
  {
    what: "a top-up gave more credit than it paid for",
    found: "credit_differs",
    plant: ({ shop }) => altered(shop.db, t.grants, like(t.grants.source, "topup:%"), more("amount", 900_000_000)),
  },
  {
    what: "the frozen totals of a cycle are others",
    found: "cycle_totals_differ",
    plant: ({ shop }) =>
      altered(shop.db, t.cycles, eq(t.cycles.state, "closed"), ({ totals }) => ({
        totals: { ...(totals as object), requests: 4_711 },
      })),
  },
];

/** A rollup's row has no id: it is named by all that it is of. */
async function rollup(
  { shop: { db } }: Month,
  table: typeof t.usageHours | typeof t.usageTagHours,
  by: number,
): Promise<Undo> {
  const own = table as typeof t.usageHours;
  const [row] = await db.read.select().from(own).limit(1);
  const set = (output_tokens: number) =>
    db.transaction(async (tx) => {
      await tx
        .update(own)
        .set({ output_tokens })
        .where(
          and(eq(own.tenant_id, row!.tenant_id), eq(own.hour, row!.hour), eq(own.spend_micros, row!.spend_micros)),
        );
    });
  await set(row!.output_tokens + by);
  return () => set(row!.output_tokens);
}

const PROVIDER: readonly Damage[] = [
  {
    what: "a day is missing in the provider's report",
    found: "provider_day_missing",
    async plant({ shop: { sandbox }, usedOn }) {
      sandbox.reports.knobs.missingDays.add(usedOn);
      return async () => void sandbox.reports.knobs.missingDays.delete(usedOn);
    },
  },
  {
    what: "the provider charges another price than the book's",
    found: "provider_cost_differs",
    async plant({ shop: { sandbox } }) {
      sandbox.reports.knobs.pricePpm.set("claude-sonnet-5-5", 1_250_000);
      return async () => void sandbox.reports.knobs.pricePpm.delete("claude-sonnet-5-5");
    },
  },
  {
    what: "somebody used the operator's key without Tollgate",
    found: "provider_usage_unmetered",
    async plant({ shop: { sandbox }, usedOn }) {
      const used = {
        key: SANDBOX_KEY,
        model: "claude-haiku-4-5",
        at: Date.parse(usedOn) + DAY / 2,
        outputTokens: 5_000,
      };
      sandbox.reports.addUsage(used);
      return async () => sandbox.reports.addUsage({ ...used, outputTokens: -5_000 });
    },
  },
  {
    what: "the provider counted more tokens of a model than we did",
    found: "provider_tokens_differ",
    async plant({ shop: { sandbox }, usedOn }) {
      const at = Date.parse(usedOn) + DAY / 2;
      const used = { key: SANDBOX_KEY, model: "claude-sonnet-5-5", geo: "global", at, cacheRead: 90_000 };
      sandbox.reports.addUsage(used);
      return async () => sandbox.reports.addUsage({ ...used, cacheRead: -90_000 });
    },
  },
];

const COLLECTOR: readonly Damage[] = [
  {
    what: "a subscription of ours is in another state",
    found: "subscription_differs",
    repaired: true,
    plant: ({ shop }) =>
      altered(shop.db, t.subscriptions, eq(t.subscriptions.status, "active"), become("status", "halted")),
  },
  {
    what: "Razorpay does not know a subscription of ours",
    found: "subscription_gone",
    plant: ({ shop }) =>
      altered(
        shop.db,
        t.subscriptions,
        isNotNull(t.subscriptions.razorpay_subscription_id),
        become("razorpay_subscription_id", "sub_00000000000000"),
      ),
  },
  {
    what: "a charge of a subscription was never booked as a payment",
    found: "charge_missing",
    repaired: true,
    plant: ({ shop }) => removed(shop.db, t.payments, eq(t.payments.purpose, "subscription")),
  },
  {
    what: "the payment of a top-up is not in our books",
    found: "payment_missing",
    repaired: true,
    plant: ({ shop }) =>
      removed(shop.db, t.payments, and(eq(t.payments.purpose, "topup"), eq(t.payments.refunded_paise, paise(0)))),
  },
  {
    what: "a payment is of another amount than Razorpay's",
    found: "payment_differs",
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), more("amount_paise", 100)),
  },
  {
    what: "a payment that Razorpay has captured counts as failed",
    found: "payment_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), become("status", "failed")),
  },
  {
    what: "a payment that says it is ours pays nothing that we know",
    found: "payment_unknown",
    async plant({ shop: { account } }) {
      const payment = account.books.payments().find(({ amount }) => amount === 12_300)!;
      payment.notes = { tollgate: "1" };
      return async () => {
        payment.notes = {};
      };
    },
  },
  {
    what: "a payment's fee is another than Razorpay's",
    found: "fee_differs",
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), more("fee_paise", 50)),
  },
  {
    what: "a refund is in another state than Razorpay's",
    found: "refund_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.refunds, eq(t.refunds.state, "processed"), become("state", "pending")),
  },
  {
    what: "our row of a refund is lost",
    found: "refund_missing",
    plant: ({ shop }) => removed(shop.db, t.refunds, eq(t.refunds.state, "processed")),
  },
  {
    what: "a dispute was never heard of",
    found: "dispute_missing",
    repaired: true,
    plant: ({ shop }) => removed(shop.db, t.disputes, isNotNull(t.disputes.id)),
  },
  {
    what: "a top-up that was paid counts as waiting",
    found: "order_not_credited",
    plant: ({ shop }) => altered(shop.db, t.topups, eq(t.topups.state, "paid"), become("state", "created")),
  },
  {
    what: "a mandate allows more than the bank does",
    found: "mandate_differs",
    repaired: true,
    plant: ({ shop }) =>
      altered(shop.db, t.mandates, eq(t.mandates.status, "confirmed"), more("max_amount_paise", 500_000)),
  },
  {
    what: "a settlement is short by a fee",
    found: "settlement_short",
    async plant({ shop: { account } }) {
      const settlement = account.books.settlements()[0]!;
      settlement.amount -= 236;
      return async () => {
        settlement.amount += 236;
      };
    },
  },
];

/** What is planted, one at a time, in our books, the provider's reports and the collector's. */
export const DAMAGES: readonly Damage[] = [...BOOKS, ...PROVIDER, ...COLLECTOR];
