import { asc } from "drizzle-orm";
import { pino } from "pino";
import type { AlertParts } from "../../src/alerts/parts.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import { NewPlan, termsOf, versionIdOf } from "../../src/catalog/plan.ts";
import { insertPlan, seedPriceBook } from "../../src/catalog/store.ts";
import type { Tx } from "../../src/db/database.ts";
import {
  alerts,
  customers,
  fxRates,
  GRAINS,
  LATENCY_COLUMNS,
  type LatencyColumn,
  mandates,
  outcomeMinutes,
  payments,
  subscriptions,
  tenants,
  usageWhole,
  usageZones,
  users,
  webhookEvents,
} from "../../src/db/schema.ts";
import { type Instant, instant, type MovableClock, movableClock } from "../../src/kernel/clock.ts";
import { newId, type TenantId } from "../../src/kernel/id.ts";
import { type Micros, micros, type RateMicros } from "../../src/kernel/money.ts";
import { FIGURES, type Figure } from "../../src/usage/rollups/figures.ts";
import { openTestDatabase } from "../support/database.ts";

/** A database to look at, a clock to move, and what it takes to say in a test only what it is about. */
export interface Lookout extends AlertParts {
  readonly clock: MovableClock;
  /** What was raised, oldest first. */
  raised(): Promise<{ type: string; tenant_id: string | null; data: Record<string, unknown> }[]>;
  tenant(fields?: Partial<typeof tenants.$inferInsert>): Promise<TenantId>;
  /** Usage of an hour. */
  used(tenant_id: TenantId, hour: number, fields?: Partial<typeof usageWhole.$inferInsert>): Promise<void>;
  plan(fields: Record<string, unknown>): Promise<{ plan_id: string; plan_version_id: string }>;
  rate(rate_micros: number, valid_from: number): Promise<void>;
  /** Rows as they are, for what billing would write. */
  insert: {
    customer(fields: Partial<typeof customers.$inferInsert>): Promise<void>;
    payment(fields: Partial<typeof payments.$inferInsert>): Promise<void>;
    webhook(fields: Partial<typeof webhookEvents.$inferInsert>): Promise<void>;
    subscription(fields: Partial<typeof subscriptions.$inferInsert>): Promise<void>;
    mandate(fields: Partial<typeof mandates.$inferInsert>): Promise<void>;
    users(count: number, fields: { readonly tenant_id: TenantId; readonly at: number }): Promise<void>;
  };
  clear(): Promise<void>;
  close(): Promise<void>;
}

const TABLES = [
  alerts,
  tenants,
  customers,
  payments,
  webhookEvents,
  subscriptions,
  mandates,
  users,
  usageWhole,
  usageZones,
  fxRates,
];
const ZERO = {
  ...(Object.fromEntries([...FIGURES, ...LATENCY_COLUMNS].map((name) => [name, 0])) as Record<Figure, Micros> &
    Record<LatencyColumn, number>),
  requests: 1,
};
const SETTINGS = { allowed_origins: [], allowed_models: [], hold: "rolling", metadata: {} } as const;
const NOTHING_IN_FORCE = { subscription_id: null, cycle_id: null, cycle_start: null, cycle_end: null } as const;

