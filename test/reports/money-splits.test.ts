import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cycles, entries, grants, invoices, payments, transfers, usageEvents } from "../../src/db/schema.ts";
import { DAY, HOUR, iso } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import type { Row } from "../../src/reports/csv.ts";
import { AgeingQuery, ageingReport, countOpen, everyOpen } from "../../src/reports/money/ageing.ts";
import {
  countFlowRows,
  everyFlow,
  FLOWS,
  type FlowName,
  FlowQuery,
  flowReport,
  openFlow,
} from "../../src/reports/money/flows.ts";
import { CyclesQuery, countCycleRows, cyclesReport, everyCycle } from "../../src/reports/money/subscriptions.ts";
import { UNITS } from "../../src/usage/rollups/spans.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { asAdmin } from "../http/ask.ts";
import { castOf } from "../simulation/cast.ts";
import { diceOf } from "../simulation/dice.ts";
import { liveWeek } from "../simulation/life.ts";

/** Eight weeks in which some payers subscribe, pay, owe, are credited and refunded. `MONEY_SEED=…` tells another. */
const SEED = process.env.MONEY_SEED ?? "1";
const WEEKS = 8;
const STEPS = { minMs: DAY, maxMs: DAY };
const RUNS = { numRuns: 60 };

let shop: Shop;
let start: number;
let tenants: string[];
let books: Awaited<ReturnType<typeof readBooks>>;
beforeAll(async () => {
  shop = await openShop();
  start = shop.clock.now();
  const dice = diceOf(SEED);
  const cast = await castOf(shop, { companies: 6, users: 6 });
  await shop.admin("POST", "promotions", { code: "WELCOME", credit_micros: 500_000_000 });
  // What lapses of it is income, too.
  for (const { path } of cast.payers)
    await shop.admin("POST", `${path}/credits`, {
      ...{ amount_micros: dice.between(1, 90) * 1_000_000, reason: "a start", kind: "prepaid" },
      expires_at: iso(start + dice.between(3, 60) * DAY),
    });
  for (let week = 0; week < WEEKS; week++) {
    for (const payer of cast.payers) if (dice.chance(0.7)) await liveWeek(shop, cast, payer, dice);
    await shop.pass(7 * DAY, STEPS);
  }
  const { data } = await shop.admin<{ data: { id: string }[] }>("GET", "invoices?open=true&limit=2");
  for (const { id } of data) await shop.admin("POST", `invoices/${id}/write_off`, { reason: "it will not be paid" });
  tenants = [...new Set(cast.payers.map(({ tenant_id }) => tenant_id))];
  await shop.app.jobs.close();
  books = await readBooks();
}, 300_000);
afterAll(() => shop.close());

async function readBooks() {
  const { read } = shop.db;
  const posted = new Map((await read.select().from(transfers)).map((transfer) => [transfer.id, transfer]));
  const lines = (await read.select().from(entries)).map((entry) => ({
    ...{ ...entry, at: posted.get(entry.transfer_id)!.at, kind: posted.get(entry.transfer_id)!.kind },
  }));
  return {
    ...{ lines, payments: await read.select().from(payments), invoices: await read.select().from(invoices) },
    ...{ cycles: await read.select().from(cycles), events: await read.select().from(usageEvents) },
    grants: await read.select().from(grants),
  };
}

const amount = (value: unknown) => (typeof value === "number" ? value : 0);
const summed = <T>(rows: readonly T[], of: (row: T) => unknown) =>
  rows.reduce((total, row) => total + amount(of(row)), 0);

/** The figures of rows, added up by currency. */
function sums(rows: readonly Row[]): Record<string, Record<string, number>> {
  const byCurrency: Record<string, Record<string, number>> = {};
  for (const { currency, ...row } of rows) {
    byCurrency[String(currency)] ??= {};
    const sum = byCurrency[String(currency)]!;
    for (const [name, value] of Object.entries(row))
      if (typeof value === "number") sum[name] = (sum[name] ?? 0) + value;
  }
  return byCurrency;
}

