import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR } from "../../src/kernel/clock.ts";
import { type Customer, openShop, PROFILE, type Shop } from "../billing/shop.ts";
import { type Answer, ask } from "../http/ask.ts";
import { WALK } from "../http/walk-table.ts";
import { claims, SHARED_SECRET, signed } from "../tenants/identity-provider.ts";

/** Whoever pays sees to it by itself: a tenant with its key, and a single user with nothing but its own JWT. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** Somebody who pays: how it shows who it is, and the routes that it has asked. */
interface Payer {
  readonly asked: Set<string>;
  call(method: string, path: string, json?: unknown): Promise<Answer>;
  /** The same, where it must be allowed. */
  may<T = Record<string, unknown>>(method: string, path: string, json?: unknown): Promise<T>;
}

function payer(credential: { readonly key: string } | { readonly bearer: string }): Payer {
  const asked = new Set<string>();
  const call = (method: string, path: string, json?: unknown) => {
    asked.add(`${method} ${routeOf(method, path)}`);
    return ask(shop, path, { method, json, headers: { "anthropic-version": "2023-06-01" }, ...credential });
  };
  return {
    asked,
    call,
    async may<T>(method: string, path: string, json?: unknown) {
      const { status, text, body } = await call(method, path, json);
      expect([200, 201, 202, 204], `${method} ${path}: ${status} ${text}`).toContain(status);
      return body as T;
    },
  };
}

/** What a payer has of the control plane, as the walk knows it. */
const OWN = WALK.filter(
  ({ for: whose, path }) => whose === "tenant" && /^\/api\/(billing|plans|quota|usage|me)\b/.test(path),
);
const fits = (path: string, asked: string) =>
  new RegExp(`^${path.replace(/:\w+/g, "[^/.]+")}$`).test(asked.split("?")[0]!);
const routeOf = (method: string, asked: string): string =>
  OWN.filter((stop) => stop.method === method && fits(stop.path, asked)).sort(
    (a, b) => a.path.split(":").length - b.path.split(":").length,
  )[0]?.path ?? asked;
const offered = (method: string, path: string): boolean =>
  WALK.some((stop) => stop.method === method && stop.path === path);

const PAYERS: Readonly<Record<string, () => Promise<{ tenant: Customer; payer: Payer; user: string | null }>>> = {
  "a tenant, with its key": async () => {
    const tenant = await shop.customer({ profile: false });
    return { tenant, payer: payer({ key: tenant.key }), user: null };
  },
  "a user, with a JWT that its tenant's backend got from us": async () => {
    const tenant = await shop.customer({ tenant: { billing: "user" }, profile: false });
    const { token } = await tenant.api<{ token: string }>("POST", "auth/token", { sub: "asha", ttl_seconds: 3_600 });
    return { tenant, payer: payer({ bearer: token }), user: "asha" };
  },
  "a user, with a JWT of its tenant's identity provider": async () => {
    const tenant = await shop.customer({ tenant: { billing: "user" }, profile: false });
    const issuer = `https://${tenant.id.replace(/_/g, "-")}.example`;
    await shop.admin("POST", `tenants/${tenant.id}/issuers`, {
      ...{ issuer, audience: "tollgate-app", algorithms: ["HS256"], shared_secret: SHARED_SECRET },
    });
    return { tenant, payer: payer({ bearer: signed(claims(issuer, { sub: "ravi" })) }), user: "ravi" };
  },
};

let contacts = 0;

