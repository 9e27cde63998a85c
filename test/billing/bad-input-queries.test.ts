import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, ask, expectRefusal, type Refusal } from "../http/ask.ts";
import { type Cast, openCast } from "./cast.ts";
import { type Route, send } from "./doors.ts";
import { untouchedBy } from "./untouched.ts";

/** Questions that make no sense, and answers of Checkout that somebody made up. */

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.shop.close());

const NO_LIMIT = ["0", "-1", "1.5", "many", "100001"];
const NO_TIME = ["", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21", "1763700000"];
const LISTS: readonly (readonly [Route, Readonly<Record<string, readonly string[]>>])[] = [
  ["GET /api/billing/topups", {}],
  ["GET /api/billing/invoices", {}],
  ["GET /api/admin/invoices", { kind: ["", "free"], open: ["", "yes"], from: NO_TIME, to: NO_TIME }],
  ["GET /api/admin/cycles", { state: ["", "running"] }],
  ["GET /api/admin/webhooks", { status: ["", "lost"], type: ["x".repeat(101)], account_id: ["", "x".repeat(300)] }],
  ["GET /api/admin/claims", { status: ["", "lost"] }],
  ["GET /api/admin/refunds", {}],
  ["GET /api/admin/disputes", {}],
  ["GET /api/admin/promotions", {}],
  ["GET /api/admin/plans", { visibility: ["", "secret"] }],
  ["GET /api/admin/fx_rates", {}],
];
const STATEMENTS: readonly Route[] = [
  "GET /api/billing/statement",
  "GET /api/admin/tenants/:id/statement",
  "GET /api/admin/users/:id/statement",
];
const questions = [
  ...LISTS.map(([route, fields]) => [route, { limit: NO_LIMIT, ...fields }] as const),
  ...STATEMENTS.map((route) => [route, { limit: [...NO_LIMIT, "5001"], from: NO_TIME, to: NO_TIME }] as const),
];

describe("is refused by the name of what is wrong, and touches nothing:", () => {
  test.each(questions)("%s", async (route, fields) => {
    await untouchedBy(cast.shop, async () => {
      for (const [name, values] of Object.entries(fields)) {
        for (const value of values) {
          const answer = await send(cast, route, { query: `?${name}=${encodeURIComponent(value)}` });
          expectRefusal(answer, { status: 400, code: "invalid_request", says: new RegExp(`^${name}\\b`) });
        }
      }
    });
  });

  test.each(questions)("%s by a filter that there is not", async (route) => {
    const answer = await send(cast, route, { query: "?plan=team" });
    expectRefusal(answer, { status: 400, code: "invalid_request", says: /"plan"/ });
  });

  test.each(STATEMENTS)("%s that ends before it begins", async (route) => {
    const query = "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z";
    expectRefusal(await send(cast, route, { query }), { status: 400, code: "invalid_request", says: /^to: / });
  });

  test.each([
    ["GET /api/admin/invoices", "tenant_id=ten_unknown"],
    ["GET /api/admin/cycles", "tenant_id=ten_unknown"],
    ["GET /api/admin/refunds", "tenant_id=ten_unknown"],
    ["GET /api/admin/disputes", "tenant_id=ten_unknown"],
  ] as const)("%s of nobody", async (route, query) => {
    expectRefusal(await send(cast, route, { query: `?${query}` }), { status: 404, code: "not_found", says: /tenant/ });
  });
});

describe("what Checkout is said to have answered", () => {
  const verify = (path: string, key: string, json: unknown): Promise<Answer> =>
    ask(cast.shop, `/api/billing/${path}/verify`, { key, json });
  const forged: Refusal = { status: 400, code: "invalid_request", says: /^razorpay_signature: / };
  const KINDS = [
    ["topups", "wallet", "topup"],
    ["mandate", "mandated", "mandate"],
    ["subscription", "active", "subscription"],
  ] as const;

  test.each(KINDS)("of %s is refused with any signature but Razorpay's", async (path, who, kind) => {
    const good = cast.signed[kind];
    const { razorpay_signature: signature = "" } = good;
    const flipped = signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    const other = cast.signed[kind === "topup" ? "mandate" : "topup"].razorpay_signature;
    await untouchedBy(cast.shop, async () => {
      for (const bad of [
        flipped,
        other,
        "",
        "0".repeat(64),
        signature.slice(0, 62),
        `${signature}00`,
        "é".repeat(64),
      ]) {
        expectRefusal(await verify(path, cast.who[who].key, { ...good, razorpay_signature: bad }), forged);
      }
      const another = { ...good, razorpay_payment_id: cast.id.spent_payment };
      expectRefusal(await verify(path, cast.who[who].key, another), forged);
    });
  });

  test("of an order that is not one's own changes nothing, whoever signed it", async () => {
    await untouchedBy(cast.shop, async () => {
      for (const [path, , kind] of KINDS.slice(0, 2)) {
        const answer = await verify(path, cast.who.fresh.key, cast.signed[kind]);
        expectRefusal(answer, { status: 404, code: "not_found" });
      }
    });
  });

  test("of a top-up that is credited is answered the same again, and credits nothing more", async () => {
    const { key } = cast.who.wallet;
    const again = () => verify("topups", key, cast.signed.topup);
    const [one, two] = await untouchedBy(cast.shop, () => Promise.all([again(), again()]));
    expect([one.status, two.status, one.body.status]).toEqual([200, 200, "paid"]);
  });
});
