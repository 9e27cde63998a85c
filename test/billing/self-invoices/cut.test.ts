import { eq, getTableColumns } from "drizzle-orm";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gstr3b } from "../../../src/billing/gst-return/gstr3b.ts";
import { documentRows } from "../../../src/billing/gst-return/summaries.ts";
import { saveSeller } from "../../../src/billing/parties/store.ts";
import { cutSelfInvoices } from "../../../src/billing/self-invoices/cut.ts";
import type { AccountId } from "../../../src/db/schema/sellers.ts";
import * as t from "../../../src/db/schema.ts";
import { DAY, HOUR, instant, type MovableClock, movableClock } from "../../../src/kernel/clock.ts";
import type { TenantId } from "../../../src/kernel/id.ts";
import { micros, type RateMicros } from "../../../src/kernel/money.ts";
import { windowAt } from "../../../src/kernel/windows.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";

const ist = (date: string) => Date.parse(`${date}T00:00:00+05:30`);
const OPERATOR = { id: "operator", state_code: "29" } as const;
const SELLER = {
  ...{
    id: "operator" as AccountId,
    tenant_id: null,
    legal_name: "Operator Pvt Ltd",
    gstin: "29AAGCB7383J1Z4",
    state_code: "29",
  },
  address: { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001", country: "IN" },
  ...{ sac: "998315", invoice_series: "TG", lut: null, created_at: 0, updated_at: 0 },
} as const;

let database: TestDatabase;
let clock: MovableClock;
beforeEach(async () => {
  database = await openTestDatabase();
  clock = movableClock(instant(ist("2026-11-10")));
  await database.db.transaction(async (tx) => {
    await saveSeller(tx, SELLER);
    for (const [id, sealed] of [
      ["ten_1", null],
      ["ten_2", null],
      ["ten_own", "sealed"],
    ] as const) {
      await tx.insert(t.tenants).values({
        ...{ id, external_id: id, name: id, timezone: "Asia/Kolkata", currency: "INR", status: "active" },
        ...{ enforcement: "enforce", billing: "tenant", default_plan_id: null, settings: {} },
        ...{ upstream_api_key_sealed: sealed, created_at: 0 },
      } as never);
    }
    await tx.insert(t.fxRates).values({
      ...{ id: "fxr_1", currency: "INR", rate_micros: 85_000_000 as RateMicros, valid_from: 0 },
      ...{ source: "RBI", created_at: 0 },
    });
  });
});
afterEach(() => database.close());

const run = () => cutSelfInvoices({ db: database.db, clock, log: pino({ level: "silent" }) });
const at = async (date: string) => {
  clock.advance(ist(date) - clock.now());
  await run();
};
const issued = () => database.db.read.select().from(t.selfInvoices).orderBy(t.selfInvoices.to_at);
const ZONE = "Asia/Kolkata";
const ZERO = Object.fromEntries(
  Object.keys(getTableColumns(t.usageWhole)).map((column) => [column, 0]),
) as unknown as typeof t.usageWhole.$inferSelect;
/** Calls of an hour, in USD; again of the same hour is what they were put right to. */
const used = (tenant: string, hour: number, dollars: number) =>
  database.db.transaction(async (tx) => {
    const cost_micros_usd = micros(Math.round(dollars * 1_000_000));
    const tenant_id = tenant as TenantId;
    await tx.insert(t.usageZones).values({ tenant_id, zone: ZONE }).onConflictDoNothing();
    const w = t.usageWhole;
    for (const [grain, at] of [
      [t.GRAINS.slot, hour],
      [t.GRAINS.day, windowAt("day", instant(hour), ZONE).start],
      [t.GRAINS.month, windowAt("month", instant(hour), ZONE).start],
    ] as const) {
      await tx
        .insert(w)
        .values({
          ...{ ...ZERO, tenant_id, part: "", slice: "", zone: ZONE, grain, at, plan_version_id: "" },
          ...{ model: String(hour), currency: "INR", cost_micros_usd },
        })
        .onConflictDoUpdate({
          target: [...[w.tenant_id, w.part, w.grain, w.at, w.slice, w.model, w.plan_version_id, w.currency, w.zone]],
          set: { cost_micros_usd },
        });
    }
  });
const containers = (from: number, dollars: number) =>
  database.db.transaction((tx) =>
    tx.insert(t.costLines).values({
      ...{ id: `cst_${from}`, kind: "code_execution_hours", reference: `r ${from}`, note: null, created_at: 0 },
      ...{ quantity_micros: micros(0), charged_micros: micros(0), rate_micros_usd: micros(0) },
      ...{ cost_micros_usd: micros(dollars * 1_000_000), from_at: from, to_at: from + HOUR },
    }),
  );
const threeB = (from: string, to: string) =>
  gstr3b(database.db.read, { seller_id: "operator", from: ist(from), to: ist(to) }, OPERATOR);

test("a month's imports are on one self-invoice once its calls have settled, dated its last day, with the tax under reverse charge", async () => {
  await run();
  await used("ten_1", ist("2026-11-01"), 10);
  await used("ten_2", ist("2026-11-30") + 23 * HOUR, 2.5);
  await used("ten_own", ist("2026-11-15"), 100);
  await used("ten_1", ist("2026-12-01"), 4);
  await containers(ist("2026-11-20"), 1);
  await at("2026-12-02");
  expect(await issued()).toEqual([]);
  await at("2026-12-03");
  await run();
  const [row, ...more] = await issued();
  expect(more).toEqual([]);
  expect(row).toMatchObject({
    ...{ number: "TGR/26-27/00001", financial_year: "26-27", seller_id: "operator" },
    ...{ from_at: ist("2026-11-01"), to_at: ist("2026-12-01"), issued_at: ist("2026-12-01") - 1 },
    ...{ cost_micros_usd: 13_500_000, parts: { calls: 12_500_000, other: 1_000_000, corrections: 0 } },
    ...{ rate_micros: 85_000_000, rate_source: "RBI", tax_rate_ppm: 180_000 },
    ...{ taxable_paise: 114_750, igst_paise: 20_655, total_paise: 135_405 },
  });
});

test("numbers are consecutive in a financial year, also where months are caught up on", async () => {
  await run();
  for (const month of ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04"])
    await used("ten_1", ist(`${month}-05`), 1);
  await at("2027-05-20");
  expect((await issued()).map(({ number, to_at }) => [number, to_at])).toEqual([
    ["TGR/26-27/00001", ist("2027-01-01")],
    ["TGR/26-27/00002", ist("2027-02-01")],
    ["TGR/26-27/00003", ist("2027-03-01")],
    ["TGR/26-27/00004", ist("2027-04-01")],
    ["TGR/27-28/00001", ist("2027-05-01")],
  ]);
});

test("two nodes that cut at the same time cut one", async () => {
  await run();
  await used("ten_1", ist("2026-11-05"), 1);
  clock.advance(ist("2026-12-05") - clock.now());
  await Promise.all([run(), run(), run()]);
  expect(await issued()).toHaveLength(1);
});

describe("nothing is cut", () => {
  test("of a month in which nothing was imported", async () => {
    await run();
    await at("2026-12-20");
    expect(await issued()).toEqual([]);
  });

  test("for a seller who is not registered, nor for what was before the month in which it is", async () => {
    const save = (gstin: string | null) => database.db.transaction((tx) => saveSeller(tx, { ...SELLER, gstin }));
    await save(null);
    await used("ten_1", ist("2026-11-05"), 1);
    await at("2026-12-20");
    await save(SELLER.gstin);
    await at("2026-12-21");
    await used("ten_1", ist("2026-12-05"), 2);
    await at("2027-01-10");
    expect((await issued()).map(({ cost_micros_usd }) => cost_micros_usd)).toEqual([2_000_000]);
    await save(null);
    await used("ten_1", ist("2027-01-05"), 2);
    await at("2027-02-10");
    expect(await issued()).toHaveLength(1);
  });

  test("later for a number that was missing in between", async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 1);
    await database.db.transaction((tx) => saveSeller(tx, { ...SELLER, gstin: null }));
    await at("2026-12-02");
    await database.db.transaction((tx) => saveSeller(tx, SELLER));
    await at("2026-12-03");
    expect(await issued()).toHaveLength(1);
  });

  test("while a call of the month is open", async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 1);
    await database.db.transaction((tx) =>
      tx.insert(t.holds).values({
        ...{ id: "tgr_1", tenant_id: "ten_1", customer_id: "cus_1", user_id: null, key_id: null, node_id: "n" },
        ...{ state: "open", observe: false, admitted_at: ist("2026-12-01") - 1, expires_at: ist("2027-12-01") },
        ...{ ended_at: null, held: {}, call: {}, checkpoint: null, outcome: null },
      } as never),
    );
    await at("2026-12-10");
    expect(await issued()).toEqual([]);
    await database.db.transaction((tx) => tx.update(t.holds).set({ state: "settled" }).where(eq(t.holds.node_id, "n")));
    await run();
    expect(await issued()).toHaveLength(1);
  });

  test("while there is no rate, and it is once there is one", async () => {
    await database.db.transaction((tx) => tx.delete(t.fxRates));
    await run();
    await used("ten_1", ist("2026-11-05"), 1);
    clock.advance(ist("2026-12-10") - clock.now());
    await expect(run()).rejects.toThrow(/no rate of the rupee was in force/);
    expect(await database.db.read.select().from(t.numberSeries)).toEqual([]);
  });
});