async function together(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

interface Paged {
  readonly data: readonly Row[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

async function byPages(ask: (after_id: string | undefined) => Promise<Paged>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | undefined; ; ) {
    const { data, has_more, last_id } = await ask(after);
    rows.push(...data);
    if (!has_more) return rows;
    after = last_id!;
  }
}

const quarters = fc.nat((WEEKS + 2) * 7 * 96).map((slot) => (slot - 7 * 96) * 900_000);
const zones = fc.constantFrom(undefined, "Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");
const sizes = fc.constantFrom(1, 7, 1_000);
const oneTenant = fc.option(fc.nat(40), { nil: undefined });
const tenantOf = (number: number | undefined) =>
  number === undefined ? undefined : (tenants[number % tenants.length] as TenantId);

/** From the books, what a report of a flow should come to. */
const REVENUES = {
  ...{ base_micros: "revenue.base", overage_micros: "revenue.overage", prepaid_micros: "revenue.prepaid" },
  ...{ promotional_micros: "revenue.promotional", breakage_micros: "revenue.breakage" },
};
const COSTS = { bad_debt_micros: "bad_debt", fees_micros: "fees", provider_cost_micros: "cost.provider" };

function booked(from: number, to: number, tenant: string | undefined): Row[] {
  const mine = books.lines.filter(
    ({ at, tenant_id }) => at >= from && at < to && (tenant === undefined || tenant_id === tenant),
  );
  return mine.flatMap(({ ledger_account, amount_micros, currency }) => {
    const figure = (accounts: object, sign: number) =>
      Object.entries(accounts).map(([name, account]) => [name, account === ledger_account ? sign * amount_micros : 0]);
    if (![...Object.values(REVENUES), ...Object.values(COSTS)].includes(ledger_account)) return [];
    const earned = ledger_account.startsWith("revenue.") && ledger_account !== "revenue.promotional";
    const revenue_micros = earned || ledger_account === "bad_debt" ? -amount_micros : 0;
    return [{ ...Object.fromEntries([...figure(REVENUES, -1), ...figure(COSTS, 1)]), revenue_micros, currency }];
  });
}

const captured = (from: number, to: number, tenant: string | undefined): Row[] =>
  books.payments
    .filter(
      ({ captured_at: at, tenant_id }) =>
        at !== null && at >= from && at < to && (tenant === undefined || tenant_id === tenant),
    )
    .map((payment) => {
      const { amount_paise, fee_paise, fee_tax_paise, refunded_paise, deducted_paise, currency } = payment;
      return {
        ...{ payments: 1, collected_paise: amount_paise, fee_paise, fee_tax_paise, refunded_paise },
        ...{ disputed_paise: deducted_paise, currency },
        net_paise: amount_paise - fee_paise - refunded_paise - deducted_paise,
      };
    });

/** Minus nothing is nothing. */
const plain = (figures: ReturnType<typeof sums>) =>
  Object.fromEntries(
    Object.entries(figures).map(([currency, row]) => [
      currency,
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value + 0])),
    ]),
  );

test("revenue and collections: whatever the split, its parts come to the whole, and the whole to the journal and the payments", async () => {
  const flows = fc.record({
    flow: fc.constantFrom(...(Object.keys(FLOWS) as FlowName[])),
    range: fc.tuple(quarters, quarters).map(([a, b]) => [start + Math.min(a, b), start + Math.max(a, b) + 1] as const),
    ...{ tz: zones, unit: fc.constantFrom(null, ...UNITS), tenant: oneTenant, limit: sizes, cut: fc.nat(999) },
    by: fc.subarray(["tenant", "customer", "method", "purpose"]),
  });
  await fc.assert(
    fc.asyncProperty(flows, async ({ flow, range, tz, unit, by, tenant, limit, cut }) => {
      const known = by.filter((name) => name in FLOWS[flow].dimensions);
      const tenant_id = tenantOf(tenant);
      const asked = (from: number, to: number) =>
        FlowQuery.parse({
          ...{ from: iso(from), to: iso(to), tz, tenant_id, limit: String(limit) },
          group_by: [...known, ...(unit ? [unit] : [])].join(","),
        });
      const { read } = shop.db;
      const query = asked(...range);
      const open = await openFlow(read, flow, query, shop.clock.now());
      const rows = await together(everyFlow(read, open));
      expect(await byPages((after_id) => flowReport(read, open, { ...query, after_id }))).toEqual(rows);
      expect(await countFlowRows(read, open)).toBe(rows.length);

      const { totals } = await flowReport(read, open, query);
      const whole = plain(sums(totals));
      expect(plain(sums(rows))).toEqual(whole);
      const { from, to } = open.range;
      expect(plain(sums((flow === "revenue" ? booked : captured)(from, to, tenant_id)))).toEqual(whole);

      const middle = from + Math.floor((((to - from) / 900_000) * cut) / 1_000) * 900_000;
      const parts = [];
      for (const [since, until] of [
        [from, middle],
        [middle, to],
      ] as const) {
        const part = asked(since, until);
        parts.push(...(await flowReport(read, await openFlow(read, flow, part, shop.clock.now()), part)).totals);
      }
      expect(plain(sums(parts))).toEqual(whole);
    }),
    RUNS,
  );
}, 120_000);

