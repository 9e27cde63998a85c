import { z } from "zod";
import {
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  PaiseTold,
  pageTold,
} from "../../http/operation.ts";
import { PageQuery } from "../../http/paging.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { NewCredit } from "./credit-routes.ts";
import { NewPromotion, Redeem } from "./promotion-routes.ts";
import { NewTopup, Verify } from "./routes.ts";
import { ByAdmin, Chosen } from "./settings-routes.ts";

const grant = {
  ...{ id: Id, tenant_id: Id, customer_id: Id, kind: z.enum(["included", "prepaid", "promotional", "overage"]) },
  ...{ priority: z.int(), currency: z.string(), reason: z.string(), source: z.string().nullable(), cycle_id: IdOrNull },
  ...{ amount_micros: MicrosTold, used_micros: MicrosTold, held_micros: MicrosTold, free_micros: MicrosTold },
  ...{ starts_at: At, expires_at: AtOrNull, created_at: At },
};
export const GrantTold = named("Grant", z.object(grant), "An amount that a customer may spend.");
const CreditRepeat = named(
  "CreditRepeat",
  z.object({
    ...{ id: Id, kind: z.enum(["prepaid", "promotional"]), amount_micros: MicrosTold, reason: z.string() },
    ...{ status: z.enum(["active", "ended", "cancelled"]), every: z.enum(["month", "cycle"]), until: AtOrNull },
    ...{ times: z.int().nullable(), lasts: z.enum(["period", "forever"]), given: z.int() },
    ...{ cancelled_at: AtOrNull, created_at: At },
  }),
  "Credit that is given again in each period.",
);
const Given = named(
  "CreditGiven",
  z.object({ ...grant, repeats: CreditRepeat }).partial(),
  "The grant; of credit that repeats the one of the present period, where there is one, and what repeats.",
);

const Wallet = named(
  "Wallet",
  z.object({
    ...{ customer_id: Id, currency: z.string(), left_micros: MicrosTold },
    ...{ low_micros: MicrosTold.nullable(), low_at_micros: MicrosTold },
    auto_topup: z.object({ below_micros: MicrosTold, credit_micros: MicrosTold.nullable() }).nullable(),
    credit_days: z.int().nullable(),
    proposal: z
      .object({
        ...{ topup_id: Id, credit_micros: MicrosTold, payable_paise: PaiseTold },
        ...{ pay_url: z.string().nullable(), expires_at: At },
      })
      .nullable(),
  }),
  "Prepaid credit: what is left, when that counts as low, and whether more is then proposed.",
);

const show = { summary: "Show the wallet", answers: { 200: Wallet } };
const problems = ["conflict", "billing_not_configured"] as const;
const save = { summary: "Say when credit is low, and whether more is proposed", answers: { 200: Wallet }, problems };
export const walletSettingsAdminDescribed = adminDoorsDescribed("Customers", {
  ...{ "GET /wallet": show, "PUT /wallet": { ...save, body: ByAdmin } },
});
export const walletSettingsDescribed = customerDoorDescribed({
  ...{ "GET /wallet": show, "PUT /wallet": { ...save, body: Chosen } },
});

export const creditAdminDescribed = adminDoorsDescribed("Customers", {
  "GET /credits": { summary: "List grants", query: PageQuery, answers: { 200: pageTold(GrantTold) } },
  "POST /credits": {
    summary: "Give credit without a sale, once or in each period",
    ...{ body: NewCredit, answers: { 201: Given } },
  },
  "GET /credits/repeats": {
    summary: "List credit that repeats",
    ...{ query: PageQuery, answers: { 200: pageTold(CreditRepeat) } },
  },
  "DELETE /credits/repeats/:repeat_id": {
    summary: "End credit that repeats",
    ...{ description: "What was given stays.", answers: { 204: null } },
  },
});

const Promotion = named(
  "Promotion",
  z.object({
    ...{ id: Id, tenant_id: IdOrNull, code: z.string(), credit_micros: MicrosTold, currency: z.string() },
    ...{ max_redemptions: z.int().nullable(), redeemed: z.int(), credit_days: z.int().nullable() },
    ...{ expires_at: AtOrNull, created_at: At },
  }),
  "A code that gives credit, once to each customer.",
);
export const promotionAdminDescribed = adminChapter("Promotions", {
  "GET /promotions": { summary: "List promotions", query: PageQuery, answers: { 200: pageTold(Promotion) } },
  "POST /promotions": {
    summary: "Create a promotion",
    ...{ body: NewPromotion, answers: { 201: Promotion }, problems: ["conflict"] },
  },
});

const Topup = named(
  "Topup",
  z.object({
    ...{ id: Id, order_id: IdOrNull, status: z.enum(["created", "paid", "expired"]), currency: z.string() },
    ...{ credit_micros: MicrosTold, gst_paise: PaiseTold, payable_paise: PaiseTold, invoice_id: IdOrNull },
    ...{ payment_id: IdOrNull, expires_at: At, created_at: At },
  }),
  "Prepaid credit that somebody set out to buy.",
);
const TopupToPay = named(
  "TopupToPay",
  Topup.extend({ order_id: Id, key_id: z.string() }),
  "A top-up, with the key that Checkout is opened with.",
);

export const walletDescribed = customerDoorDescribed({
  "POST /topups": {
    summary: "Set out to buy credit",
    ...{ body: NewTopup, answers: { 201: TopupToPay } },
    problems: ["conflict", "billing_not_configured", "collector_refused", "collector_unreachable"],
  },
  "GET /topups": { summary: "List top-ups", query: PageQuery, answers: { 200: pageTold(Topup) } },
  "POST /topups/verify": {
    summary: "Hand in Checkout's answer to a top-up",
    ...{ body: Verify, answers: { 200: Topup }, problems: ["not_found", "collector_unreachable"] },
  },
  "POST /promotions": {
    summary: "Redeem a code",
    body: Redeem,
    answers: {
      201: z.object({ grant_id: Id, credit_micros: MicrosTold, currency: z.string(), expires_at: AtOrNull }),
    },
    problems: ["not_found", "conflict"],
  },
});