describe("what changes after its month was invoiced goes on the next self-invoice, once:", () => {
  beforeEach(async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 10);
    await used("ten_2", ist("2026-11-06"), 10);
    await at("2026-12-05");
  });
  const partsOfLast = async () => (await issued()).at(-1)!.parts;

  test("a call that was priced again", async () => {
    await used("ten_1", ist("2026-11-05"), 8.5);
    await used("ten_1", ist("2026-12-05"), 4);
    await at("2027-01-05");
    expect(await partsOfLast()).toEqual({ calls: 4_000_000, other: 0, corrections: -1_500_000 });
    await used("ten_1", ist("2027-01-06"), 3);
    await at("2027-02-05");
    expect(await partsOfLast()).toEqual({ calls: 3_000_000, other: 0, corrections: 0 });
  });

  test("a cost that was noted late", async () => {
    await containers(ist("2026-11-07"), 2);
    await at("2027-01-05");
    expect(await partsOfLast()).toEqual({ calls: 0, other: 2_000_000, corrections: 0 });
    await used("ten_1", ist("2027-01-06"), 3);
    await at("2027-02-05");
    expect(await partsOfLast()).toMatchObject({ calls: 3_000_000, other: 0 });
  });

  test("a correction that takes off more than a month came to is carried on to the month after", async () => {
    await used("ten_1", ist("2026-11-05"), 1);
    await used("ten_1", ist("2026-12-05"), 4);
    await at("2027-01-05");
    expect(await issued()).toHaveLength(1);
    await used("ten_1", ist("2027-01-06"), 7);
    await at("2027-02-05");
    expect((await issued()).at(-1)).toMatchObject({
      ...{ from_at: ist("2026-12-01"), to_at: ist("2027-02-01"), cost_micros_usd: 2_000_000 },
      parts: { calls: 11_000_000, corrections: -9_000_000 },
    });
  });

  test("but not that a tenant took a key of its own, or gave it back", async () => {
    const key = (sealed: string | null) =>
      database.db.transaction((tx) =>
        tx
          .update(t.tenants)
          .set({ upstream_api_key_sealed: sealed })
          .where(eq(t.tenants.id, "ten_2" as never)),
      );
    await key("sealed");
    await used("ten_2", ist("2026-12-06"), 50);
    await at("2027-01-05");
    expect(await issued()).toHaveLength(1);
    await key(null);
    await used("ten_2", ist("2027-01-06"), 1);
    await at("2027-02-05");
    expect(await partsOfLast()).toEqual({ calls: 1_000_000, other: 0, corrections: 0 });
  });
});

