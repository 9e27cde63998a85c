import { afterAll, beforeAll, describe, test } from "vitest";
import { expectRefusal } from "../http/ask.ts";
import { type Cast, openCast } from "./cast.ts";
import { type Route, send } from "./doors.ts";
import { PROFILE, SELLER } from "./shop.ts";
import { untouchedBy } from "./untouched.ts";

/** One field of a good body made bad: refused by the name of that field, and nothing is touched. */

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.shop.close());

/** No whole number of money in the range that anything has. */
const AMOUNTS = [-1, 0.5, 1.5, "100", "", null, true, [], {}, 1e300, Number.MAX_SAFE_INTEGER, -(2 ** 53)];
const NO_TEXT = [null, 5, true, [], {}];
const NO_ID = [...NO_TEXT, "", "x".repeat(300)];
const NO_TIME = [
  ...NO_TEXT,
  "",
  "yesterday",
  "2026-13-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-11-21",
  1_763_700_000,
];
const NO_FLAG = ["true", 1, null];
/** Good in everything but its last digit; of another State; too short; with a PAN that is none. */
const NO_GSTIN = ["29AAGCB7383J1Z5", "29AAGCB7383J1Z", "00AAGCB7383J1Z4", "29AAGCB73831JZ4", "", 29, []];
const ADDRESS = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" };

type Fields = Readonly<Record<string, readonly unknown[]>>;
interface Form {
  /** The same behind several doors. */
  readonly routes: readonly Route[];
  readonly body: () => Record<string, unknown>;
  readonly fields: Fields;
}
const behindDoors = (method: "POST" | "PUT", path: string, own = `billing/${path}`): Route[] => [
  `${method} /api/${own}`,
  `${method} /api/admin/tenants/:id/${path}`,
  `${method} /api/admin/users/:id/${path}`,
];

