import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";

/** What a customer pays for, told as it happens. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Subscription {
  readonly status: string;
  readonly razorpay_subscription_id: string;
}
interface Invoice {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly status: string;
  readonly total_paise: number;
  readonly taxable_paise: number;
  readonly cgst_paise: number;
  readonly igst_paise: number;
}
interface Billing {
  readonly standing: string;
  readonly grants: readonly { kind: string; amount_micros: number; used_micros: number }[];
  readonly open: readonly { number: string; pay_url: string | null; open_paise: number }[];
}
const invoices = async (customer: Customer) =>
  (await customer.api<{ data: Invoice[] }>("GET", "billing/invoices")).data.toReversed();
const billing = (customer: Customer) => customer.api<Billing>("GET", "billing");

/** The code by which a call is refused. */
async function refusal(customer: Customer): Promise<string> {
  const answer = await shop.messages(customer.key);
  const { error } = (await answer.json()) as { error: { code: string } };
  expect(answer.status).toBe(402);
  return error.code;
}

/** A principal is believed for a second: the hot path sees a change within that. */
const refusedWith = (customer: Customer, code: string) =>
  expect.poll(() => refusal(customer), { timeout: 10_000, interval: 200 }).toBe(code);

async function subscribed(
  customer: Customer,
  plan_id: string,
  method = "card_domestic" as const,
): Promise<Subscription> {
  const made = await customer.api<Subscription>("POST", "billing/subscription", { plan_id });
  const answer = await shop.account.person.authenticate(made.razorpay_subscription_id, { method });
  return customer.api<Subscription>("POST", "billing/subscription/verify", answer);
}

async function mandated(customer: Customer, max_amount_paise = 1_500_000): Promise<void> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    max_amount_paise,
    method: "upi",
  });
  const answer = await shop.account.person.pay(order_id, { method: "upi" });
  await customer.api("POST", "billing/mandate/verify", answer);
}

describe("a subscription", () => {
  test("is approved, charged, invoiced with its tax, and gives what it includes", async () => {
    const plan_id = await shop.plan({ price_paise: 99_900, included_micros: 500_000_000, collection: "subscription" });
    const customer = await shop.customer();
    expect((await subscribed(customer, plan_id)).status).toBe("active");
    await shop.pass(0);
    const [base] = await invoices(customer);
    expect(base).toMatchObject({
      kind: "base",
      status: "paid",
      total_paise: 117_882,
      taxable_paise: 99_900,
      cgst_paise: 8_991,
    });
    expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 500_000_000 }]);
    expect(await customer.spend(1)).toBe(200);
    await shop.balanced();
  });

  test("renews by itself, each cycle with its own invoice and included spend", async () => {
    const plan_id = await shop.plan({ price_paise: 50_000, included_micros: 900_000_000, collection: "subscription" });
    const customer = await shop.customer({ state_code: "27" });
    await subscribed(customer, plan_id);
    await customer.spend(1);
    await shop.pass(65 * DAY);
    const list = await invoices(customer);
    expect(list.length).toBe(3);
    expect(
      list.every(({ kind, status, igst_paise }) => kind === "base" && status === "paid" && igst_paise === 9_000),
    ).toBe(true);
    expect((await billing(customer)).grants).toMatchObject([{ kind: "included", used_micros: 0 }]);
    await shop.balanced();
  });

  test("whose charges fail is served in grace, halted after, and served again when a new card pays", async () => {
    const plan_id = await shop.plan({ price_paise: 50_000, included_micros: 900_000_000, grace_days: 2 });
    const customer = await shop.customer();
    const { razorpay_subscription_id: id } = await subscribed(customer, plan_id);
    shop.account.outcomes(
      id,
      Array.from({ length: 4 }, () => "insufficient_funds"),
    );
    const days = async (until: (standing: string) => boolean) => {
      for (let day = 0; day < 80; day++) {
        await shop.pass(DAY / 2);
        const { standing } = await billing(customer);
        if (until(standing)) return standing;
      }
      throw new Error("it never came to that");
    };
    await days((standing) => standing === "halted");
    await refusedWith(customer, "subscription_halted");
    await shop.account.person.changeMethod(id, { method: "card_domestic" });
    await shop.pass(0);
    expect((await billing(customer)).standing).toBe("ok");
    expect(await customer.spend(1)).toBe(200);
    await shop.balanced();
  });
});

