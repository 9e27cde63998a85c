import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nextNumber } from "../../src/billing/invoices/number.ts";
import { alerts, numberSeries } from "../../src/db/schema.ts";
import { openShop, SELLER, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test("the numbers of documents have at most sixteen characters, those of credit notes in the longest series too", async () => {
  await shop.admin("PUT", "sellers/operator", { ...SELLER, invoice_series: "ABCD" });
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  await shop.admin("POST", "refunds", { payment_id: razorpay_payment_id, amount_paise: 1_000, reason: "asked for" });
  const [invoice] = (await customer.api<{ data: { id: string; number: string }[] }>("GET", "billing/invoices")).data;
  const { credit_notes } = await customer.api<{ credit_notes: { number: string }[] }>(
    ...(["GET", `billing/invoices/${invoice!.id}`] as const),
  );
  expect(invoice!.number).toMatch(/^ABCD\/\d\d-\d\d\/00001$/);
  expect(credit_notes).toMatchObject([{ number: expect.stringMatching(/^ABCDC\/\d\d-\d\d\/0001$/) }]);
});

/** The numbers after the given one, of a series in the financial year 2026-27. */
async function after(series: string, last: number, count = 1): Promise<string[]> {
  const at = Date.parse("2026-11-21T00:00:00Z");
  const id = `operator|${series}|26-27`;
  return shop.db.transaction(async (tx) => {
    await tx
      .insert(numberSeries)
      .values({ id, seller_id: "operator", tenant_id: null, last })
      .onConflictDoUpdate({ target: numberSeries.id, set: { last } });
    const numbers: string[] = [];
    for (let taken = 0; taken < count; taken++) {
      const next = await nextNumber(tx, { seller_id: "operator", tenant_id: null, series, at, wall: at });
      numbers.push(next.number);
    }
    return numbers;
  });
}

test("a number grows by a digit where it fits in sixteen characters", async () => {
  expect(await after("TG", 99_998, 3)).toEqual(["TG/26-27/99999", "TG/26-27/100000", "TG/26-27/100001"]);
  expect(await after("TG", 9_999_998)).toEqual(["TG/26-27/9999999"]);
  expect(await after("WXYZ", 99_998)).toEqual(["WXYZ/26-27/99999"]);
});

test("a series that cannot grow is refused with what to do, takes no number, and was told of before", async () => {
  await expect(after("WXYZ", 99_999)).rejects.toThrow(/WXYZ\/26-27\/ is full: 99999 documents.*PUT sellers\/operator/);
  const [row] = await shop.db.read.select().from(numberSeries).where(eq(numberSeries.id, "operator|WXYZ|26-27"));
  expect(row?.last).toBe(99_999);
  for (const last of [89_998, 89_999, 90_000, 98_999]) await after("WXYZ", last);
  const told = (await shop.db.read.select().from(alerts)).filter(
    ({ data }) => (data as { kind?: string }).kind === "number_series_nearly_full",
  );
  expect(told.map(({ data }) => data)).toMatchObject([
    { series: "WXYZ/26-27/", last: 90_000, most: 99_999, action: expect.stringMatching(/invoice_series/) },
    { series: "WXYZ/26-27/", last: 99_000 },
  ]);
});

test("where the series of an invoice is full, its seller's next one carries on, for credit notes too", async () => {
  await shop.admin("PUT", "sellers/operator", { ...SELLER, invoice_series: "OLDE" });
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 100_000_000,
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  const refund = () => shop.admin("POST", "refunds", { payment_id, amount_paise: 1_000, reason: "asked for" });
  const [year] = /\d\d-\d\d/.exec(
    (await customer.api<{ data: { number: string }[] }>("GET", "billing/invoices")).data[0]!.number,
  )!;
  await shop.db.transaction((tx) =>
    tx
      .insert(numberSeries)
      .values({ id: `operator|OLDEC|${year}`, seller_id: "operator", tenant_id: null, last: 9_999 }),
  );
  await shop.admin("PUT", "sellers/operator", { ...SELLER, invoice_series: "NEW" });
  await refund();
  const { data } = await customer.api<{ data: { id: string }[] }>("GET", "billing/invoices");
  expect(await customer.api("GET", `billing/invoices/${data[0]!.id}`)).toMatchObject({
    credit_notes: [{ number: expect.stringMatching(/^NEWC\/\d\d-\d\d\/00001$/) }],
  });
});