test("subscriptions: a cycle's row is the same on whatever page it stands, and all of them come to the invoices and the spend", async () => {
  const { read } = shop.db;
  const whole = await together(everyCycle(read, CyclesQuery.parse({})));
  const rows = new Map(whole.map((row) => [row.id, row]));
  expect([...rows.keys()].sort()).toEqual(books.cycles.map(({ id }) => id).sort());
  const questions = fc.record({
    ...{ state: fc.constantFrom(undefined, "open", "ended", "closed"), limit: sizes, tenant: oneTenant },
    ...{ customer: fc.option(fc.nat(99), { nil: undefined }), range: fc.option(fc.tuple(quarters, quarters)) },
  });
  await fc.assert(
    fc.asyncProperty(questions, async ({ state, limit, tenant, customer, range }) => {
      const customer_id =
        customer === undefined ? undefined : books.cycles[customer % books.cycles.length]!.customer_id;
      const tenant_id = tenantOf(tenant);
      const [from, to] = range ? [start + Math.min(...range), start + Math.max(...range)] : [];
      const query = CyclesQuery.parse({
        ...{ state, limit: String(limit), tenant_id, customer_id },
        ...{ from: from === undefined ? undefined : iso(from), to: to === undefined ? undefined : iso(to) },
      });
      const found = await byPages((after_id) =>
        cyclesReport(read, { ...query, after_id }).then((page) => page as unknown as Paged),
      );
      const wanted = whole.filter(
        (row) =>
          (state === undefined || row.state === state) &&
          (tenant_id === undefined || row.tenant_id === tenant_id) &&
          (customer_id === undefined || row.customer_id === customer_id) &&
          (from === undefined || (String(row.start) >= iso(from) && String(row.start) < iso(to!))),
      );
      expect(found).toEqual(wanted);
      expect(await countCycleRows(read, query)).toBe(wanted.length);
    }),
    RUNS,
  );

  for (const currency of ["INR", "USD"]) {
    const bills = books.invoices.filter((invoice) => invoice.currency === currency && invoice.kind !== "topup");
    const mine = whole.filter((row) => row.currency === currency);
    expect(bills.length).toBeGreaterThan(0);
    const told = {
      invoiced: summed(mine, (row) => row.invoiced_paise),
      collected: summed(mine, (row) => row.collected_paise),
      open: summed(mine, (row) => row.open_paise),
    };
    expect([currency, told]).toEqual([
      currency,
      {
        invoiced: summed(bills, (bill) => bill.total_paise),
        collected: summed(bills, (bill) => bill.paid_paise + bill.tds_paise),
        open: summed(bills, openOf),
      },
    ]);
  }
  for (const { id, customer_id, start_at, end_at } of books.cycles.filter(({ state }) => state === "closed")) {
    const mine = books.events.filter(
      (event) => event.customer_id === customer_id && event.admitted_at >= start_at && event.admitted_at < end_at,
    );
    expect([id, rows.get(id)!.metered_micros]).toEqual([id, summed(mine, (event) => event.spend_micros)]);
  }
}, 120_000);

