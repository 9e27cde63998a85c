import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SECTION_NAMES } from "../../../src/billing/gst-return/gstr1.ts";
import { asAdmin, expectRefusal } from "../../http/ask.ts";
import { openShop, type Shop } from "../shop.ts";
import { parsed, sumOf } from "./csv.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const HOUR_AROUND = 3_600_000;
const range = () => {
  const day = (ms: number) => encodeURIComponent(new Date(shop.clock.now() + ms).toISOString());
  return `from=${day(-HOUR_AROUND)}&to=${day(HOUR_AROUND)}`;
};

test("what was sold is reported: one section as the file of the offline tool, or all under their names", async () => {
  for (const state_code of ["29", "27"]) {
    const customer = await shop.customer({ state_code });
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
      credit_micros: 10_000_000,
    });
    await shop.account.person.pay(order_id, { method: "upi" });
  }
  await shop.pass(0);
  const one = await asAdmin(shop, "GET", `reports/gstr1?${range()}&section=hsn(b2c)`);
  expect(one.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(one.headers.get("content-disposition")).toMatch(/^attachment; filename="gstr1-hsn\(b2c\)-[\d-]+\.csv"$/);
  const rows = parsed(one.text);
  expect(rows).toMatchObject([{ HSN: "998315", UQC: "NA", "Total Value": "23.60", "Taxable Value": "20.00" }]);
  expect(sumOf(rows, "Integrated Tax Amount")).toBe(-(await shop.standing("gst.igst")) / 10_000);
  expect(sumOf(rows, "Central Tax Amount")).toBe(-(await shop.standing("gst.cgst")) / 10_000);

  const all = await asAdmin(shop, "GET", `reports/gstr1?${range()}`);
  const titles = all.text.split("\r\n").filter((line) => (SECTION_NAMES as string[]).includes(line));
  expect(titles).toEqual(SECTION_NAMES);
});

describe("a return is refused", () => {
  const invalid = (says: RegExp) => ({ status: 400, code: "invalid_request", says });
  test.each([
    ["without a period", "", invalid(/^from: /)],
    [
      "of a period that ends before it begins",
      "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
      invalid(/^to: must be after/),
    ],
    ["of more than a year", "from=2025-01-01T00:00:00Z&to=2026-06-01T00:00:00Z", invalid(/^to: must be at most 366/)],
    [
      "of a section that does not exist",
      "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&section=b2x",
      invalid(/^section: /),
    ],
    ["with a field that nobody knows", "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&month=1", invalid(/month/)],
    [
      ...["of an account that nobody has", "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&account=ten_no"],
      { status: 404, code: "not_found" },
    ],
  ] as const)("%s", async (_name, query, refusal) => {
    expectRefusal(await asAdmin(shop, "GET", `reports/gstr1?${query}`), refusal);
  });

  test("of a tenant that does not supply on its own", async () => {
    const { id } = await shop.customer();
    const query = `from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&account=${id}`;
    expectRefusal(await asAdmin(shop, "GET", `reports/gstr1?${query}`), {
      status: 404,
      code: "not_found",
      says: /seller/,
    });
  });
});

test("a file is called by the first and the last day of its period, as India has them", async () => {
  const november = ["2026-11-01", "2026-12-01"].map((day) => encodeURIComponent(`${day}T00:00:00+05:30`));
  const { headers } = await asAdmin(shop, "GET", `reports/gstr1?from=${november[0]}&to=${november[1]}`);
  expect(headers.get("content-disposition")).toBe('attachment; filename="gstr1-2026-11-01-2026-11-30.csv"');
});
