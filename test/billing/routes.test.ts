import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRecentAudit } from "../../src/db/audit.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { everything, withoutAuditLog } from "../support/audit-log.ts";
import { ADMIN_TOKEN } from "../support/world.ts";
import { type Customer, openShop, PROFILE, SELLER, type Shop } from "./shop.ts";

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({ price_paise: 50_000, overage: { enabled: true, cap_micros: 90_000_000_000 } });
});
afterAll(() => shop.close());

async function attempt(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: { error?: { message: string } } }> {
  const answer = await fetch(`${shop.url}/api/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly total_paise: number;
  readonly open_paise: number;
  readonly status: string;
}

/** A customer with an invoice for overage that is open. */
async function owing(): Promise<{ customer: Customer; invoice: Invoice }> {
  const customer = await shop.customer();
  const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
  await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  await customer.spend(200_000_000);
  await shop.pass(32 * DAY);
  const { data } = await customer.api<{ data: (Invoice & { kind: string })[] }>("GET", "billing/invoices");
  const invoice = data.find(({ kind }) => kind === "overage");
  return { customer, invoice: invoice! };
}

const facts = (status: string) => expect.objectContaining({ status });

test("what an administrator does to a customer's billing is written down: who, from where, before and after", async () => {
  const customer = await shop.customer({ profile: false });
  const larger = await shop.plan({ price_paise: 70_000 });
  const since = shop.clock.wall() + 1;
  await expect.poll(() => shop.clock.wall()).toBeGreaterThan(since);
  await shop.admin("PUT", "sellers/operator", SELLER);
  await shop.admin("PUT", `tenants/${customer.id}/billing_profile`, PROFILE);
  const { razorpay_subscription_id } = await shop.admin<{ razorpay_subscription_id: string }>(
    "POST",
    `tenants/${customer.id}/subscription`,
    { plan_id },
  );
  await shop.account.person.authenticate(razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  await shop.admin("POST", `tenants/${customer.id}/subscription/pause`, {});
  await shop.admin("POST", `tenants/${customer.id}/subscription/resume`, {});
  await shop.admin("POST", `tenants/${customer.id}/subscription/change`, { plan_id: larger });
  await shop.admin("POST", `tenants/${customer.id}/subscription/change`, { plan_id: larger, preview: true });
  await shop.admin("POST", `tenants/${customer.id}/subscription/cancel`, { at: "cycle_end" });
  const { id } = await shop.admin<{ id: string }>("POST", `tenants/${customer.id}/mandate`, {
    ...{ max_amount_paise: 100_000, method: "upi" },
  });
  await shop.admin("DELETE", `tenants/${customer.id}/mandate/${id}`);
  await shop.admin("POST", `tenants/${customer.id}/mandate`, { max_amount_paise: 100_000, method: "upi" });
  await shop.admin("DELETE", `tenants/${customer.id}/mandate`);
  const rows = await listRecentAudit(shop.db.read, since);
  expect(rows.map(({ action, before, after }) => [action, before, after])).toEqual([
    ["seller.saved", expect.anything(), expect.anything()],
    ["billing_profile.saved", null, expect.anything()],
    ["subscription.created", null, facts("created")],
    ["subscription.pause", facts("active"), expect.objectContaining({ asked: "pause" })],
    ["subscription.resume", facts("paused"), expect.objectContaining({ asked: "resume" })],
    ["subscription.change", facts("active"), expect.objectContaining({ plan_id: larger, when: "cycle_end" })],
    ["subscription.cancel", facts("active"), expect.objectContaining({ asked: "cancel", at: "cycle_end" })],
    ["subscription.cancel", facts("created"), expect.objectContaining({ asked: "cancel", at: "now" })],
    ["mandate.created", null, facts("created")],
    ["mandate.cancelled", facts("created"), facts("cancelled")],
    ["mandate.created", null, facts("created")],
    ["mandate.cancelled", facts("created"), facts("cancelled")],
  ]);
  for (const row of rows) expect(row).toMatchObject({ actor: "admin", address: "127.0.0.1", agent: "node" });
});

test("what cannot be written down is not done, neither here nor at Razorpay", async () => {
  const customer = await shop.customer();
  const path = `tenants/${customer.id}/subscription`;
  const unwritten = async (...asked: [method: string, path: string, body?: unknown]) => {
    const stored = await everything(shop);
    expect((await withoutAuditLog(shop, () => attempt(...asked))).status).toBe(500);
    expect(await everything(shop)).toEqual(stored);
  };
  await unwritten("POST", path, { plan_id });
  const { razorpay_subscription_id: id } = await shop.admin<{ razorpay_subscription_id: string }>("POST", path, {
    plan_id,
  });
  await shop.account.person.authenticate(id, { method: "card_domestic" });
  await shop.pass(0);
  const status = async () => (await customer.api<{ status: string }>("GET", "billing/subscription")).status;
  await unwritten("POST", `${path}/pause`, {});
  await shop.pass(0);
  expect(await status()).toBe("active");

  const charged = await shop.admin<{ data: { id: string }[] }>("GET", `payments?tenant_id=${customer.id}`);
  const { data: invoiced } = await shop.admin<{ data: { number: string }[] }>(
    ...(["GET", `invoices?tenant_id=${customer.id}`] as const),
  );
  expect(charged.data).toMatchObject([{ invoice_number: invoiced[0]!.number }]);
  const refund = { payment_id: charged.data[0]!.id, amount_paise: 100, reason: "a bad answer" };
  await unwritten("POST", "refunds", refund);
  const since = shop.clock.wall();
  const { id: refunded } = await shop.admin<{ id: string }>("POST", "refunds", refund);
  const rows = (await listRecentAudit(shop.db.read, since)).filter(({ action }) => action === "refund.created");
  expect(rows).toMatchObject([
    {
      ...{ actor: "admin", address: "127.0.0.1", subject_id: refunded, tenant_id: customer.id },
      before: { payment: { id: refund.payment_id, refunded_paise: 0 } },
      after: { id: refunded, status: "claimed", amount_paise: 100, reason: "a bad answer" },
    },
  ]);
});

test("a webhook that is applied again is noted, with how it stood", async () => {
  const { data } = await shop.admin<{ data: { id: string }[] }>("GET", "webhooks?status=applied&limit=1");
  const { id } = data[0]!;
  await shop.admin("POST", `webhooks/${id}/replay`, {});
  const lines = await shop.admin<{ data: unknown[] }>("GET", `audit?subject_id=${id}`);
  expect(lines.data).toMatchObject([
    { action: "webhook.replayed", before: { status: "applied" }, after: { status: "received", attempts: 0 } },
  ]);
});

describe("an invoice", () => {
  test("paid by a bank transfer with income tax kept back is closed, once for its reference", async () => {
    const { customer, invoice } = await owing();
    const payment = { amount_paise: invoice.open_paise - 2_000, tds_paise: 2_000, reference: "NEFT 4711" };
    const first = await attempt("POST", `invoices/${invoice.id}/payments`, payment);
    expect(first).toMatchObject({ status: 201, body: { status: "paid", tds_paise: 2_000 } });
    expect((await attempt("POST", `invoices/${invoice.id}/payments`, payment)).status).toBe(201);
    expect(await customer.api("GET", "billing")).toMatchObject({ open: [], standing: "ok" });
    expect(await shop.standing("tds_receivable")).toBe(2_000 * 10_000);
    await shop.balanced();
  });

  test("is written off, and its customer owes nothing", async () => {
    const { customer, invoice } = await owing();
    const since = shop.clock.wall();
    expect(await attempt("POST", `invoices/${invoice.id}/write_off`, { reason: "the company is gone" })).toMatchObject({
      ...{ status: 201, body: { status: "written_off", written_off_paise: invoice.open_paise } },
    });
    expect((await attempt("POST", `invoices/${invoice.id}/write_off`, { reason: "once more" })).status).toBe(409);
    expect(await listRecentAudit(shop.db.read, since)).toMatchObject([
      {
        ...{ action: "invoice.write_off", subject_id: invoice.id, before: { open_paise: invoice.open_paise } },
        after: { open_paise: 0, written_off_paise: invoice.open_paise, asked: { reason: "the company is gone" } },
      },
    ]);
    expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
    await shop.balanced();
  });

  test("is credited in parts that never come to more than it", async () => {
    const { customer, invoice } = await owing();
    const half = Math.floor(invoice.total_paise / 2);
    const credit = (amount_paise: number) =>
      attempt("POST", `invoices/${invoice.id}/credit_notes`, { amount_paise, reason: "a bad answer" });
    expect((await credit(half)).status).toBe(201);
    expect((await credit(invoice.total_paise)).status).toBe(400);
    expect((await credit(invoice.total_paise - half)).status).toBe(201);
    const { credit_notes, ...after } = await customer.api<
      Record<string, unknown> & { credit_notes: Record<string, number>[] }
    >("GET", `billing/invoices/${invoice.id}`);
    expect(after).toMatchObject({ status: "paid", open_paise: 0 });
    for (const name of ["taxable_paise", "cgst_paise", "sgst_paise", "round_off_paise", "total_paise"])
      expect(
        credit_notes.reduce((sum, note) => sum + note[name]!, 0),
        name,
      ).toBe(after[name]);
    await shop.balanced();
  });

  test("of another customer is not to be found", async () => {
    const { invoice } = await owing();
    const other = await shop.customer();
    expect((await other.try("GET", `billing/invoices/${invoice.id}`)).status).toBe(404);
    expect((await other.api<{ data: unknown[] }>("GET", "billing/invoices")).data).toEqual([]);
  });

  test.each([
    ["payments", { amount_paise: 0, reference: "nothing" }],
    ["payments", { amount_paise: -1, reference: "negative" }],
    ["payments", { amount_paise: 1.5, reference: "a fraction" }],
    ["payments", { amount_paise: 10 ** 12, reference: "too much" }],
    ["payments", { amount_paise: 100 }],
    ["payments", { amount_paise: 100, reference: "future", received_at: "2999-01-01T00:00:00Z" }],
    ["credit_notes", { amount_paise: 0, reason: "nothing" }],
    ["credit_notes", { amount_paise: 100 }],
    ["write_off", {}],
  ])("refuses %s of %j, and stays as it is", async (act, body) => {
    const { data } = await shop.admin<{ data: Invoice[] }>("GET", "invoices?kind=overage&limit=1");
    const [before] = data;
    expect((await attempt("POST", `invoices/${before!.id}/${act}`, body)).status).toBe(400);
    expect((await shop.admin<{ data: Invoice[] }>("GET", "invoices?kind=overage&limit=1")).data[0]).toEqual(before);
    await shop.balanced();
  });
});

describe("a customer", () => {
  test("who has no billing profile buys nothing, and is told what to do", async () => {
    const customer = await shop.customer({ profile: false });
    for (const [path, body] of [
      ["billing/subscription", { plan_id }],
      ["billing/topups", { credit_micros: 1_000_000 }],
      ["billing/mandate", { max_amount_paise: 100, method: "upi" }],
    ] as const) {
      const { status, body: answer } = await customer.try("POST", path, body);
      expect([status, JSON.stringify(answer)]).toEqual([409, expect.stringContaining("billing profile")]);
    }
    expect(shop.account.books.orders().some(({ notes }) => notes.tenant_id === customer.id)).toBe(false);
  });

  test.each([
    ["credit_micros", "billing/topups", { credit_micros: 0 }],
    ["credit_micros", "billing/topups", { credit_micros: -10_000_000 }],
    ["credit_micros", "billing/topups", { credit_micros: 1_000_001 }],
    ["credit_micros", "billing/topups", { credit_micros: 10 ** 15 }],
    ["max_amount_paise", "billing/mandate", { max_amount_paise: 10_000_000, method: "upi" }],
    ["method", "billing/mandate", { max_amount_paise: 100, method: "cash" }],
    ["plan_id", "billing/subscription", {}],
    ["total_count", "billing/subscription", { plan_id: "x", total_count: 0 }],
  ])("is refused a bad %s by its name at %s", async (field, path, body) => {
    const customer = await shop.customer();
    const answer = await customer.try("POST", path, body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(field)]);
  });

  test("who asks twice at once for a plan gets one subscription, and cannot have a second", async () => {
    const customer = await shop.customer();
    const ask = () =>
      customer.api<{ id: string; razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
    const [one, two] = await Promise.allSettled([ask(), ask()]);
    const made = [one, two].flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const again = await ask();
    expect(new Set([...made.map(({ id }) => id), again.id]).size).toBe(1);
    const ours = () => shop.account.books.subscriptions().filter(({ notes }) => notes.subject === again.id);
    expect(ours()).toHaveLength(1);
    await shop.account.person.authenticate(again.razorpay_subscription_id, { method: "upi" });
    await shop.pass(0);
    const other = await shop.plan({ price_paise: 70_000 });
    expect((await customer.try("POST", "billing/subscription", { plan_id: other })).status).toBe(409);
  });

  test("whose key lacks the scope, and an end user whose tenant pays, may neither look nor buy", async () => {
    const customer = await shop.customer();
    const { secret } = await shop.admin<{ secret: string }>("POST", `tenants/${customer.id}/keys`, { name: "plain" });
    const { token } = await customer.api<{ token: string }>("POST", "auth/token", { sub: "asha" });
    for (const credential of [secret, token]) {
      const answer = await fetch(`${shop.url}/api/billing`, { headers: { authorization: `Bearer ${credential}` } });
      expect(answer.status).toBe(403);
      await answer.text();
    }
  });

  test("who is an end user pays with its own token, where its tenant bills each user", async () => {
    const customer = await shop.customer({ tenant: { billing: "user" }, profile: false });
    const { token } = await customer.api<{ token: string }>("POST", "auth/token", { sub: "asha" });
    const own = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${shop.url}/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect((await own("PUT", "billing/profile", PROFILE)).status).toBe(200);
    const { body } = await own("POST", "billing/topups", { credit_micros: 5_000_000 });
    await shop.account.person.pay(String(body.order_id), { method: "upi" });
    await shop.pass(0);
    expect((await own("GET", "billing")).body).toMatchObject({
      grants: [{ kind: "prepaid", amount_micros: 5_000_000 }],
    });
    expect((await own("GET", "billing/invoices")).body).toMatchObject({ data: [{ kind: "topup", status: "paid" }] });
  });
});