/** All that a payer can do, in the order in which it comes. Answers what it was asked for at Razorpay. */
async function liveOut({ may, call }: Payer): Promise<void> {
  const { person, books } = shop.account;
  const contact = `97${String(++contacts).padStart(8, "0")}`;
  const plan_id = await shop.plan({ price_paise: 49_900, included_micros: 400_000_000 });

  await may("GET", "/api/me");
  expect((await call("GET", "/api/billing/profile")).status).toBe(404);
  await may("PUT", "/api/billing/profile", { ...PROFILE, contact });
  expect(await may("GET", "/api/billing/profile")).toMatchObject({ state_code: "29", contact: `+91${contact}` });
  const { data: plans } = await may<{ data: { id: string; current: boolean }[] }>("GET", "/api/plans?limit=100");
  expect(plans.find(({ id }) => id === plan_id)).toMatchObject({ current: false });

  const made = await may<Record<string, string>>("POST", "/api/billing/subscription", { plan_id });
  expect(made).toMatchObject({ status: "created", key_id: shop.account.key_id, short_url: expect.any(String) });
  const id = String(made.razorpay_subscription_id);
  const approved = await person.authenticate(id, { method: "card_domestic" });
  expect(await may("POST", "/api/billing/subscription/verify", approved)).toMatchObject({ status: "active" });
  await shop.pass(0);
  expect(await may("GET", "/api/billing/subscription")).toMatchObject({ status: "active", paid_count: 1 });
  expect(await may("GET", "/api/billing")).toMatchObject({
    ...{ standing: "ok", plan: { id: plan_id }, grants: [{ kind: "included", amount_micros: 400_000_000 }] },
  });

  await may("POST", "/api/billing/subscription/pause", {});
  expect(await may("GET", "/api/billing")).toMatchObject({ standing: "halted" });
  expect(await may("POST", "/api/billing/subscription/resume", {})).toMatchObject({ status: "active" });
  if (offered("POST", "/api/billing/subscription/payment_method"))
    await may("POST", "/api/billing/subscription/payment_method", {});
  if (offered("POST", "/api/billing/subscription/change")) {
    const other = await shop.plan({ price_paise: 99_900, included_micros: 900_000_000 });
    await may("POST", "/api/billing/subscription/change", { plan_id: other, when: "cycle_end", preview: true });
  }

  const topup = await may<Record<string, string>>("POST", "/api/billing/topups", { credit_micros: 50_000_000 });
  expect(topup).toMatchObject({ credit_micros: 50_000_000, gst_paise: 900, payable_paise: 5_900 });
  const paid = await person.pay(String(topup.order_id), { method: "upi" });
  expect(await may("POST", "/api/billing/topups/verify", paid)).toMatchObject({ status: "paid" });
  expect(await may("GET", "/api/billing/topups")).toMatchObject({ data: [{ id: topup.id, status: "paid" }] });

  const mandate = await may<Record<string, string>>("POST", "/api/billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  const registered = await person.pay(String(mandate.order_id), { method: "upi" });
  expect(await may("POST", "/api/billing/mandate/verify", registered)).toMatchObject({ status: "confirmed" });
  expect(await may("GET", "/api/billing/mandate")).toMatchObject({ data: [{ id: mandate.id, status: "confirmed" }] });
  await may("DELETE", `/api/billing/mandate/${mandate.id}`);
  expect(books.tokens().at(-1)).toMatchObject({ recurring_details: { status: "cancelled" } });
  await may("POST", "/api/billing/mandate", { max_amount_paise: 1_500_000, method: "upi" });
  await may("DELETE", "/api/billing/mandate");

  await may("PUT", "/api/billing/wallet", { low_micros: 10_000_000 });
  expect(await may("GET", "/api/billing/wallet")).toMatchObject({ left_micros: 50_000_000, low_micros: 10_000_000 });

  const code = `WELCOME-${contacts}`;
  await shop.admin("POST", "promotions", { code, credit_micros: 25_000_000 });
  expect(await may("POST", "/api/billing/promotions", { code })).toMatchObject({ credit_micros: 25_000_000 });
  expect(await may("GET", "/api/quota")).toMatchObject({ remaining_micros: 475_000_000, currency: "INR" });

  const { data: invoices } = await may<{ data: { id: string; kind: string; status: string }[] }>(
    ...(["GET", "/api/billing/invoices"] as const),
  );
  expect(invoices.map(({ kind, status }) => `${kind} ${status}`).sort()).toEqual(["base paid", "topup paid"]);
  for (const invoice of invoices) await may("GET", `/api/billing/invoices/${invoice.id}`);
  expect(await may("GET", "/api/billing/statement")).toMatchObject({ closing_micros: 0, complete: true });

  await may("GET", "/api/usage");
  await may("GET", "/api/usage/events");
  await may("POST", "/api/billing/subscription/cancel", { at: "now" });
  expect((await call("GET", "/api/billing/subscription")).status).toBe(404);
  await shop.pass(HOUR);
  await shop.balanced();
}

describe.each(Object.entries(PAYERS))("%s", (_who, make) => {
  test("subscribes, pays, tops up, sees its invoices, pauses, goes on and leaves, all by itself", async () => {
    const { payer: own } = await make();
    await liveOut(own);
  });

  test("calls Claude with what it bought, and sees the receipt", async () => {
    const { payer: own, tenant, user } = await make();
    const { may } = own;
    await may("PUT", "/api/billing/profile", { ...PROFILE, contact: `96${String(++contacts).padStart(8, "0")}` });
    const topup = await may<{ order_id: string }>("POST", "/api/billing/topups", { credit_micros: 50_000_000 });
    await shop.account.person.pay(topup.order_id, { method: "upi" });
    await shop.pass(0);
    const message = { model: "claude-sonnet-5-5", max_tokens: 50, messages: [{ role: "user", content: "Hello" }] };
    const answer = await own.call("POST", "/v1/messages", message);
    expect(answer.status).toBe(200);
    const receipt = await may("GET", `/api/usage/events/${answer.headers.get("request-id")}`);
    expect(JSON.stringify(receipt)).toContain("spend_micros");
    const { grants } = await may<{ grants: { used_micros: number }[] }>("GET", "/api/billing");
    expect(grants[0]?.used_micros).toBeGreaterThan(0);
    if (user !== null) {
      // What one user bought is not another's, and not its tenant's.
      const { token } = await tenant.api<{ token: string }>("POST", "auth/token", { sub: "somebody-else" });
      const other = payer({ bearer: token });
      expect(await other.may("GET", "/api/billing")).toMatchObject({ grants: [] });
      expect((await other.call("POST", "/v1/messages", message)).status).toBe(402);
      expect(await other.may("GET", "/api/billing/invoices")).toMatchObject({ data: [] });
    }
  });
});

test("no route that a payer has was left out", async () => {
  const { payer: own } = await PAYERS["a tenant, with its key"]!();
  await liveOut(own);
  const { data } = await own.may<{ data: { request_id: string }[] }>("GET", "/api/usage/events");
  expect(data).toEqual([]);
  const missed = OWN.map(({ method, path }) => `${method} ${path}`).filter((route) => !own.asked.has(route));
  expect(missed.filter((route) => !ELSEWHERE.test(route))).toEqual([]);
});

/** Documents have tests of their own; a receipt needs a call. */
const ELSEWHERE = /\.(pdf|html)$|\/usage\/events\/:request_id$|auto_topup|credit_notes/;
