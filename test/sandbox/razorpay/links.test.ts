import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { fixture } from "./shape.ts";
import { KEY, openSimulated, type Simulated, type Wire } from "./simulator.ts";
import { aSubscription, made, seconds, seen } from "./stories.ts";

/** Payment links, Razorpay's own invoices, and links to register a mandate by. */

let world: Simulated;
beforeEach(async () => {
  world = await openSimulated();
});
afterEach(() => world.close());

const ERRORS = fixture("examples/errors.json") as Record<string, { body: unknown }>;
const LINK = { amount: 50_000, currency: "INR", description: "Usage", reference_id: "INV-1" };
const link = (fields: Wire = {}) => made(world, "/payment_links", { ...LINK, ...fields });
const linkNow = (id: string) => seen(world, `/payment_links/${id}`);
const later = (ms: number) => seconds(world.clock.now() + ms);

describe("a payment link", () => {
  test("has a reference that no other has, and is found by it", async () => {
    const { id } = await link();
    const again = await world.call("POST", "/payment_links", LINK);
    expect(again).toEqual({ status: 400, body: ERRORS.plink_duplicate_ref_400!.body });
    await link({ reference_id: "INV-2" });
    await link({ reference_id: undefined });
    await link({ reference_id: undefined });
    expect(await seen(world, "/payment_links?reference_id=INV-1")).toMatchObject({ payment_links: [{ id }] });
    const listed = (await seen(world, "/payment_links")).payment_links as unknown[];
    expect(listed).toHaveLength(4);
    expect((await world.call("POST", "/payment_links", { ...LINK, reference_id: "x".repeat(41) })).status).toBe(400);
  });

  test("is paid once, by its own order", async () => {
    const { id } = await link();
    expect(await linkNow(id)).toMatchObject({ status: "created", payments: null, cancelled_at: 0, expired_at: 0 });
    await expect(world.account.person.payLink(id, { method: "upi", fail: "insufficient_funds" })).rejects.toThrow();
    const { razorpay_payment_id } = await world.account.person.payLink(id, { method: "upi" });
    const paid = await linkNow(id);
    expect(paid).toMatchObject({
      status: "paid",
      amount_paid: 50_000,
      payments: [{ payment_id: razorpay_payment_id }],
    });
    expect(await seen(world, `/orders/${paid.order_id}`)).toMatchObject({ status: "paid", receipt: "INV-1" });
    await expect(world.account.person.payLink(id, { method: "upi" })).rejects.toThrow(/is paid/);
    await world.server.run();
    expect(world.heard()).toEqual([
      ...["payment.failed", "payment.authorized", "payment.captured", "order.paid", "payment_link.paid"],
    ]);
    const found = (await seen(world, `/payment_links?payment_id=${razorpay_payment_id}`)).payment_links as unknown[];
    expect(found).toHaveLength(1);
  });

  test("is paid in parts where it allows that", async () => {
    const { id } = await link({ accept_partial: true, first_min_partial_amount: 10_000 });
    await world.account.person.payLink(id, { method: "upi", amountPaise: 20_000 });
    expect(await linkNow(id)).toMatchObject({ status: "partially_paid", amount_paid: 20_000 });
    await world.account.person.payLink(id, { method: "card_domestic" });
    expect(await linkNow(id)).toMatchObject({ status: "paid", amount_paid: 50_000 });
    expect(((await linkNow(id)).payments as unknown[]).length).toBe(2);
    await world.server.run();
    expect(world.heard().filter((type) => type.startsWith("payment_link"))).toEqual([
      ...["payment_link.partially_paid", "payment_link.paid"],
    ]);
    const whole = await link({ reference_id: "INV-2" });
    const part = { method: "upi", amountPaise: 20_000 } as const;
    await expect(world.account.person.payLink(whole.id, part)).rejects.toThrow(/different from the amount due/);
  });

  test("is cancelled while nobody paid it", async () => {
    const { id } = await link();
    expect(await world.sdk.paymentLink.cancel(id)).toMatchObject({ status: "cancelled" });
    expect((await world.call("POST", `/payment_links/${id}/cancel`)).status).toBe(400);
    await expect(world.account.person.payLink(id, { method: "upi" })).rejects.toThrow(/cancelled/);
    await world.server.run();
    expect(world.heard()).toEqual(["payment_link.cancelled"]);
  });

  test("expires when its time has come, which may be put off", async () => {
    expect((await world.call("POST", "/payment_links", { ...LINK, expire_by: later(60_000) })).status).toBe(400);
    const { id } = await link({ expire_by: later(HOUR) });
    const lasting = await link({ reference_id: "INV-2", expire_by: later(HOUR) });
    await world.call("PATCH", `/payment_links/${lasting.id}`, { expire_by: later(DAY), notes: { a: "b" } });
    await world.pass(2 * HOUR);
    expect([(await linkNow(id)).status, (await linkNow(lasting.id)).status]).toEqual(["expired", "created"]);
    expect(world.heard()).toEqual(["payment_link.expired"]);
    await world.pass(DAY);
    expect((await linkNow(lasting.id)).status).toBe("expired");
    expect((await world.call("PATCH", `/payment_links/${id}`, { notes: {} })).status).toBe(400);
  });

  test("keeps its reference its own when it is changed", async () => {
    await link();
    const { id } = await link({ reference_id: "INV-2" });
    expect((await world.call("PATCH", `/payment_links/${id}`, { reference_id: "INV-1" })).status).toBe(400);
    expect((await world.call("PATCH", `/payment_links/${id}`, { amount: 1 })).status).toBe(400);
    expect(await world.sdk.paymentLink.edit(id, { reference_id: "INV-3" })).toMatchObject({ reference_id: "INV-3" });
  });
});