const FORMS: Readonly<Record<string, Form>> = {
  "a top-up": {
    routes: ["POST /api/billing/topups"],
    body: () => ({ credit_micros: 10_000_000 }),
    fields: { credit_micros: [...AMOUNTS, 0, 999_999, 1_000_001, 10 ** 12 + 10_000, undefined] },
  },
  "a mandate": {
    routes: behindDoors("POST", "mandate"),
    body: () => ({ max_amount_paise: 100_000, method: "upi" }),
    fields: {
      max_amount_paise: [...AMOUNTS, 0, 99, 10_000_000, undefined],
      method: [...NO_TEXT, "", "cash", "UPI", undefined],
    },
  },
  "a mandate by card": {
    routes: behindDoors("POST", "mandate"),
    body: () => ({ max_amount_paise: 100_000, method: "card" }),
    fields: { max_amount_paise: [1_500_001] },
  },
  "a mandate by a bank": {
    routes: behindDoors("POST", "mandate"),
    body: () => ({ max_amount_paise: 100_000, method: "emandate" }),
    fields: { max_amount_paise: [1_000_000_001] },
  },
  "a sign-up": {
    routes: behindDoors("POST", "subscription"),
    body: () => ({ plan_id: cast.plan.public }),
    fields: { plan_id: [...NO_ID, undefined], total_count: [...AMOUNTS, 0, 361] },
  },
  "a sign-up for years": {
    routes: behindDoors("POST", "subscription"),
    body: () => ({ plan_id: cast.plan.yearly }),
    fields: { total_count: [31] },
  },
  "a cancellation": {
    routes: behindDoors("POST", "subscription/cancel"),
    body: () => ({}),
    fields: { at: [...NO_TEXT, "", "later", "NOW"] },
  },
  "a code": {
    routes: ["POST /api/billing/promotions"],
    body: () => ({ code: "WELCOME" }),
    fields: { code: [...NO_TEXT, "", "ab", "two words", "x".repeat(41), undefined] },
  },
  "what Checkout said of a top-up": {
    routes: ["POST /api/billing/topups/verify"],
    body: () => cast.signed.topup,
    fields: {
      razorpay_order_id: [...NO_ID, undefined],
      razorpay_payment_id: [...NO_ID, undefined],
      razorpay_signature: [...NO_TEXT, "x".repeat(300), undefined],
    },
  },
  "what Checkout said of a subscription": {
    routes: ["POST /api/billing/subscription/verify"],
    body: () => cast.signed.subscription,
    fields: {
      razorpay_payment_id: [...NO_ID, undefined],
      razorpay_signature: [...NO_TEXT, "x".repeat(300), undefined],
    },
  },
  "what Checkout said of a mandate": {
    routes: ["POST /api/billing/mandate/verify"],
    body: () => cast.signed.mandate,
    fields: {
      razorpay_order_id: [...NO_ID, undefined],
      razorpay_payment_id: [...NO_ID, undefined],
      razorpay_signature: [...NO_TEXT, "x".repeat(300), undefined],
    },
  },
  "a billing profile": {
    routes: behindDoors("PUT", "billing_profile", "billing/profile"),
    body: () => PROFILE,
    fields: {
      name: [...NO_TEXT, "", "  ", "x".repeat(201), undefined],
      email: [...NO_TEXT, "", "nobody", "a@b", "x".repeat(300), undefined],
      contact: [...NO_TEXT, "", "12345", "+0123456789", "+91 98000 0000 0000 0000", undefined],
      address: [...NO_TEXT, { ...ADDRESS, city: "" }, { ...ADDRESS, country: "India" }, { city: "Pune" }, undefined],
      state_code: [...NO_TEXT, "", "00", "25", "99", "KA", "Karnataka", "96", "27 ", undefined],
      gstin: NO_GSTIN,
    },
  },
  "a billing profile with a GSTIN": {
    routes: behindDoors("PUT", "billing_profile", "billing/profile"),
    body: () => ({ ...PROFILE, gstin: "29AAGCB7383J1Z4" }),
    fields: { state_code: ["27"] },
  },
  "a billing profile abroad": {
    routes: behindDoors("PUT", "billing_profile", "billing/profile"),
    body: () => ({ ...PROFILE, address: { ...ADDRESS, country: "US" }, state_code: "96" }),
    fields: { state_code: ["29", "US"] },
  },
  "a seller": {
    routes: ["PUT /api/admin/sellers/:account_id"],
    body: () => SELLER,
    fields: {
      legal_name: [...NO_TEXT, "", "x".repeat(201), undefined],
      gstin: NO_GSTIN,
      address: [...NO_TEXT, { ...ADDRESS, line1: "" }, undefined],
      state_code: [...NO_TEXT, "", "00", "25", "96", "KA", undefined],
      sac: [...NO_TEXT, "", "99", "9983151", "99831A"],
      invoice_series: [...NO_TEXT, "", "ABCDE", "tg", "T/G"],
      lut: [5, true, [], {}, "", "ab", "x".repeat(41)],
    },
  },
  "a bank transfer": {
    routes: ["POST /api/admin/invoices/:id/payments"],
    body: () => ({ amount_paise: 100, reference: "NEFT 1" }),
    fields: {
      amount_paise: [...AMOUNTS, 0, 10 ** 12, undefined],
      tds_paise: [...AMOUNTS, 10 ** 12],
      reference: [...NO_TEXT, "", "ab", "   ", "x".repeat(101), undefined],
      received_at: [...NO_TIME, "2999-01-01T00:00:00Z"],
    },
  },
  "a credit note": {
    routes: ["POST /api/admin/invoices/:id/credit_notes"],
    body: () => ({ amount_paise: 100, reason: "a bad answer" }),
    fields: {
      amount_paise: [...AMOUNTS, 0, 10 ** 12, undefined],
      reason: [...NO_TEXT, "", "ab", "x".repeat(501), undefined],
    },
  },
  "a write-off": {
    routes: ["POST /api/admin/invoices/:id/write_off"],
    body: () => ({ reason: "the company is gone" }),
    fields: { reason: [...NO_TEXT, "", "ab", "x".repeat(501), undefined] },
  },
  "a refund": {
    routes: ["POST /api/admin/refunds"],
    body: () => ({ payment_id: cast.id.wallet_payment, reason: "they asked for it" }),
    fields: {
      payment_id: [...NO_ID, undefined],
      amount_paise: [...AMOUNTS, 0, 99, 10 ** 12],
      reason: [...NO_TEXT, "", "ab", "x".repeat(501), undefined],
    },
  },
  "a promotion": {
    routes: ["POST /api/admin/promotions"],
    body: () => ({ code: "NEW", credit_micros: 1_000_000 }),
    fields: {
      code: [...NO_TEXT, "", "ab", "two words", "x".repeat(41), undefined],
      credit_micros: [...AMOUNTS, 0, 1e12 + 1, undefined],
      currency: [...NO_TEXT, "", "inr", "RUPEE"],
      tenant_id: [5, true, [], {}, "", "x".repeat(300)],
      max_redemptions: [0, -1, 1.5, "1", true, [], {}],
      credit_days: [0, -1, 1.5, "1", true, 3_651],
      expires_at: [...NO_TIME.filter((value) => value !== null), "2020-01-01T00:00:00Z"],
    },
  },
  "a credit": {
    routes: ["POST /api/admin/tenants/:id/credits", "POST /api/admin/users/:id/credits"],
    body: () => ({ amount_micros: 1_000_000, reason: "a gift" }),
    fields: {
      amount_micros: [...AMOUNTS.filter((value) => value !== Number.MAX_SAFE_INTEGER), 0, undefined],
      reason: [...NO_TEXT, "", "   ", "x".repeat(501), undefined],
      kind: [...NO_TEXT, "", "included", "overage"],
      expires_at: [...NO_TIME.filter((value) => value !== null), "2020-01-01T00:00:00Z"],
    },
  },
  "an exchange rate": {
    routes: ["POST /api/admin/fx_rates"],
    body: () => ({ currency: "INR", rate_micros: 85_000_000 }),
    fields: {
      currency: [...NO_TEXT, "", "inr", "USD", undefined],
      rate_micros: [...AMOUNTS.filter((value) => value !== Number.MAX_SAFE_INTEGER), 0, undefined],
      valid_from: [...NO_TIME, "2020-01-01T00:00:00Z"],
    },
  },
  "a plan": {
    routes: ["POST /api/admin/plans"],
    body: () => ({ name: "Another", price_paise: 50_000, pricing: { type: "markup", multiplier_ppm: 1_000_000 } }),
    fields: {
      name: [...NO_TEXT, "", "x".repeat(201), undefined],
      currency: [...NO_TEXT, "", "inr"],
      period: [...NO_TEXT, "", "hourly"],
      interval: [0, -1, 1.5, "1", null, 366],
      price_paise: [...AMOUNTS, 99],
      tax: [...NO_TEXT, "", "none"],
      included_micros: AMOUNTS,
      pricing: [...NO_TEXT, { type: "free" }, { type: "markup", multiplier_ppm: -1 }, undefined],
      overage: [null, 5, true, [], { enabled: true }, { enabled: true, cap_micros: -1 }, { enabled: "yes" }],
      unit: [5, true, [], {}, { name: "credits", micros: 0 }],
      trial: [5, true, [], {}, { days: 0, included_micros: 0 }, { days: 366, included_micros: 0 }],
      collection: [...NO_TEXT, "", "cash", "prepaid"],
      grace_days: [-1, 1.5, "1", null, 91],
      reminder_days: [null, 5, [-1], [91], ["1"], Array(11).fill(1)],
      early_bill_micros: [0, -1, 1.5, "1", true],
      visibility: [...NO_TEXT, "", "secret"],
      razorpay_plan_id: [5, "", "plan_short", "sub_00000000000001"],
    },
  },
  "a change of a plan": {
    routes: ["PATCH /api/admin/plans/:id"],
    body: () => ({}),
    fields: {
      ...{
        archived: NO_FLAG,
        valid_from: NO_TIME,
        name: [...NO_TEXT, ""],
        price_paise: [...AMOUNTS, 99],
        currency: ["USD"],
      },
      ...{ overage: [{ enabled: true, cap_micros: 0 }], collection: ["prepaid", "cash"], interval: [0, 366] },
    },
  },
};

const rows = Object.entries(FORMS).flatMap(([name, { routes, body, fields }]) =>
  routes.flatMap((route) =>
    Object.entries(fields).map(([field, values]) => [name, field, route, body, values] as const),
  ),
);

/** Which of its fields a body that is wrong as a whole is refused by. */
const ALSO: Readonly<Record<string, string>> = {
  collection: "price_paise|overage",
  pricing: "rates",
  period: "interval",
};

describe("is refused by the name of the field, and touches nothing:", () => {
  test.each(rows)("%s with a bad %s at %s", async (_name, field, route, body, values) => {
    await untouchedBy(cast.shop, async () => {
      for (const value of values) {
        const says = new RegExp(`(^|; |")(${field}|${ALSO[field] ?? field})\\b`);
        const answer = await send(cast, route, { json: { ...body(), [field]: value } });
        expectRefusal(answer, { status: 400, code: "invalid_request", says });
      }
    });
  });
});
