import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../shop.ts";
import {
  approve,
  billing,
  change,
  invoices,
  remote,
  type Shown,
  type ShownInvoice,
  shown,
  subscriber,
} from "./subscriber.ts";

let shop: Shop;
let small: string;
let large: string;
beforeAll(async () => {
  shop = await openShop();
  small = await shop.plan({ price_paise: 100_000, included_micros: 800_000_000 });
  large = await shop.plan({ price_paise: 300_000, included_micros: 3_000_000_000 });
});
afterAll(() => shop.close());

interface Preview {
  readonly pay_now_paise: number;
  readonly pay_each_cycle_paise: number;
  readonly starts_at: string | null;
  readonly needs_approval: boolean;
  readonly credit: { days: number; days_left: number; gross_paise: number; credit_micros: number } | null;
}

describe("a change of plan now", () => {
  test("says first what it costs and credits, then does exactly that, once the new one is approved", async () => {
    const customer = await subscriber(shop, small);
    const old = await shown(customer);
    await shop.pass(10 * DAY);
    const asked = { plan_id: large, when: "now" };
    const preview = await customer.api<Preview>("POST", "billing/subscription/change", { ...asked, preview: true });
    expect(preview).toMatchObject({ pay_now_paise: 354_000, needs_approval: true, starts_at: null });
    const { days = 0, days_left = 0, gross_paise = 0, credit_micros = 0 } = preview.credit ?? {};
    expect(days_left).toBeGreaterThan(15);
    expect(gross_paise).toBe(Math.floor((118_000 * days_left) / days));
    expect((await shown(customer)).next).toBeNull();

    const made = await customer.api<Shown>("POST", "billing/subscription/change", asked);
    expect(await shown(customer)).toMatchObject({ plan_id: small, next: { id: made.id, status: "created" } });
    expect(await approve(shop, customer, made.razorpay_subscription_id)).toMatchObject({ status: "active" });
    await shop.pass(HOUR);
    expect(await shown(customer)).toMatchObject({ id: made.id, plan_id: large, next: null });
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    const after = await billing(customer);
    expect(after.plan?.id).toBe(large);
    expect(after.grants).toMatchObject([
      { kind: "included", amount_micros: 3_000_000_000 },
      { kind: "prepaid", amount_micros: credit_micros },
    ]);
    const all = await invoices(customer);
    expect(all.filter(({ kind }) => kind === "base")).toMatchObject([
      { total_paise: 118_000, credited_paise: gross_paise },
      { total_paise: 354_000, credited_paise: 0, status: "paid" },
    ]);
    expect(all.filter(({ kind }) => kind === "topup")).toMatchObject([
      { total_paise: gross_paise, taxable_paise: credit_micros / 10_000, status: "paid" },
    ]);
    expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
    await shop.balanced();
  });

  test("credits nothing for days whose included spend is used up, and no more than the days that are left", async () => {
    const customer = await subscriber(shop, small);
    await customer.spend(790_000_000);
    const { credit } = await customer.api<Preview>("POST", "billing/subscription/change", {
      ...{ plan_id: large, when: "now", preview: true },
    });
    expect(credit?.gross_paise).toBeLessThan(118_000 / 50);
  });

  test("credits once, however often and by whom it is completed, and the old payment cannot be refunded for it again", async () => {
    const customer = await subscriber(shop, large);
    await shop.pass(5 * DAY);
    const made = await change(customer, small, "now");
    const answer = await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "upi" });
    await Promise.all([
      ...[1, 2, 3].map(() => customer.api("POST", "billing/subscription/verify", answer)),
      shop.pass(0),
    ]);
    await shop.pass(HOUR);
    const [base] = await invoices(customer);
    expect((await billing(customer)).grants.filter(({ kind }) => kind === "prepaid")).toHaveLength(1);
    const payment_id = shop.account.books
      .invoices()
      .findLast(({ amount, payment_id }) => amount === base?.total_paise && payment_id !== null)?.payment_id;
    const whole = { payment_id, amount_paise: base?.total_paise, reason: "once more" };
    await expect(shop.admin("POST", "refunds", whole)).rejects.toThrow(/between 100 and/);
    await shop.balanced();
  });

  test("that is never approved leaves the old one as it was", async () => {
    const customer = await subscriber(shop, small);
    const before = await shown(customer);
    const { razorpay_subscription_id } = await change(customer, large, "now");
    await shop.pass(9 * DAY);
    expect(await shown(customer)).toMatchObject({ id: before.id, status: "active", next: null });
    expect(remote(shop, razorpay_subscription_id).status).toBe("expired");
    await shop.pass(25 * DAY);
    expect(await invoices(customer)).toMatchObject([{ total_paise: 118_000 }, { total_paise: 118_000 }]);
  });

  test("survives a Razorpay that does not answer: the old one is ended later, and credited once", async () => {
    const customer = await subscriber(shop, small);
    const old = await shown(customer);
    const made = await change(customer, large, "now");
    shop.account.faults.impose({ method: "POST", path: /\/cancel$/, fault: "drop", times: 2 });
    await approve(shop, customer, made.razorpay_subscription_id);
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("active");
    for (let hour = 0; hour < 3; hour++) await shop.pass(HOUR);
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    expect((await billing(customer)).grants.filter(({ kind }) => kind === "prepaid")).toHaveLength(1);
    await shop.balanced();
  });

  test("to a plan that is paid in advance needs no approval", async () => {
    const prepaid = await shop.plan({ price_paise: 0, collection: "prepaid", included_micros: 0 });
    const customer = await subscriber(shop, small);
    const old = await shown(customer);
    await shop.pass(DAY);
    expect(await change(customer, prepaid, "now")).toMatchObject({ status: "active", collection: "prepaid" });
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    expect(await billing(customer)).toMatchObject({ plan: { id: prepaid }, grants: [{ kind: "prepaid" }] });
    await shop.balanced();
  });

  test("while it is tried is charged at once, and ends the trial", async () => {
    const tried = await shop.plan({ price_paise: 100_000, trial: { days: 14, included_micros: 100_000_000 } });
    const customer = await subscriber(shop, tried);
    const old = await shown(customer);
    expect(old).toMatchObject({ status: "authenticated" });
    expect(old.possible).not.toContain("change_at_cycle_end");
    const refused = await customer.try("POST", "billing/subscription/change", { plan_id: large, when: "cycle_end" });
    expect(refused).toMatchObject({ status: 409 });
    const made = await change(customer, large, "now");
    await approve(shop, customer, made.razorpay_subscription_id);
    await shop.pass(HOUR);
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    expect(await invoices(customer)).toMatchObject([{ kind: "base", total_paise: 354_000 }]);
    expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 3_000_000_000 }]);
  });
});