describe("prepaid credit", () => {
  test("is given once for its payment, whoever tells of it, and refused with wallet_empty when it is used up", async () => {
    const customer = await shop.customer();
    const topup = await customer.api<{ order_id: string; payable_paise: number; gst_paise: number }>(
      "POST",
      "billing/topups",
      {
        credit_micros: 100_000_000,
      },
    );
    expect(topup).toMatchObject({ payable_paise: 11_800, gst_paise: 1_800 });
    const answer = await shop.account.person.pay(topup.order_id, { method: "upi" });
    await Promise.all([
      customer.api("POST", "billing/topups/verify", answer),
      customer.api("POST", "billing/topups/verify", answer),
      shop.pass(0),
    ]);
    await shop.pass(HOUR);
    const { grants } = await billing(customer);
    expect(grants).toMatchObject([{ kind: "prepaid", amount_micros: 100_000_000 }]);
    expect(await invoices(customer)).toMatchObject([{ kind: "topup", status: "paid", total_paise: 11_800 }]);
    expect(await customer.spend(1e12)).toBe(402);
    await shop.balanced();
  });

  test("is not given for a signature that does not fit, nor for another customer's order", async () => {
    const [one, other] = [await shop.customer(), await shop.customer()];
    const { order_id } = await one.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 10_000_000 });
    const answer = await shop.account.person.pay(order_id, { method: "card_domestic" });
    const forged = {
      ...answer,
      razorpay_signature: answer.razorpay_signature.replace(/./, (c) => (c === "a" ? "b" : "a")),
    };
    expect((await one.try("POST", "billing/topups/verify", forged)).status).toBe(400);
    expect((await other.try("POST", "billing/topups/verify", answer)).status).toBe(404);
    expect(
      await one.try("POST", "billing/topups/verify", { ...answer, topup_id: "tup_00000000000000000000000000" }),
    ).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/^topup_id: the order/) } } });
    expect((await billing(one)).grants).toEqual([]);
    await shop.pass(0);
    expect((await billing(one)).grants).toHaveLength(1);
    expect((await billing(other)).grants).toEqual([]);
  });
});

describe("money that goes back", () => {
  async function toppedUp(): Promise<{ customer: Customer; payment_id: string }> {
    const customer = await shop.customer();
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
      credit_micros: 100_000_000,
    });
    const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
    await shop.pass(0);
    return { customer, payment_id };
  }

  test("for credit that was not used is refunded with a credit note, and no more than that", async () => {
    const { customer, payment_id } = await toppedUp();
    await customer.spend(1);
    const refund = (amount_paise?: number) =>
      shop.admin("POST", "refunds", { payment_id, reason: "they asked for it", ...(amount_paise && { amount_paise }) });
    await expect(refund(11_800)).rejects.toThrow(/the rest is used/);
    await refund();
    await shop.pass(2 * HOUR);
    const { amount_micros = 0, used_micros = 0 } = (await billing(customer)).grants[0] ?? {};
    expect(amount_micros - used_micros).toBeLessThan(20_000);
    expect(await shop.admin("GET", `refunds?tenant_id=${customer.id}`)).toMatchObject({
      data: [{ payment_id, status: "processed", origin: "admin" }],
    });
    const other = await shop.customer();
    expect(await shop.admin("GET", `refunds?tenant_id=${other.id}`)).toMatchObject({ data: [] });
    expect((await billing(customer)).standing).toBe("ok");
    await shop.balanced();
  });

  test("at the dashboard, for credit that was used, is owed again: service stops until it is paid", async () => {
    const { customer, payment_id } = await toppedUp();
    await customer.spend(1e12);
    await shop.account.dashboard.refund(payment_id);
    await shop.pass(HOUR);
    const { standing, open } = await billing(customer);
    expect(standing).toBe("suspended");
    expect(open).toHaveLength(1);
    await refusedWith(customer, "subscription_halted");
    await shop.pass(HOUR);
    const pay_url = String((await billing(customer)).open[0]?.pay_url);
    await shop.account.person.payLink(pay_url.split("/").at(-1)!, { method: "upi" });
    await shop.pass(0);
    expect(await billing(customer)).toMatchObject({ standing: "ok", open: [] });
    await shop.balanced();
  });

  test("by a lost dispute is taken off the credit that is left", async () => {
    const { customer, payment_id } = await toppedUp();
    const { id } = (await shop.account.dashboard.dispute(payment_id)) as { id: string };
    await shop.pass(0);
    expect((await billing(customer)).grants).toMatchObject([{ amount_micros: 100_000_000 }]);
    await shop.account.dashboard.resolveDispute(id, "lost");
    await shop.pass(0);
    expect((await billing(customer)).grants).toMatchObject([{ amount_micros: 0 }]);
    expect(await shop.admin("GET", "disputes?limit=1")).toMatchObject({
      data: [{ id, status: "lost", deducted_paise: 11_800 }],
    });
    await shop.balanced();
  });
});