describe("the returns have", () => {
  test("the same before and after it is cut, and a month's tax once", async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 10);
    const before = await threeB("2026-11-01", "2026-12-01");
    expect([before.self_invoices, before.import?.cost_micros_usd]).toEqual([[], 10_000_000]);
    await at("2026-12-05");
    const after = await threeB("2026-11-01", "2026-12-01");
    expect(after).toMatchObject({ tables: before.tables, self_invoices: ["TGR/26-27/00001"], import: null });
    expect(after.tables["3.1(d)"]).toMatchObject({ taxable_paise: 85_000, igst_paise: 15_300 });
    expect(after.tables["4(A)(2)"]).toMatchObject({ taxable_paise: 0, igst_paise: 15_300 });
  });

  test("a correction in the month whose self-invoice it will be on, not in the one that was filed", async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 10);
    await at("2026-12-05");
    await used("ten_1", ist("2026-11-05"), 11);
    await used("ten_1", ist("2026-12-05"), 4);
    expect((await threeB("2026-11-01", "2026-12-01")).tables["3.1(d)"].taxable_paise).toBe(85_000);
    const december = await threeB("2026-12-01", "2027-01-01");
    expect(december.import?.cost_micros_usd).toBe(5_000_000);
    await at("2027-01-05");
    expect((await threeB("2026-12-01", "2027-01-01")).tables).toEqual(december.tables);
    expect((await threeB("2026-11-01", "2027-01-01")).tables["3.1(d)"].taxable_paise).toBe(15 * 8_500);
  });

  test("what was before the first of them, as it was", async () => {
    await used("ten_1", ist("2026-10-05"), 3);
    await run();
    await used("ten_1", ist("2026-11-05"), 10);
    await at("2026-12-05");
    const both = await threeB("2026-10-01", "2026-12-01");
    expect([both.import?.cost_micros_usd, both.self_invoices.length]).toEqual([3_000_000, 1]);
    expect(both.tables["3.1(d)"].taxable_paise).toBe(13 * 8_500);
  });

  test("its number among the documents that were issued", async () => {
    await run();
    await used("ten_1", ist("2026-11-05"), 10);
    await at("2026-12-05");
    const rows = [];
    const period = { seller_id: "operator", from: ist("2026-11-01"), to: ist("2026-12-01") } as const;
    for await (const row of documentRows(database.db.read, period)) rows.push(row);
    expect(rows).toEqual([
      ["Invoices for inward supply from unregistered person", "TGR/26-27/00001", "TGR/26-27/00001", "1", "0"],
    ]);
  });
});

test("a month may be late by a day, and is not cut twice by a clock that runs on", async () => {
  await run();
  await used("ten_1", ist("2026-11-05"), 10);
  for (let day = 0; day < 40; day += 5) {
    clock.advance(5 * DAY);
    await run();
  }
  expect(await issued()).toHaveLength(1);
});