describe("an invoice of Razorpay's", () => {
  const BILL = {
    ...{ type: "invoice", customer: { email: "pay@example.com", contact: "+919800000000" }, receipt: "R1" },
    line_items: [{ name: "Usage", amount: 30_000, quantity: 2 }],
  };

  test("is a draft, then issued and paid", async () => {
    const draft = await made(world, "/invoices", { ...BILL, draft: "1" });
    expect(draft).toMatchObject({
      status: "draft",
      amount: 60_000,
      order_id: null,
      short_url: null,
      invoice_number: "R1",
    });
    await expect(world.account.person.payInvoice(draft.id, { method: "upi" })).rejects.toThrow(/draft/);
    const issued = await world.sdk.invoices.issue(draft.id);
    expect(issued).toMatchObject({ status: "issued", amount_due: 60_000 });
    expect((await world.call("POST", `/invoices/${draft.id}/issue`)).status).toBe(400);
    await world.account.person.payInvoice(draft.id, { method: "netbanking" });
    expect(await world.sdk.invoices.fetch(draft.id)).toMatchObject({ status: "paid", amount_due: 0, tax_amount: 0 });
    await world.server.run();
    expect(world.heard()).toContain("invoice.paid");
  });

  test("is paid in parts, cancelled, or expires", async () => {
    const parts = await made(world, "/invoices", { ...BILL, partial_payment: true });
    await world.account.person.payInvoice(parts.id, { method: "upi", amountPaise: 20_000 });
    expect(await seen(world, `/invoices/${parts.id}`)).toMatchObject({ status: "partially_paid", amount_due: 40_000 });
    expect((await world.call("POST", `/invoices/${parts.id}/cancel`)).status).toBe(400);
    const { id } = await made(world, "/invoices", BILL);
    expect(await world.sdk.invoices.cancel(id)).toMatchObject({ status: "cancelled" });
    const late = await made(world, "/invoices", { ...BILL, expire_by: later(HOUR) });
    await world.pass(2 * HOUR);
    expect((await seen(world, `/invoices/${late.id}`)).status).toBe("expired");
    expect(world.heard().filter((type) => type.startsWith("invoice"))).toEqual([
      "invoice.partially_paid",
      "invoice.expired",
    ]);
    expect(await seen(world, "/invoices?receipt=R1")).toMatchObject({ count: 3 });
  });

  test("has lines, within ₹5,00,000, and no fields that nobody knows", async () => {
    const status = async (fields: Wire) => (await world.call("POST", "/invoices", { ...BILL, ...fields })).status;
    expect(await status({ line_items: [] })).toBe(400);
    expect(await status({ line_items: [{ name: "Much", amount: 50_000_001 }] })).toBe(400);
    expect(await status({ gst: true })).toBe(400);
    expect(await status({ expire_by: later(60_000) })).toBe(400);
  });

  test("of a subscription's cycle has no number and no tax, and is paid on its page when the subscription is halted", async () => {
    const id = await aSubscription(world);
    world.account.outcomes(
      id,
      Array.from({ length: 4 }, () => "insufficient_funds"),
    );
    for (let day = 0; day < 36; day++) await world.pass(DAY);
    expect((await seen(world, `/subscriptions/${id}`)).status).toBe("halted");
    const [open] = (await seen(world, `/invoices?subscription_id=${id}`)).items as Wire[];
    expect(open).toMatchObject({ status: "issued", receipt: null, invoice_number: null, tax_amount: 0 });
    world.heard();
    await world.account.person.payInvoice(String(open!.id), { method: "upi" });
    await world.server.run();
    expect((await seen(world, `/subscriptions/${id}`)).status).toBe("active");
    expect(world.heard()).toEqual(expect.arrayContaining(["subscription.charged", "subscription.activated"]));
  });
});

