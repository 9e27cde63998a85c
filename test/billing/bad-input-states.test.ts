import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, expectRefusal, type Refusal } from "../http/ask.ts";
import { type Cast, openCast } from "./cast.ts";
import { PROFILE, SELLER } from "./shop.ts";
import { untouchedBy } from "./untouched.ts";

/** What is well said and cannot be: of the wrong id, in the wrong state, more than there is. Refused with what to do, and nothing is touched. */

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.shop.close());

type Who = keyof Cast["who"];
type Row = readonly [what: string, ask: () => Promise<Answer>, refusal: Refusal];

const conflict = (says: RegExp): Refusal => ({ status: 409, code: "conflict", says });
const wrong = (says: RegExp): Refusal => ({ status: 400, code: "invalid_request", says });
const missing = (says: RegExp): Refusal => ({ status: 404, code: "not_found", says });

const own =
  (who: Who, path: string, json?: unknown, method = "POST") =>
  () =>
    cast.as(cast.who[who], method, path, json);
/** The same as the administrator, for the tenant. */
const named =
  (who: Who, path: string, json?: unknown, method = "POST") =>
  () =>
    cast.admin(method, `tenants/${cast.who[who].id}/${path}`, json);
const admin =
  (path: () => string, json?: () => unknown, method = "POST") =>
  () =>
    cast.admin(method, path(), json?.());
const buys = (who: Who, plan: keyof Cast["plan"]) => () =>
  cast.as(cast.who[who], "POST", "billing/subscription", { plan_id: cast.plan[plan] });
const sells = (who: Who, plan: keyof Cast["plan"]) => () =>
  cast.admin("POST", `tenants/${cast.who[who].id}/subscription`, { plan_id: cast.plan[plan] });
const MANDATE = { max_amount_paise: 100_000, method: "upi" };

const SUBSCRIPTIONS: readonly Row[] = [
  [
    "a sign-up for a plan that nobody knows",
    own("fresh", "billing/subscription", { plan_id: "pln_unknown" }),
    missing(/plan/),
  ],
  [
    "a sign-up for a plan of another kind of id",
    own("fresh", "billing/subscription", { plan_id: "ten_unknown" }),
    missing(/plan/),
  ],
  ["a sign-up for a hidden plan", buys("fresh", "hidden"), missing(/plan/)],
  ["a sign-up for a plan that is no longer sold", buys("fresh", "archived"), conflict(/no longer sold/)],
  ["a sale of a plan that is no longer sold", sells("fresh", "archived"), conflict(/no longer sold/)],
  ["a sign-up for a plan in another currency", buys("fresh", "dollars"), wrong(/^plan_id: .*USD.*INR/)],
  ["a sale of a plan in another currency", sells("dollars", "public"), wrong(/^plan_id: .*INR.*USD/)],
  ["a sign-up without a billing profile", buys("bare", "public"), conflict(/billing profile/)],
  ["a sale without a billing profile", sells("bare", "public"), conflict(/billing profile/)],
  ["a second sign-up", buys("active", "other"), conflict(/has a subscription that is active/)],
  ["a second sign-up for the same plan", buys("active", "public"), conflict(/has a subscription that is active/)],
  ["a second sale", sells("active", "other"), conflict(/change or cancel/)],
  ["a sign-up beside one that is paused", buys("paused", "other"), conflict(/has a subscription that is paused/)],
  ["a sign-up beside one that ends with its cycle", buys("leaving", "other"), conflict(/active/)],
  ...(["cancel", "pause", "resume"] as const).flatMap((act): Row[] => [
    [`to ${act} without a subscription`, own("fresh", `billing/subscription/${act}`, {}), missing(/subscription/)],
    [`to ${act} for one without a subscription`, named("fresh", `subscription/${act}`, {}), missing(/subscription/)],
    [`to ${act} what is over`, own("cancelled", `billing/subscription/${act}`, {}), missing(/subscription/)],
    [`to ${act} for one whose is over`, named("cancelled", `subscription/${act}`, {}), missing(/subscription/)],
  ]),
  ["to pause what is paused", own("paused", "billing/subscription/pause", {}), conflict(/paused/)],
  ["to resume what is not paused", own("active", "billing/subscription/resume", {}), conflict(/active|paused/)],
  ["to pause what nobody approved", own("waiting", "billing/subscription/pause", {}), conflict(/created|active/)],
  ["to resume what nobody approved", own("waiting", "billing/subscription/resume", {}), conflict(/created|paused/)],
  [
    "to end at its cycle's end what nobody approved",
    own("waiting", "billing/subscription/cancel", { at: "cycle_end" }),
    conflict(/created|not/),
  ],
  [
    "to end at its cycle's end what is paused",
    own("paused", "billing/subscription/cancel", {}),
    conflict(/paused|cycle|not/),
  ],
  [
    "to look at a subscription that is not there",
    own("fresh", "billing/subscription", undefined, "GET"),
    missing(/subscription/),
  ],
  [
    "to verify without a subscription",
    () => cast.as(cast.who.fresh, "POST", "billing/subscription/verify", cast.signed.subscription),
    missing(/subscription/),
  ],
  [
    "to verify with another's answer",
    () => cast.as(cast.who.waiting, "POST", "billing/subscription/verify", cast.signed.subscription),
    wrong(/^razorpay_signature/),
  ],
];