describe("a change of plan at the cycle's end", () => {
  test("waits for it: both plans are charged for their own cycles only, and nothing is credited", async () => {
    const customer = await subscriber(shop, large);
    const old = await shown(customer);
    const made = await change(customer, small, "cycle_end");
    await approve(shop, customer, made.razorpay_subscription_id);
    await shop.pass(HOUR);
    expect(await shown(customer)).toMatchObject({
      ...{ id: old.id, status: "active", cancel_at_cycle_end: true },
      next: { id: made.id, status: "authenticated", plan_id: small },
    });
    expect((await billing(customer)).plan?.id).toBe(large);
    const end = Date.parse(old.current_end!);
    await shop.pass(end - shop.clock.now() + 2 * HOUR);
    expect(await shown(customer)).toMatchObject({ id: made.id, status: "active", plan_id: small, next: null });
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 800_000_000 }]);
    expect(await invoices(customer)).toMatchObject([
      { kind: "base", total_paise: 354_000, credited_paise: 0 },
      { kind: "base", total_paise: 118_000, credited_paise: 0 },
    ]);
    await shop.balanced();
  });

  test("is closed 48 hours before, and says when it is possible again", async () => {
    const customer = await subscriber(shop, small);
    const end = Date.parse((await shown(customer)).current_end!);
    await shop.pass(end - shop.clock.now() - 47 * HOUR);
    const refused = await customer.try("POST", "billing/subscription/change", { plan_id: large, when: "cycle_end" });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { details: { cycle_end: new Date(end).toISOString() } } },
    });
    expect((await shown(customer)).next).toBeNull();
  });

  test("asked for twice is the same one, and another plan takes its place until one is approved", async () => {
    const third = await shop.plan({ price_paise: 200_000 });
    const customer = await subscriber(shop, small);
    const first = await change(customer, large, "cycle_end");
    const again = await change(customer, large, "cycle_end");
    expect(again.razorpay_subscription_id).toBe(first.razorpay_subscription_id);
    const other = await change(customer, third, "cycle_end");
    expect(remote(shop, first.razorpay_subscription_id).status).toBe("cancelled");
    await approve(shop, customer, other.razorpay_subscription_id);
    await shop.pass(HOUR);
    // Changed once more before it has begun: what was approved gives way, and had charged nothing.
    const last = await change(customer, large, "cycle_end");
    await approve(shop, customer, last.razorpay_subscription_id);
    await shop.pass(HOUR);
    expect(remote(shop, other.razorpay_subscription_id).status).toBe("cancelled");
    await shop.pass(33 * DAY);
    expect(await shown(customer)).toMatchObject({ plan_id: large, status: "active", next: null });
    expect(await invoices(customer)).toMatchObject([{ total_paise: 118_000 }, { total_paise: 354_000 }]);
    await shop.balanced();
  });

  test("ends with the subscription when that is cancelled before", async () => {
    const customer = await subscriber(shop, small);
    const made = await change(customer, large, "cycle_end");
    await approve(shop, customer, made.razorpay_subscription_id);
    await shop.pass(HOUR);
    await customer.api("POST", "billing/subscription/cancel", { at: "cycle_end" });
    expect(remote(shop, made.razorpay_subscription_id).status).toBe("cancelled");
    await shop.pass(33 * DAY);
    expect((await customer.try("GET", "billing/subscription")).status).toBe(404);
    expect(await invoices(customer)).toHaveLength(1);
  });
});

