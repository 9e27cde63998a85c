import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Customer, openShop, PROFILE, type Shop } from "./shop.ts";

/** Whatever somebody pays for credit becomes credit, with a document that adds up. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Topup {
  readonly order_id: string;
  readonly status: string;
  readonly payable_paise: number;
}
interface Billing {
  readonly grants: readonly { kind: string; amount_micros: number }[];
}
interface Invoice {
  readonly total_paise: number;
  readonly taxable_paise: number;
  readonly igst_paise: number;
  readonly cgst_paise: number;
}

async function bought(customer: Customer, credit_micros: number, between: () => Promise<unknown> = async () => {}) {
  const topup = await customer.api<Topup>("POST", "billing/topups", { credit_micros });
  await between();
  const answer = await shop.account.person.pay(topup.order_id, { method: "upi" });
  const { status } = await customer.api<Topup>("POST", "billing/topups/verify", answer);
  const { grants } = await customer.api<Billing>("GET", "billing");
  const { data } = await customer.api<{ data: Invoice[] }>("GET", "billing/invoices");
  return { topup, status, credit: grants[0]?.amount_micros, invoice: data[0]! };
}

describe("credit that is bought", () => {
  test("in odd paise is given to the paisa", async () => {
    const customer = await shop.customer();
    const { status, credit, invoice } = await bought(customer, 1_500_000);
    expect(status).toBe("paid");
    expect(credit).toBe(1_500_000);
    expect(invoice).toMatchObject({ total_paise: 178, taxable_paise: 150, cgst_paise: 14 });
    await shop.balanced();
  });

  test("is given although its buyer moved to another State before paying", async () => {
    const customer = await shop.customer();
    const move = () => customer.api("PUT", "billing/profile", { ...PROFILE, state_code: "27" });
    const { status, credit, invoice } = await bought(customer, 1_500_000, move);
    expect(status).toBe("paid");
    expect(invoice).toMatchObject({ total_paise: 178, igst_paise: 27, taxable_paise: 151 });
    expect(credit).toBe(1_510_000);
    await shop.balanced();
  });

  test("is what is left of the price after tax, where its buyer came home from abroad before paying", async () => {
    await shop.admin("PUT", "sellers/operator", { ...(await seller()), lut: "LUT-1" });
    const customer = await shop.customer();
    const abroad = { ...PROFILE, state_code: "96", address: { ...PROFILE.address, country: "SG" } };
    await customer.api("PUT", "billing/profile", abroad);
    const move = () => customer.api("PUT", "billing/profile", { ...PROFILE, state_code: "29" });
    const { topup, status, credit, invoice } = await bought(customer, 118_000_000, move);
    expect(topup.payable_paise).toBe(11_800);
    expect(status).toBe("paid");
    expect(invoice).toMatchObject({ total_paise: 11_800, taxable_paise: 10_000, cgst_paise: 900 });
    expect(credit).toBe(100_000_000);
    await shop.balanced();
  });

  test("has no tax on it where the seller is not registered: section 32 of the CGST Act", async () => {
    await shop.admin("PUT", "sellers/operator", { ...(await seller()), gstin: null });
    const { topup, credit, invoice } = await bought(await shop.customer(), 1_500_000);
    expect(topup.payable_paise).toBe(150);
    expect(credit).toBe(1_500_000);
    expect(invoice).toMatchObject({ total_paise: 150, taxable_paise: 150, cgst_paise: 0, igst_paise: 0 });
    await expect(shop.admin("GET", "reports/gstr1?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z")).rejects.toThrow(
      "no GSTIN",
    );
    await shop.balanced();
  });
});

async function seller() {
  const { data } = await shop.admin<{ data: Record<string, unknown>[] }>("GET", "sellers");
  const { legal_name, gstin, address, state_code } = data[0]!;
  return { legal_name, gstin, address, state_code };
}
