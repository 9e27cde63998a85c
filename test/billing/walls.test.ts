import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShop, PROFILE, type Shop, speaker } from "./shop.ts";

/** Whose billing a credential reaches. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const BILLING = ["inference", "billing:read", "billing:write"];

/** What a credential can ask of billing without naming anything: one read, one write, and one paper. */
async function attempts(key: string): Promise<readonly number[]> {
  const { try: attempt } = speaker(shop, key);
  return [
    (await attempt("GET", "billing")).status,
    (await attempt("GET", "billing/invoices")).status,
    (await attempt("GET", "billing/invoices/tgi_unknown.html")).status,
    (await attempt("PUT", "billing/profile", PROFILE)).status,
    (await attempt("POST", "billing/topups", { credit_micros: 10_000_000 })).status,
  ];
}
const FORBIDDEN = [403, 403, 403, 403, 403];
const ALLOWED = [200, 200, 404, 200, 201];

async function keyOf(tenant: string, fields: Record<string, unknown>): Promise<string> {
  const { secret } = await shop.admin<{ secret: string }>("POST", `tenants/${tenant}/keys`, { name: "x", ...fields });
  return secret;
}
const userOf = async (tenant: string) =>
  (await shop.admin<{ id: string }>("POST", `tenants/${tenant}/users`, { external_id: "ann" })).id;

describe("a key of one user", () => {
  test("does not stand for the tenant that pays for all its users, whatever its scopes", async () => {
    const { id } = await shop.customer();
    expect(await attempts(await keyOf(id, { user_id: await userOf(id), scopes: BILLING }))).toEqual(FORBIDDEN);
  });

  test("stands for its user where the tenant bills each", async () => {
    const { id } = await shop.customer({ tenant: { billing: "user" }, profile: false });
    expect(await attempts(await keyOf(id, { user_id: await userOf(id), scopes: BILLING }))).toEqual(ALLOWED);
  });
});

describe("a credential that is limited to some routes", () => {
  test("has none of billing's where it does not name them", async () => {
    const { id } = await shop.customer();
    expect(await attempts(await keyOf(id, { scopes: BILLING, routes: ["/v1/*"] }))).toEqual(FORBIDDEN);
    expect(await attempts(await keyOf(id, { scopes: BILLING, routes: ["/v1/*", "/api/billing*"] }))).toEqual(ALLOWED);
  });

  test("so a token of a page that sends messages sees nothing of its user's billing", async () => {
    const tenant = await shop.customer({ tenant: { billing: "user" }, profile: false });
    const tokenFor = async (fields: object) =>
      (await tenant.api<{ token: string }>("POST", "auth/token", { sub: "bob", ...fields })).token;
    expect(await attempts(await tokenFor({ routes: ["/v1/messages"] }))).toEqual(FORBIDDEN);
    expect(await attempts(await tokenFor({}))).toEqual(ALLOWED);
  });
});

describe("a payer who begins one purchase after the other and pays for none", () => {
  test("is told to pay those that wait: each is looked at at Razorpay until it ends", async () => {
    const { try: attempt } = await shop.customer();
    const begun = async (path: string, body: object, count: number) => {
      const statuses: number[] = [];
      for (const _ of Array(count)) statuses.push((await attempt("POST", path, body)).status);
      return statuses;
    };
    const topups = await begun("billing/topups", { credit_micros: 10_000_000 }, 22);
    expect(topups).toEqual([...Array.from({ length: 20 }, () => 201), 409, 409]);
    const mandates = await begun("billing/mandate", { max_amount_paise: 100_000, method: "upi" }, 11);
    expect(mandates).toEqual([...Array.from({ length: 10 }, () => 201), 409]);
    const { data } = (await attempt("GET", "billing/mandate")).body as { data: { id: string }[] };
    await attempt("DELETE", `billing/mandate/${data[0]!.id}`);
    expect(await begun("billing/mandate", { max_amount_paise: 100_000, method: "upi" }, 1)).toEqual([201]);
  });
});
