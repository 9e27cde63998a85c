import { and, eq, gt, like, sql } from "drizzle-orm";
import * as t from "../../../src/db/schema.ts";
import { DAY } from "../../../src/kernel/clock.ts";
import { micros } from "../../../src/kernel/money.ts";
import type { Month } from "../month.ts";
import { added, altered, removed, rowOf, type Undo } from "../plant.ts";
import { become, type Damage, more } from "./damage.ts";

const drawnFrom = sql`${t.usageEvents.spend_micros} > 1000000`;

export const BOOKS: readonly Damage[] = [
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
    what: "the credit of a top-up is a paisa less than was booked",
    found: "wallet_differs",
    plant: ({ shop }) => altered(shop.db, t.grants, like(t.grants.source, "topup:%"), more("amount", -10_000)),
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
    what: "a usage event is there of which nothing else knows",
    found: "usage_event_surplus",
    async plant({ shop: { db } }) {
      const row = await rowOf(db, t.usageEvents, drawnFrom);
      return added(db, t.usageEvents, { ...row, id: `${row.id}.7` });
    },
  },
  {
    what: "a rollup says more than its events",
    found: "rollup_differs",
    repaired: true,
    plant: (month) => rollup(month, "", 11),
  },
  {
    what: "a tag's rollup says less than its events",
    found: "tag_rollup_differs",
    repaired: true,
    plant: (month) => rollup(month, "tag", -3),
  },
  {
    what: "a tenant's rollup of a day says more than its hours",
    found: "rollup_sum_differs",
    repaired: true,
    async plant({ shop: { db } }) {
      const own = t.usageWhole;
      const ofDays = and(eq(own.part, ""), eq(own.grain, t.GRAINS.day));
      const [row] = await db.read.select().from(own).where(ofDays).limit(1);
      const key = [own.tenant_id, own.at, own.model, own.plan_version_id, own.currency, own.zone];
      const set = (output_tokens: number) =>
        db.transaction(async (tx) => {
          await tx
            .update(own)
            .set({ output_tokens })
            .where(and(ofDays, ...key.map((column) => sql`${column} = ${row![column.name as "tenant_id"]}`)));
        });
      await set(row!.output_tokens + 11);
      return () => set(row!.output_tokens);
    },
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
    what: "more of a grant was used than there is",
    found: "grant_overdrawn",
    plant: ({ shop }) =>
      altered(shop.db, t.grants, and(eq(t.grants.kind, "prepaid"), gt(t.grants.used, micros(0))), ({ used }) => ({
        amount: Number(used) - 1,
      })),
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
    what: "a request that no node can settle stays open",
    found: "hold_abandoned",
    async plant({ shop: { db, clock } }) {
      const { tenant_id, customer_id, admitted_at } = await rowOf(db, t.usageEvents, drawnFrom);
      return added(db, t.holds, {
        ...{ id: "tgr_00000000000000000000000000", tenant_id, customer_id, node_id: "node_gone", state: "open" },
        ...{ observe: false, admitted_at, expires_at: clock.now() - DAY, held: { draws: [], counters: [] } },
        call: "of another version",
      });
    },
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
    what: "the top-up that credit was bought with is lost",
    found: "credit_without_topup",
    plant: ({ shop }) => removed(shop.db, t.topups, eq(t.topups.state, "paid")),
  },
  {
    what: "a cycle that is over is not closed",
    found: "cycle_not_closed",
    plant: ({ shop }) => altered(shop.db, t.cycles, eq(t.cycles.state, "closed"), become("state", "ended")),
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
async function rollup({ shop: { db } }: Month, part: "" | "tag", by: number): Promise<Undo> {
  const own = t.usageDetail;
  const ofPart = and(eq(own.part, part), eq(own.grain, t.GRAINS.slot));
  const [row] = await db.read.select().from(own).where(ofPart).limit(1);
  const key = [own.tenant_id, own.at, own.slice, own.user_id, own.key_id, own.model, own.plan_version_id];
  const set = (output_tokens: number) =>
    db.transaction(async (tx) => {
      await tx
        .update(own)
        .set({ output_tokens })
        .where(and(ofPart, ...key.map((column) => sql`${column} = ${row![column.name as "tenant_id"]}`)));
    });
  await set(row!.output_tokens + by);
  return () => set(row!.output_tokens);
}