describe("a registration link", () => {
  const REGISTRATION = {
    ...{ customer: { name: "A", email: "pay@example.com", contact: "+919800000000" }, type: "link", amount: 100 },
    ...{ currency: "INR", description: "Approve", receipt: "reg-1", notes: { tenant: "t1" } },
    subscription_registration: { method: "upi", max_amount: 1_500_000, frequency: "as_presented" },
  };

  test("looks like an invoice, and registers a mandate when it is paid", async () => {
    const made_ = await made(world, "/subscription_registration/auth_links", REGISTRATION);
    expect(made_).toMatchObject({
      entity: "invoice",
      type: "link",
      status: "issued",
      short_url: expect.stringContaining("/i/"),
    });
    await world.account.person.payInvoice(made_.id, { method: "upi" });
    await world.server.run();
    expect(world.heard()).toEqual(expect.arrayContaining(["token.confirmed", "invoice.paid"]));
    const { items } = await seen(world, `/customers/${made_.customer_id}/tokens`);
    expect(items).toMatchObject([{ recurring_details: { status: "confirmed" }, max_amount: 1_500_000 }]);
  });

  test("is bound like a mandate's order, and missing where Recurring Payments are not activated", async () => {
    const path = "/subscription_registration/auth_links";
    const over = { ...REGISTRATION, subscription_registration: { method: "card", max_amount: 1_500_001 } };
    expect((await world.call("POST", path, over)).status).toBe(400);
    expect((await world.call("POST", path, { ...REGISTRATION, type: "invoice" })).status).toBe(400);
    world.account.knobs.recurring = false;
    expect((await world.call("POST", path, REGISTRATION)).body).toEqual(ERRORS.feature_or_route_missing_400!.body);
  });
});

describe("hosted pages", () => {
  const page = async (path: string, form?: Record<string, string>) => {
    const answer = await fetch(new URL(path, world.server.url), {
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
      redirect: "manual",
    });
    return { status: answer.status, text: await answer.text(), location: answer.headers.get("location") };
  };

  test("show what is to be paid, take the payment, and say how it failed", async () => {
    const { id, short_url } = await link();
    expect((await page(String(short_url))).text).toContain("₹500.00");
    const failed = await page(`/l/${id}`, { method: "upi", fail: "insufficient_funds" });
    expect([failed.status, failed.text.includes("insufficient_funds")]).toEqual([400, true]);
    expect((await page(`/l/${id}`, { method: "netbanking", fail: "" })).text).toContain("Payment successful");
    expect((await linkNow(id)).status).toBe("paid");
    expect((await page(`/l/${id}`)).text).not.toContain("<form");
  });

  test("send whoever paid back, with a signature of what was paid", async () => {
    const { id } = await link({ callback_url: "https://gw.example/back?from=link", callback_method: "get" });
    const { status, location } = await page(`/l/${id}`, { method: "upi", fail: "" });
    const said = new URL(location!).searchParams;
    expect([status, said.get("from"), said.get("razorpay_payment_link_status")]).toEqual([303, "link", "paid"]);
    const message = [id, "INV-1", "paid", said.get("razorpay_payment_id")].join("|");
    expect(said.get("razorpay_signature")).toBe(createHmac("sha256", KEY.key_secret).update(message).digest("hex"));
  });

  test("are for subscriptions, invoices and orders, too; nothing else is there", async () => {
    const subscription = await aSubscription(world, null);
    expect((await page(`/i/${subscription}`)).text).toContain("Approve the subscription");
    await page(`/i/${subscription}`, { method: "card_domestic", fail: "" });
    expect((await page(`/i/${subscription}`)).text).toContain("Change the payment method");
    const order = await made(world, "/orders", { amount: 10_000 });
    const answer = await page(`/checkout/${order.id}`, { method: "upi", fail: "" });
    expect(JSON.parse(answer.text)).toMatchObject({ razorpay_order_id: order.id });
    expect((await page("/i/sub_nobody")).status).toBe(404);
    expect((await page("/v1/checkout.js")).text).toContain("globalThis.Razorpay");
  });
});