describe("overage", () => {
  /** A mark-up of twenty, so that few calls come to much. */
  const pricing = { type: "markup", multiplier_ppm: 20_000_000 };
  const PLAN = {
    pricing,
    price_paise: 50_000,
    included_micros: 0,
    overage: { enabled: true, cap_micros: 60_000_000_000 },
  };

  test("that stays within a UPI mandate is one invoice and one debit, settled", async () => {
    const customer = await shop.customer();
    await subscribed(customer, await shop.plan(PLAN));
    await mandated(customer);
    expect(await customer.spend(5_000_000_000)).toBe(200);
    await shop.pass(36 * DAY);
    const usage = (await invoices(customer)).filter(({ kind }) => kind === "overage");
    expect(usage).toMatchObject([{ status: "paid" }]);
    const debits = shop.account.books.payments().filter(({ notes }) => notes.invoice === usage[0]!.number);
    expect(debits).toMatchObject([{ status: "captured", method: "upi", amount: usage[0]!.total_paise }]);
    expect((await billing(customer)).open).toEqual([]);
    await shop.balanced();
  });

  test("that no mandate can carry goes by a link; unpaid it suspends, and the payment reinstates", async () => {
    const customer = await shop.customer();
    await subscribed(customer, await shop.plan({ ...PLAN, grace_days: 5 }));
    expect(await customer.spend(8_000_000_000)).toBe(200);
    const link = async () => {
      for (let day = 0; day < 80; day++) {
        await shop.pass(DAY / 2);
        const [open] = (await billing(customer)).open;
        if (open?.pay_url) return open.pay_url;
      }
      throw new Error("no link came");
    };
    const url = await link();
    await shop.pass(6 * DAY);
    expect((await billing(customer)).standing).toBe("suspended");
    await refusedWith(customer, "subscription_halted");
    await shop.account.person.payLink(url.split("/").at(-1)!, { method: "card_domestic" });
    await shop.pass(0);
    expect(await billing(customer)).toMatchObject({ standing: "ok", open: [] });
    await shop.balanced();
  });

  test("stops at its cap, and without a subscription there is none", async () => {
    const customer = await shop.customer();
    const plan_id = await shop.plan({ ...PLAN, overage: { enabled: true, cap_micros: 1_000_000_000 } });
    await shop.admin("PATCH", `tenants/${customer.id}`, { default_plan_id: plan_id });
    await shop.pass(0);
    await refusedWith(customer, "no_subscription");
    await subscribed(customer, plan_id);
    expect(await customer.spend(1e12)).toBe(402);
    await refusedWith(customer, "spend_cap_reached");
  });

  test("of ₹40,000 on a UPI mandate is billed early, and never asked for in one debit", async () => {
    const customer = await shop.customer();
    await subscribed(customer, await shop.plan(PLAN));
    await mandated(customer);
    let spent = 0;
    for (let day = 0; day < 25 && spent < 40_000_000_000; day++) {
      await customer.spend(4_000_000_000);
      await shop.pass(DAY);
      spent = (await invoices(customer))
        .filter(({ kind }) => kind === "overage")
        .reduce((sum, { taxable_paise }) => sum + taxable_paise * 10_000, 0);
    }
    await shop.pass(40 * DAY);
    const usage = (await invoices(customer)).filter(({ kind }) => kind === "overage");
    expect(usage.length).toBeGreaterThan(2);
    expect(usage.every(({ status, total_paise }) => status === "paid" && total_paise <= 1_500_000)).toBe(true);
    const refused = shop.account.books
      .payments()
      .filter(({ error_reason }) => error_reason === "per_transaction_limit_exceeded");
    expect(refused).toEqual([]);
    await shop.balanced();
  });
});

test("every statement closes at what is open, and what the journal says stands at Razorpay is what Razorpay's books say", async () => {
  const { data } = await shop.admin<{ data: { id: string }[] }>("GET", "tenants?limit=1000");
  for (const { id } of data) {
    const { closing_micros } = await shop.admin<{ closing_micros: number }>("GET", `tenants/${id}/statement`);
    const { data: open } = await shop.admin<{ data: { open_paise: number }[] }>(
      "GET",
      `invoices?open=true&tenant_id=${id}`,
    );
    expect(closing_micros).toBe(open.reduce((sum, { open_paise }) => sum + open_paise * 10_000, 0));
  }
  // The rupee that a mandate was registered with went back.
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = shop.account.books.totals();
  expect(await shop.standing("collector")).toBe(
    (captured_paise - refunded_paise - deducted_paise - fees_paise) * 10_000,
  );
  expect(await shop.standing("unapplied")).toBe(0);
});