describe("a change between ways of paying", () => {
  const MANDATE = { price_paise: 50_000, collection: "mandate", included_micros: 300_000_000 };
  const mandated = async (customer: Customer) => {
    const asked = { max_amount_paise: 1_000_000, method: "upi" };
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", asked);
    const answer = await shop.account.person.pay(order_id, { method: "upi" });
    await customer.api("POST", "billing/mandate/verify", answer);
  };

  test("to a plan that is paid by a mandate needs no approval where there is one", async () => {
    const plan_id = await shop.plan(MANDATE);
    const customer = await subscriber(shop, small);
    const old = await shown(customer);
    await mandated(customer);
    await shop.pass(DAY);
    const preview = { plan_id, when: "now", preview: true };
    expect(await customer.api("POST", "billing/subscription/change", preview)).toMatchObject({
      ...{ needs_approval: false, approve_by: null, pay_now_paise: 59_000, pay_by: "mandate" },
    });
    expect(await change(customer, plan_id, "now")).toMatchObject({ status: "active", collection: "mandate" });
    expect(remote(shop, old.razorpay_subscription_id).status).toBe("cancelled");
    expect((await billing(customer)).plan?.id).toBe(plan_id);
    await shop.balanced();
  });

  test("bills the base that still waited for the usage before it, and credits its unused days", async () => {
    const overage = { enabled: true, cap_micros: 9_000_000_000 };
    const [plan_id, other] = [await shop.plan({ ...MANDATE, overage }), await shop.plan({ ...MANDATE, overage })];
    const customer = await shop.customer();
    await customer.api("POST", "billing/subscription", { plan_id });
    await mandated(customer);
    await shop.pass(DAY);
    expect(await customer.spend(400_000_000)).toBe(200);
    const { cycle } = await customer.api<{ cycle: { end: string } }>("GET", "billing");
    // The cycle turns, and nobody has billed anything of it yet.
    shop.clock.advance(Date.parse(cycle.end) - shop.clock.now() + HOUR);
    expect((await billing(customer)).grants[0]).toMatchObject({ kind: "included", used_micros: 0 });
    expect(await invoices(customer)).toHaveLength(1);
    const { credit } = await customer.api<Preview>("POST", "billing/subscription/change", {
      ...{ plan_id: other, when: "now", preview: true },
    });
    expect(await change(customer, other, "now")).toMatchObject({ status: "active" });
    const [, left] = await invoices(customer);
    expect(left).toMatchObject({ kind: "combined", taxable_paise: 50_000, total_paise: 59_000 });
    expect(left!.credited_paise).toBeGreaterThan(50_000);
    expect(credit).toBeNull();

    await shop.pass(10 * DAY);
    const debited = (of: ShownInvoice) =>
      shop.account.books.payments().filter(({ notes, status }) => notes.invoice === of.number && status === "captured");
    const [first, , next] = await invoices(customer);
    expect(debited(left!)).toMatchObject([{ amount: left!.total_paise - left!.credited_paise }]);
    expect(next).toMatchObject({ kind: "combined", status: "paid" });
    expect(debited(next!)).toMatchObject([{ amount: next!.total_paise }]);
    expect(first).toMatchObject({ status: "paid", credited_paise: 0 });
    expect(await shown(customer)).toMatchObject({ plan_id: other, next: null });
    await shop.balanced();
  });

  test("or a cancellation, at once, leaves no base of a cycle that has begun unbilled", async () => {
    const plan_id = await shop.plan(MANDATE);
    const customer = await shop.customer();
    await customer.api("POST", "billing/subscription", { plan_id });
    await mandated(customer);
    await shop.pass(DAY);
    const { cycle } = await customer.api<{ cycle: { end: string } }>("GET", "billing");
    shop.clock.advance(Date.parse(cycle.end) - shop.clock.now() + HOUR);
    expect((await billing(customer)).grants[0]).toMatchObject({ kind: "included", used_micros: 0 });
    await customer.api("POST", "billing/subscription/cancel", { at: "now" });
    await shop.pass(5 * DAY);
    expect(await invoices(customer)).toMatchObject([
      { kind: "combined", total_paise: 59_000, credited_paise: 0, status: "paid" },
      { kind: "combined", total_paise: 59_000, credited_paise: 0, status: "paid" },
    ]);
    await shop.balanced();
  });

  test("waits for the mandate where there is none, and the old one stays until then", async () => {
    const plan_id = await shop.plan(MANDATE);
    const customer = await subscriber(shop, small);
    expect(await change(customer, plan_id, "now")).toMatchObject({ status: "created" });
    await shop.pass(HOUR);
    expect(await shown(customer)).toMatchObject({ plan_id: small, status: "active", next: { plan_id } });
    await mandated(customer);
    await shop.pass(HOUR);
    expect(await shown(customer)).toMatchObject({ plan_id, status: "active", next: null });
    await shop.balanced();
  });

  test("at the cycle's end goes from a mandate to a subscription, and back", async () => {
    const plan_id = await shop.plan(MANDATE);
    const customer = await shop.customer();
    await customer.api("POST", "billing/subscription", { plan_id });
    await mandated(customer);
    await shop.pass(DAY);
    const made = await change(customer, large, "cycle_end");
    await approve(shop, customer, made.razorpay_subscription_id);
    await shop.pass(HOUR);
    expect(await shown(customer)).toMatchObject({ plan_id, next: { plan_id: large, status: "authenticated" } });
    await shop.pass(32 * DAY);
    expect(await shown(customer)).toMatchObject({ plan_id: large, status: "active", next: null });
    expect(await change(customer, plan_id, "cycle_end")).toMatchObject({ status: "authenticated" });
    await shop.pass(33 * DAY);
    expect(await shown(customer)).toMatchObject({ plan_id, status: "active", next: null });
    expect(remote(shop, made.razorpay_subscription_id).status).toBe("cancelled");
    await shop.balanced();
  });
});

test("to the plan that one has, to none, or in another currency, a change is refused", async () => {
  const customer = await subscriber(shop, small);
  const dollars = await shop.plan({ price_paise: 100_000, currency: "USD" });
  const attempt = (body: Record<string, unknown>) => customer.try("POST", "billing/subscription/change", body);
  expect((await attempt({ plan_id: small, when: "now" })).status).toBe(409);
  expect((await attempt({ plan_id: small, when: "cycle_end" })).status).toBe(409);
  expect((await attempt({ plan_id: "pln_none", when: "now" })).status).toBe(404);
  expect((await attempt({ plan_id: dollars, when: "now" })).status).toBe(400);
  expect((await attempt({ plan_id: large, when: "tomorrow" })).status).toBe(400);
  const nobody = await shop.customer();
  expect((await nobody.try("POST", "billing/subscription/change", { plan_id: large })).status).toBe(404);
});
