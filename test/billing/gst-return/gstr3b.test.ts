import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Gstr3b } from "../../../src/billing/gst-return/gstr3b.ts";
import { reverseCharge } from "../../../src/billing/self-invoices/value.ts";
import { instant } from "../../../src/kernel/clock.ts";
import { sumCost } from "../../../src/usage/store.ts";
import { asAdmin, expectRefusal } from "../../http/ask.ts";
import { openShop, SELLER, type Shop } from "../shop.ts";
import { parsed, sumOf } from "./csv.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ sandbox: { keys: ["sk-ant-sandbox", "sk-ant-their-own"] } });
  for (const state_code of ["29", "27"]) {
    const customer = await shop.customer({ state_code });
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
      credit_micros: 100_000_000,
    });
    await shop.account.person.pay(order_id, { method: "upi" });
    await shop.pass(0);
    await customer.spend(1);
  }
});
afterAll(() => shop.close());

const HOURS = 2 * 3_600_000;
const range = (from = -HOURS, to = HOURS) => {
  const at = (ms: number) => encodeURIComponent(new Date(shop.clock.now() + ms).toISOString());
  return `from=${at(from)}&to=${at(to)}`;
};
const cost = () =>
  sumCost(shop.db.read, { from: instant(shop.clock.now() - HOURS), to: instant(shop.clock.now() + HOURS) });

describe("GSTR-3B", () => {
  test("has what was sold as GSTR-1 and the journal have it", async () => {
    const { tables } = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range()}`);
    const hsn = parsed((await asAdmin(shop, "GET", `reports/gstr1?${range()}&section=hsn(b2c)`)).text);
    expect(tables["3.1(a)"]).toEqual({
      taxable_paise: sumOf(hsn, "Taxable Value"),
      igst_paise: -(await shop.standing("gst.igst")) / 10_000,
      cgst_paise: -(await shop.standing("gst.cgst")) / 10_000,
      sgst_paise: -(await shop.standing("gst.sgst")) / 10_000,
    });
    expect(tables["3.1(b)"]).toEqual({ taxable_paise: 0, igst_paise: 0, cgst_paise: 0, sgst_paise: 0 });
  });

  test("has the provider's service under reverse charge, in rupees by the rate in force, and its tax as credit", async () => {
    const answer = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range()}`);
    const rupees = ((await cost()) * 85) / 10_000;
    expect(answer.import).toMatchObject({ cost_micros_usd: await cost(), rate_micros: 85_000_000 });
    const inward = answer.tables["3.1(d)"];
    expect(Math.abs(inward.taxable_paise - rupees)).toBeLessThanOrEqual(0.5);
    expect(inward.igst_paise).toBe(Math.round(inward.taxable_paise * 0.18));
    expect(answer.tables["4(A)(2)"].igst_paise).toBe(inward.igst_paise);
    expect(answer.tables["4(A)(3)"].igst_paise).toBe(0);
  });

  test("leaves out what a tenant with a key of its own at the provider used", async () => {
    const before = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range()}`);
    const own = await shop.customer({ tenant: { upstream_api_key: "sk-ant-their-own" } });
    await shop.admin("POST", `tenants/${own.id}/credits`, { amount_micros: 100_000_000, reason: "test" });
    expect(await own.spend(1)).toBe(200);
    const after = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range()}`);
    expect(after.import).toEqual(before.import);
    expect(await cost()).toBeGreaterThan(after.import!.cost_micros_usd);
  });

  test("says the same as CSV, in rupees", async () => {
    const { tables } = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range()}`);
    const answer = await asAdmin(shop, "GET", `reports/gstr3b?${range()}&format=csv`);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="gstr3b-[\d-]+\.csv"$/);
    const rows = parsed(answer.text);
    expect(rows.map((row) => row.Table)).toEqual(["3.1(a)", "3.1(b)", "3.1(d)", "4(A)(2)", "4(A)(3)"]);
    for (const row of rows)
      expect(sumOf([row], "Integrated Tax")).toBe(tables[row.Table as keyof Gstr3b["tables"]].igst_paise);
  });

  test("of a time in which nothing happened is empty", async () => {
    const { tables, import: imported } = await shop.admin<Gstr3b>("GET", `reports/gstr3b?${range(-9e8, -8e8)}`);
    expect(imported).toBeNull();
    expect(
      Object.values(tables)
        .flatMap(Object.values)
        .every((figure) => figure === 0),
    ).toBe(true);
  });

  test.each([
    ["without a period", "", /^from: /],
    ["that ends before it begins", "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", /^to: must be after/],
    ["in another format", "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&format=pdf", /^format: /],
  ])("is refused %s", async (_name, query, says) => {
    expectRefusal(await asAdmin(shop, "GET", `reports/gstr3b?${query}`), {
      ...{ status: 400, code: "invalid_request", says },
    });
  });

  test("is refused to who is not registered", async () => {
    await shop.admin("PUT", "sellers/operator", { ...SELLER, gstin: null });
    expectRefusal(await asAdmin(shop, "GET", `reports/gstr3b?${range()}`), { status: 409, code: "conflict" });
    await shop.admin("PUT", "sellers/operator", SELLER);
  });
});

test("an imported service is rounded to the paisa once, and taxed whole by the centre", () => {
  expect(reverseCharge({ cost_micros_usd: 1_000_059 as never, rate_micros: 85_000_000 }, "29")).toEqual({
    ...{ tax_rate_ppm: 180_000, taxable_paise: 8_501, igst_paise: 1_530, total_paise: 10_031 },
  });
});