type Invoice = typeof invoices.$inferSelect;
const openOf = (bill: Invoice) =>
  Math.max(0, bill.total_paise - bill.paid_paise - bill.credited_paise - bill.tds_paise - bill.written_off_paise);

test("ageing: tenant by tenant, page by page and as a whole it is what is open of the invoices, by its days", async () => {
  const { read } = shop.db;
  const instants = fc.integer({ min: 0, max: (WEEKS * 7 + 120) * 24 }).map((hours) => start + hours * HOUR);
  await fc.assert(
    fc.asyncProperty(fc.record({ at: instants, tenant: oneTenant, limit: sizes }), async ({ at, tenant, limit }) => {
      const now = at as ReturnType<Shop["clock"]["now"]>;
      const tenant_id = tenantOf(tenant);
      const query = AgeingQuery.parse({ tenant_id, limit: String(limit) });
      const rows = await together(everyOpen(read, query, now));
      expect(await byPages((after_id) => ageingReport(read, { ...query, after_id }, now))).toEqual(rows);
      expect(await countOpen(read, query)).toBe(rows.length);
      const wanted = books.invoices
        .filter((bill) => openOf(bill) > 0 && (tenant_id === undefined || bill.tenant_id === tenant_id))
        .map((bill) => {
          const days = Math.floor((at - bill.due_at) / DAY);
          const since = (from: number, to: number) =>
            at >= bill.due_at && days >= from && days < to ? openOf(bill) : 0;
          return {
            ...{ invoices: 1, open_paise: openOf(bill), not_due_paise: at < bill.due_at ? openOf(bill) : 0 },
            ...{ days_0_30_paise: since(0, 30), days_30_60_paise: since(30, 60), days_60_90_paise: since(60, 90) },
            ...{ days_90_paise: since(90, Number.POSITIVE_INFINITY), currency: bill.currency },
          };
        });
      expect(sums(rows)).toEqual(sums(wanted));
    }),
    RUNS,
  );
}, 120_000);

test("what is owed for credit: page by page and in CSV it comes to the total, and at any instant to the journal's wallets", async () => {
  interface Owed extends Paged {
    readonly totals: readonly { readonly currency: string; readonly booked_micros: number }[];
  }
  const wallets = (before: number) => {
    const standing: Record<string, number> = {};
    for (const { ledger_account, at, currency, amount_micros } of books.lines)
      if (ledger_account === "wallet" && at < before) standing[currency] = (standing[currency] ?? 0) - amount_micros;
    return standing;
  };
  const figures = (rows: readonly Row[]) =>
    Object.fromEntries(Object.entries(sums(rows)).map(([currency, row]) => [currency, row.booked_micros! + 0]));
  await fc.assert(
    fc.asyncProperty(fc.option(fc.nat(WEEKS * 7 * 24 - 1)), sizes, async (hours, limit) => {
      const at = hours === null ? null : start + hours * HOUR;
      const when = at === null ? "" : `&at=${iso(at)}`;
      const path = (after?: string) =>
        `reports/credit_liability?limit=${limit}${when}${after ? `&after_id=${after}` : ""}`;
      const { totals } = await shop.admin<Owed>("GET", path());
      const rows = await byPages((after) => shop.admin<Owed>("GET", path(after)));
      expect(figures(totals as readonly Row[])).toEqual(wallets(at ?? Number.POSITIVE_INFINITY));
      expect(figures(rows)).toEqual(figures(totals as readonly Row[]));

      const { text, headers } = await asAdmin(shop, "GET", `reports/credit_liability?format=csv${when}`);
      const lines = text.trimEnd().split("\r\n").slice(1);
      expect(lines.sort()).toEqual(rows.map((row) => Object.values(row).join(",")).sort());
      expect(headers.get("x-tollgate-rows")).toBe(String(lines.length));
      if (at !== null) return;
      expect(rows.filter(({ agrees }) => (agrees as unknown) !== true)).toEqual([]);
      const prepaid = books.grants.filter(({ kind }) => kind === "prepaid");
      expect(summed(rows, (row) => row.unspent_micros)).toBe(summed(prepaid, (grant) => grant.amount - grant.used));
    }),
    { numRuns: 15 },
  );
}, 120_000);