const MANDATES: readonly Row[] = [
  ["a mandate without a billing profile", own("bare", "billing/mandate", MANDATE), conflict(/billing profile/)],
  ["a mandate in dollars", own("dollars", "billing/mandate", MANDATE), conflict(/INR/)],
  [
    "to end a mandate that nobody knows",
    own("mandated", "billing/mandate/man_unknown", undefined, "DELETE"),
    missing(/mandate/),
  ],
  [
    "to end another's mandate",
    () => cast.as(cast.who.fresh, "DELETE", `billing/mandate/${cast.id.mandate}`),
    missing(/mandate/),
  ],
  [
    "to end another's mandate, as the administrator",
    () => cast.admin("DELETE", `tenants/${cast.who.fresh.id}/mandate/${cast.id.mandate}`),
    missing(/mandate/),
  ],
  [
    "to verify another's mandate",
    () => cast.as(cast.who.fresh, "POST", "billing/mandate/verify", cast.signed.mandate),
    missing(/mandate/),
  ],
];

const MONEY: readonly Row[] = [
  [
    "a top-up without a billing profile",
    own("bare", "billing/topups", { credit_micros: 1e7 }),
    conflict(/billing profile/),
  ],
  [
    "to verify another's top-up",
    () => cast.as(cast.who.fresh, "POST", "billing/topups/verify", cast.signed.topup),
    missing(/top-up/),
  ],
  ["a code that nobody knows", own("wallet", "billing/promotions", { code: "UNKNOWN" }), missing(/promotion/)],
  ["a code of another tenant", own("wallet", "billing/promotions", { code: "THEIRS" }), missing(/promotion/)],
  ["a code that was redeemed", own("wallet", "billing/promotions", { code: "taken" }), conflict(/before/)],
  ["a code that is used up", own("fresh", "billing/promotions", { code: "USEDUP" }), conflict(/used up/)],
  ["a code that is over", own("fresh", "billing/promotions", { code: "SHORT" }), conflict(/over/)],
  ["a code in another currency", own("fresh", "billing/promotions", { code: "DOLLARS" }), conflict(/USD/)],
  [
    "a code that there is",
    admin(
      () => "promotions",
      () => ({ code: "taken", credit_micros: 1 }),
    ),
    conflict(/^code: .*TAKEN/),
  ],
  [
    "a code for a tenant that nobody knows",
    admin(
      () => "promotions",
      () => ({ code: "LOST", credit_micros: 1, tenant_id: "ten_unknown" }),
    ),
    missing(/tenant/),
  ],
  [
    "a refund of a payment that nobody knows",
    admin(
      () => "refunds",
      () => ({ payment_id: "pay_unknown", reason: "a mistake" }),
    ),
    missing(/payment/),
  ],
  [
    "a refund of more than was paid",
    admin(
      () => "refunds",
      () => ({ payment_id: cast.id.base_payment, amount_paise: 59_001, reason: "a mistake" }),
    ),
    wrong(/^amount_paise: .*59000/),
  ],
  [
    "a refund of more than is free",
    admin(
      () => "refunds",
      () => ({ payment_id: cast.id.wallet_payment, amount_paise: 11_801, reason: "a mistake" }),
    ),
    wrong(/^amount_paise: .*11800/),
  ],
  [
    "a refund of credit that was used",
    admin(
      () => "refunds",
      () => ({ payment_id: cast.id.spent_payment, amount_paise: 11_000, reason: "a mistake" }),
    ),
    wrong(/^amount_paise: .*used/),
  ],
];

const invoice = (which: "open_invoice" | "paid_invoice", act: string, json: () => unknown): Row[1] =>
  admin(() => `invoices/${cast.id[which]}/${act}`, json);
