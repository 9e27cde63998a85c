import { eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BillingParts } from "../../src/billing/parts.ts";
import { applyPayment } from "../../src/billing/payments/apply.ts";
import { applyDispute } from "../../src/billing/payments/dispute.ts";
import { applyRefund } from "../../src/billing/payments/refund.ts";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import type { Razorpay } from "../../src/billing/razorpay/port.ts";
import { syncSubscription } from "../../src/billing/subscriptions/sync.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import { payments } from "../../src/db/schema.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { RAZORPAY, ROOT_SECRET } from "../support/secrets.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

/** An answer of Razorpay's that is long on its way, while another node has asked again and written down what is so now. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  shop.account.webhook(null);
});
afterAll(() => shop.close());

type Fetch = "fetchPayment" | "fetchDispute" | "fetchSubscription" | "fetchRefund";

/** Another node, on which this one answer is there and not taken up until `between` is done. */
async function late(fetch: Fetch, work: (parts: BillingParts) => Promise<unknown>, between: () => Promise<unknown>) {
  const { db, clock, razorpay } = shop;
  const collectors = openCollectors({
    ...{ db, clock, secrets: secretsFrom(ROOT_SECRET), base_url: razorpay.url },
    operator: { ...RAZORPAY, webhook_secrets: [] },
  });
  const port = await collectors.of("operator");
  const slow = {
    ...port,
    async [fetch](id: string) {
      const answer = await port[fetch](id);
      await between();
      return answer;
    },
  } as Razorpay;
  const log = pino({ level: "silent" });
  await work({
    db,
    clock,
    log,
    catalogs: openCatalog({ db, clock }),
    collectors: { ...collectors, of: async () => slow },
  });
}

const ordered = async (customer: Customer) =>
  (await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 100_000_000 })).order_id;
const credit = async (customer: Customer) =>
  (await customer.api<{ grants: { amount_micros: number }[] }>("GET", "billing")).grants.map(
    ({ amount_micros }) => amount_micros,
  );
const paymentOf = async (id: string) => (await shop.db.read.select().from(payments).where(eq(payments.id, id)))[0]!;

describe("an answer that comes late", () => {
  test("of a dispute does not let a lost one take the money a second time", async () => {
    const customer = await shop.customer();
    const [first, second] = [await ordered(customer), await ordered(customer)];
    const { razorpay_payment_id: id } = await shop.account.person.pay(first, { method: "card_domestic" });
    await shop.account.person.pay(second, { method: "card_domestic" });
    await shop.pass(HOUR);
    const dispute = await shop.account.dashboard.dispute(id, { amountPaise: 1_180 });
    await late(
      "fetchDispute",
      (parts) => applyDispute(parts, "operator", dispute.id),
      async () => {
        await shop.account.dashboard.resolveDispute(dispute.id, "lost");
        await shop.pass(DAY + HOUR);
      },
    );
    await shop.pass(DAY + HOUR);
    expect(await credit(customer)).toEqual([90_000_000, 100_000_000]);
    expect((await paymentOf(id)).deducted_paise).toBe(1_180);
    await shop.balanced();
  });

  test("of a payment does not undo what is known of its capture", async () => {
    const customer = await shop.customer();
    const order_id = await ordered(customer);
    await expect(shop.account.person.pay(order_id, { method: "upi", fail: "payment_timed_out" })).rejects.toThrow();
    const { id } = shop.account.books.payments().find((payment) => payment.order_id === order_id)!;
    await late(
      "fetchPayment",
      (parts) => applyPayment(parts, "operator", id),
      async () => {
        await shop.account.dashboard.lateCapture(id);
        await shop.pass(HOUR);
      },
    );
    const { status, fee_paise } = await paymentOf(id);
    expect({ status, fee: fee_paise > 0 }).toEqual({ status: "captured", fee: true });
    await shop.balanced();
  });

  test("of a refund that has failed since does not let its money come back twice", async () => {
    const customer = await shop.customer();
    const { razorpay_payment_id } = await shop.account.person.pay(await ordered(customer), { method: "card_domestic" });
    await shop.pass(HOUR);
    shop.account.knobs.failRefunds = 1;
    const { id } = await shop.account.dashboard.refund(razorpay_payment_id, 1_180);
    const told = (between: () => Promise<unknown>) =>
      late("fetchRefund", (parts) => applyRefund(parts, "operator", id), between);
    await told(async () => {
      await shop.pass(2 * HOUR);
      await told(async () => {});
    });
    await told(async () => {});
    expect(await paymentOf(razorpay_payment_id)).toMatchObject({ refunded_paise: 0, unapplied_paise: 1_180 });
    await shop.balanced();
  });

  test("of a subscription does not bring back one that has ended", async () => {
    const plan_id = await shop.plan({ price_paise: 50_000, included_micros: 1_000_000, collection: "subscription" });
    const customer = await shop.customer();
    const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
      ...(["POST", "billing/subscription", { plan_id }] as const),
    );
    const answer = await shop.account.person.authenticate(id, { method: "card_domestic" });
    await customer.api("POST", "billing/subscription/verify", answer);
    await late(
      "fetchSubscription",
      (parts) => syncSubscription(parts, "operator", id, "poll"),
      () => customer.api("POST", "billing/subscription/cancel", { at: "now" }),
    );
    expect(await customer.try("GET", "billing/subscription")).toMatchObject({ status: 404 });
  });
});

describe("an authorisation that nobody captured", () => {
  test("buys nothing when Razorpay has let it go, and the payment that was captured buys it", async () => {
    const customer = await shop.customer();
    const order_id = await ordered(customer);
    const order = shop.account.books.orders().find(({ id }) => id === order_id)!;
    Object.assign(order, { manual: true });
    const { razorpay_payment_id: id } = await shop.account.person.pay(order_id, { method: "card_domestic" });
    await shop.pass(6 * DAY);
    expect(shop.account.books.payments().find((payment) => payment.id === id)).toMatchObject({
      ...{ status: "refunded", captured: false },
    });
    expect(await credit(customer)).toEqual([]);
    expect(await customer.api("GET", "billing/invoices")).toMatchObject({ data: [] });
    Object.assign(order, { manual: false });
    await shop.account.person.pay(order_id, { method: "card_domestic" });
    await shop.pass(DAY);
    expect(await credit(customer)).toEqual([100_000_000]);
    await shop.balanced();
  });
});
