import { Router } from "express";
import { z } from "zod";
import { Ref } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { customerDoor } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import { applyPayment } from "../payments/apply.ts";
import { checkoutMessage } from "../razorpay/signatures.ts";
import { findTopup, findTopupOfOrder, listTopups, type TopupRow } from "./store.ts";
import { Credit, topUp } from "./top-up.ts";

export const NewTopup = z.strictObject({ credit_micros: Credit });
export const Verify = z.strictObject({
  /** Where it is told, it has to be the top-up of this order. */
  topup_id: Ref.optional(),
  razorpay_order_id: Ref,
  razorpay_payment_id: Ref,
  razorpay_signature: z.string().max(200),
});

/** Prepaid credit: bought by order and Checkout, credited once its payment is captured. */
export function walletRoutes(parts: BillingParts): Router {
  const { db } = parts;
  const door = customerDoor(parts);
  const router = Router();

  router.post("/billing/topups", async (req, res) => {
    const { credit_micros } = parse(NewTopup, req.body);
    const payer = await door.payer(req, res, "billing:write");
    const row = await topUp(parts, payer, credit_micros);
    const { key_id } = await parts.collectors.of(row.account_id);
    res.status(201).json({ ...presentTopup(row), key_id });
  });

  router.get("/billing/topups", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const { tenant, customer } = await door.payer(req, res, "billing:read");
    res.json(pageOf(await listTopups(db.read, tenant.id, customer.id, query), query, presentTopup));
  });

  /** Checkout's answer: proves that it was paid; whether it is captured is fetched. */
  router.post("/billing/topups/verify", async (req, res) => {
    const answer = parse(Verify, req.body);
    const { tenant, customer } = await door.payer(req, res, "billing:write");
    const row = await findTopupOfOrder(db.read, tenant.id, customer.id, answer.razorpay_order_id);
    if (!row?.order_id) throw new Problem("not_found", { message: "There is no top-up of this order." });
    if (answer.topup_id !== undefined && answer.topup_id !== row.id)
      throw new Problem("invalid_request", {
        message: `topup_id: the order ${row.order_id} is of another top-up, ${row.id}; it can be left out`,
      });
    const razorpay = await parts.collectors.of(row.account_id);
    const message = checkoutMessage.order(row.order_id, answer.razorpay_payment_id);
    if (!razorpay.verifyCheckout(message, answer.razorpay_signature))
      throw new Problem("invalid_request", { message: "razorpay_signature: does not fit this order and payment" });
    await applyPayment(parts, row.account_id, answer.razorpay_payment_id);
    res.json(presentTopup((await findTopup(db.read, tenant.id, customer.id, row.id))!));
  });

  return router;
}

const presentTopup = ({
  id,
  order_id,
  state,
  currency,
  credit_micros,
  gst_paise,
  payable_paise,
  invoice_id,
  ...row
}: TopupRow) => ({
  ...{ id, order_id, status: state, currency, credit_micros, gst_paise, payable_paise, invoice_id },
  ...{ payment_id: row.payment_id, expires_at: iso(row.expires_at), created_at: iso(row.created_at) },
});