const REASON = "a mistake of ours";
const INVOICES: readonly Row[] = [
  ...(["payments", "credit_notes", "write_off"] as const).map((act): Row => {
    const bodies = {
      payments: { amount_paise: 100, reference: "NEFT" },
      credit_notes: { amount_paise: 100, reason: REASON },
      write_off: { reason: REASON },
    };
    return [
      `${act} of an invoice that nobody knows`,
      admin(
        () => `invoices/tgi_unknown/${act}`,
        () => bodies[act],
      ),
      missing(/invoice/),
    ];
  }),
  ["an invoice that nobody knows", admin(() => "invoices/tgi_unknown", undefined, "GET"), missing(/invoice/)],
  [
    "another's invoice",
    () => cast.as(cast.who.fresh, "GET", `billing/invoices/${cast.id.open_invoice}`),
    missing(/invoice/),
  ],
  [
    "a payment of more than is open",
    invoice("open_invoice", "payments", () => ({ amount_paise: cast.paise.open + 1, reference: "NEFT 2" })),
    wrong(/^amount_paise: \d+ paise of invoice/),
  ],
  [
    "a payment that comes to more with its TDS",
    invoice("open_invoice", "payments", () => ({ amount_paise: cast.paise.open, tds_paise: 1, reference: "NEFT 3" })),
    wrong(/^amount_paise: \d+ paise of invoice/),
  ],
  [
    "more TDS than is open",
    invoice("open_invoice", "payments", () => ({
      amount_paise: 0,
      tds_paise: cast.paise.open + 1,
      reference: "NEFT 4",
    })),
    wrong(/paise of invoice/),
  ],
  [
    "a payment of nothing",
    invoice("open_invoice", "payments", () => ({ amount_paise: 0, tds_paise: 0, reference: "NEFT 5" })),
    wrong(/^amount_paise/),
  ],
  [
    "a payment of what is paid",
    invoice("paid_invoice", "payments", () => ({ amount_paise: 100, reference: "NEFT 6" })),
    wrong(/^amount_paise: 0 paise/),
  ],
  [
    "a write-off of what is paid",
    invoice("paid_invoice", "write_off", () => ({ reason: REASON })),
    conflict(/not open/),
  ],
  [
    "a credit note of more than the invoice",
    invoice("open_invoice", "credit_notes", () => ({ amount_paise: cast.paise.open + 1, reason: REASON })),
    wrong(/^amount_paise: \d+ paise .* are open/),
  ],
  [
    "a credit note on what is paid",
    invoice("paid_invoice", "credit_notes", () => ({ amount_paise: 100, reason: REASON })),
    wrong(/^amount_paise: 0 paise .*refund/),
  ],
  [
    "to replay a webhook that nobody knows",
    admin(
      () => "webhooks/rec_unknown/replay",
      () => ({}),
    ),
    missing(/webhook/),
  ],
];

const PARTIES: readonly Row[] = [
  [
    "a seller of a tenant without an account",
    () => cast.admin("PUT", `sellers/${cast.who.fresh.id}`, SELLER),
    conflict(/account of its own/),
  ],
  ["a seller of a tenant that nobody knows", () => cast.admin("PUT", "sellers/ten_unknown", SELLER), missing(/tenant/)],
  [
    "a profile for a tenant that nobody knows",
    () => cast.admin("PUT", "tenants/ten_unknown/billing_profile", PROFILE),
    missing(/tenant/),
  ],
  [
    "a sale to a user whose tenant pays",
    () => cast.admin("POST", `tenants/${cast.who.ownUsers.id}/subscription`, { plan_id: cast.plan.public }),
    conflict(/name a user/),
  ],
  [
    "billing with a key that names no user",
    () => cast.as(cast.who.ownUsers, "GET", "billing"),
    { status: 403, code: "user_required" },
  ],
  [
    "a sale to a tenant that is closed",
    () => cast.admin("POST", `tenants/${cast.id.closed}/subscription`, { plan_id: cast.plan.public }),
    conflict(/closed/),
  ],
  [
    "a mandate of a tenant that is closed",
    () => cast.admin("POST", `tenants/${cast.id.closed}/mandate`, MANDATE),
    conflict(/closed/),
  ],
  [
    "a plan of a name that there is",
    admin(
      () => "plans",
      () => ({ name: cast.planName, pricing: { type: "markup", multiplier_ppm: 1 } }),
    ),
    conflict(/^name: /),
  ],
  [
    "a change of a plan that nobody knows",
    admin(
      () => "plans/pln_unknown",
      () => ({ archived: true }),
      "PATCH",
    ),
    missing(/plan/),
  ],
];

describe.each([
  ["subscriptions", SUBSCRIPTIONS],
  ["mandates", MANDATES],
  ["credit and refunds", MONEY],
  ["invoices", INVOICES],
  ["who sells and who buys", PARTIES],
] as const)("%s: refused, and nothing is touched:", (_name, rows) => {
  test.each(rows)("%s", async (_what, act, refusal) => {
    await untouchedBy(cast.shop, async () => expectRefusal(await act(), refusal));
  });
});

test("mandates are ended all at once by who has them and names none, and only by them", async () => {
  const { mandated, fresh } = cast.who;
  await untouchedBy(cast.shop, async () =>
    expectRefusal(await cast.as(fresh, "DELETE", "billing/mandate"), missing(/There is no mandate/)),
  );
  expect((await cast.as(mandated, "DELETE", "billing/mandate")).status).toBe(204);
  await cast.shop.pass(0);
  expect(await mandated.api("GET", "billing")).toMatchObject({ mandate: null });
  await untouchedBy(cast.shop, async () =>
    expectRefusal(await cast.as(mandated, "DELETE", "billing/mandate"), missing(/There is no mandate/)),
  );
});

test("a mandate that is over is over: ended again it stays so", async () => {
  const { mandated } = cast.who;
  const end = () => cast.as(mandated, "DELETE", `billing/mandate/${cast.id.mandate}`);
  expect((await end()).status).toBe(204);
  await cast.shop.pass(0);
  await untouchedBy(cast.shop, async () => expect([204, 409]).toContain((await end()).status));
});