export async function openLookout(start?: Instant): Promise<Lookout> {
  const database = await openTestDatabase();
  const { db } = database;
  const clock = movableClock(start);
  await db.transaction((tx) => seedPriceBook(tx, { source: "test", created_at: 0 }));
  const catalogs = openCatalog({ db, clock });
  let made = 0;
  const write = async (work: (tx: Tx) => Promise<unknown>): Promise<void> => {
    await db.transaction(work);
  };

  return {
    ...{ db, clock, catalogs, log: pino({ level: "silent" }) },
    raised: async () =>
      (await db.read.select().from(alerts).orderBy(asc(alerts.id))).map(({ type, tenant_id, data }) => ({
        ...{ type, tenant_id, data },
      })),
    async tenant(fields = {}) {
      const id = newId("tenant", clock.wall());
      await write(async (tx) => {
        await tx.insert(tenants).values({
          ...{ id, external_id: null, name: "A tenant", timezone: "Asia/Kolkata", currency: "INR", status: "active" },
          ...{ enforcement: "enforce", billing: "tenant", default_plan_id: null, settings: SETTINGS },
          ...{ upstream_api_key_sealed: null, created_at: clock.wall() },
          ...fields,
        });
      });
      return id;
    },
    async used(tenant_id, hour, fields = {}) {
      await write(async (tx) => {
        const zone = "UTC";
        await tx.insert(usageZones).values({ tenant_id, zone }).onConflictDoNothing();
        await tx.insert(usageWhole).values({
          ...{ tenant_id, part: "", slice: "", zone, grain: GRAINS.slot, at: hour },
          ...{ plan_version_id: `${++made}`, model: "claude-sonnet-5-5", currency: "INR" },
          ...{ ...ZERO, ...fields },
        });
      });
    },
    async plan(fields) {
      const id = newId("plan", clock.wall());
      const pricing = { type: "markup", multiplier_ppm: 1_300_000 };
      const terms = termsOf(NewPlan.parse({ name: "A plan", pricing, ...fields }));
      const at = clock.wall() + ++made;
      await write((tx) =>
        insertPlan(
          tx,
          {
            ...{ id, name: `Plan ${made}`, currency: "INR", visibility: "public", version: 1 },
            ...{ archived_at: null, created_at: at, updated_at: at },
          },
          terms,
        ),
      );
      await catalogs.refresh();
      return { plan_id: id, plan_version_id: versionIdOf(id, 1) };
    },
    async rate(rate_micros, valid_from) {
      await write(async (tx) => {
        await tx.insert(fxRates).values({
          ...{ id: newId("rate", clock.wall()), currency: "INR", rate_micros: rate_micros as RateMicros, valid_from },
          ...{ source: "test", created_at: clock.wall() + ++made },
        });
      });
      await catalogs.refresh();
    },
    insert: {
      customer: (fields) =>
        write(async (tx) => {
          await tx.insert(customers).values({
            ...{ id: newId("customer", clock.wall()), tenant_id: "ten_x" as TenantId, user_id: null, currency: "INR" },
            ...{ subject_id: `subject ${++made}`, plan_version_id: null, ...NOTHING_IN_FORCE, standing: "ok" as const },
            ...{ created_at: 0, ...fields },
          });
        }),
      payment: (fields) =>
        write(async (tx) => {
          await tx.insert(payments).values({
            ...{ id: `pay_${++made}`, account_id: "operator", tenant_id: "ten_x" as TenantId },
            ...{ customer_id: "cus_x", purpose: "topup" as const, subject_id: "tup_x", invoice_id: null },
            ...{ order_id: null, razorpay_invoice_id: null, status: "captured" as const, method: "card" },
            ...{ currency: "INR", error_reason: null, captured_at: clock.now(), created_at: clock.now() },
            ...{ amount_paise: 100, fee_paise: 0, fee_tax_paise: 0, refunded_paise: 0, deducted_paise: 0 },
            ...{ updated_at: clock.now(), ...fields },
          } as typeof payments.$inferInsert);
        }),
      webhook: (fields) =>
        write(async (tx) => {
          await tx.insert(webhookEvents).values({
            ...{ id: newId("webhook", clock.wall()), account_id: "operator", event_id: `e${++made}`, tenant_id: null },
            ...{ type: "payment.captured", body: "{}", state: "applied" as const, entity_ids: {}, attempts: 1 },
            ...{ error: null, made_at: null, received_at: clock.now(), applied_at: null, next_at: 0, leased_until: 0 },
            ...fields,
          });
        }),
      subscription: (fields) =>
        write(async (tx) => {
          await tx.insert(subscriptions).values({
            ...{ id: newId("subscription", clock.wall()), tenant_id: "ten_x", customer_id: "cus_x" },
            ...{ account_id: "operator", plan_id: "pln_x", plan_version_id: "pln_x.1", collection: "subscription" },
            ...{
              status: "active",
              razorpay_subscription_id: `sub_${++made}`,
              short_url: null,
              method: "card_domestic",
            },
            ...{ total_count: 12, paid_count: 1, remaining_count: 11, auth_attempts: 1, start_at: null },
            ...{ trial_end: null, current_start: null, current_end: null, charge_at: null, cancel_at_cycle_end: false },
            ...{ replaces: null, replace_when: null, pending_since: null, expire_by: null, ended_at: null },
            ...{ fetched_at: null, adopted_at: null, created_at: 0, updated_at: 0 },
            ...fields,
          } as typeof subscriptions.$inferInsert);
        }),
      mandate: (fields) =>
        write(async (tx) => {
          await tx.insert(mandates).values({
            ...{ id: newId("mandate", clock.wall()), tenant_id: "ten_x", customer_id: "cus_x", account_id: "operator" },
            ...{ method: "upi", status: "confirmed", razorpay_customer_id: "cust_x", order_id: null },
            ...{ token_id: `token_${++made}`, max_amount_paise: 100, expires_at: null, created_at: 0, updated_at: 0 },
            ...fields,
          } as typeof mandates.$inferInsert);
        }),
      users: (count, { tenant_id, at }) =>
        write(async (tx) => {
          await tx.insert(users).values(
            Array.from({ length: count }, () => ({
              ...{ id: newId("user", at), tenant_id, external_id: `user ${++made}`, name: null },
              ...{ status: "active" as const, created_at: at },
            })),
          );
        }),
    },
    clear: () =>
      write(async (tx) => {
        for (const table of [...TABLES, outcomeMinutes]) await tx.delete(table);
      }),
    close: () => database.close(),
  };
}

export const rupees = (amount: number): Micros => micros(amount * 1_000_000);
export const at = (text: string): Instant => instant(Date.parse(text));
