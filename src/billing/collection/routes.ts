import { Router } from "express";
import { z } from "zod";
import { Ref } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { CustomerId, InvoiceId } from "../../kernel/id.ts";
import { paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import type { MandateRow } from "../cycles/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import { checkoutMessage } from "../razorpay/signatures.ts";
import { adoptMandate } from "./adopt.ts";
import { cancelMandate, cancelMandates, registered, registerMandate } from "./mandate.ts";
import { METHODS } from "./methods.ts";
import { type CollectionRow, LIVE, listMandates, pageOfCollections } from "./store.ts";

export const NewMandate = z.strictObject({
  max_amount_paise: z.int().min(100).transform(paise),
  method: z.enum(["upi", "card", "emandate"]),
});
/** A token that was confirmed elsewhere; only an administrator can know whose it is. */
export const Adopt = z.strictObject({
  token_id: z
    .string()
    .regex(/^token_[A-Za-z0-9]{14}$/, "must be the id of a token at Razorpay: token_ and fourteen letters or digits"),
  razorpay_customer_id: z
    .string()
    .regex(/^cust_[A-Za-z0-9]{14}$/, "must be the id of a customer at Razorpay: cust_ and fourteen letters or digits")
    .optional(),
  method: NewMandate.shape.method.optional(),
  max_amount_paise: NewMandate.shape.max_amount_paise.optional(),
});
export const CollectionQuery = PageQuery.extend({
  ...{ tenant_id: Ref.optional(), customer_id: Ref.optional(), invoice_id: Ref.optional() },
  /** A state, or several with commas between them. */
  status: z
    .string()
    .max(100)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum([...LIVE, "settled", "failed", "cancelled"])))
    .optional(),
});
export const Verify = z.strictObject({
  razorpay_order_id: Ref,
  razorpay_payment_id: Ref,
  razorpay_signature: z.string().max(200),
});

/** What is collected, and a customer's mandate, as an administrator deals with it. */
export function mandateAdminRoutes(parts: BillingParts): Router {
  const { db } = parts;
  const router = Router();
  router.get("/collections", async (req, res) => {
    const { tenant_id, customer_id, invoice_id, status, ...query } = parse(CollectionQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const filter = {
      ...{ tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined },
      ...{ invoice_id: invoice_id as InvoiceId | undefined, states: status },
    };
    res.json(pageOf(await pageOfCollections(db.read, query, filter), query, presentCollection));
  });
  return behind(router, adminDoors(parts), (_router, door) => mandateActions(router, parts, door));
}

/** One's own mandate: the right to debit what is used. */
export const mandateRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => {
    mandateActions(router, parts, door);
    router.post(`${door.prefix}/mandate/verify`, async (req, res) => {
      const answer = parse(Verify, req.body);
      const { tenant, customer } = await door.payer(req, res, "billing:write");
      const rows = await listMandates(parts.db.read, tenant.id, customer.id);
      const row = rows.find(({ order_id }) => order_id === answer.razorpay_order_id);
      if (!row?.order_id) throw new Problem("not_found", { message: "There is no such mandate." });
      const razorpay = await parts.collectors.of(row.account_id);
      if (
        !razorpay.verifyCheckout(
          checkoutMessage.order(row.order_id, answer.razorpay_payment_id),
          answer.razorpay_signature,
        )
      )
        throw new Problem("invalid_request", { message: "razorpay_signature: does not fit this order and payment" });
      await registered(parts, row, await razorpay.fetchPayment(answer.razorpay_payment_id));
      const after = (await listMandates(parts.db.read, tenant.id, customer.id)).find(({ id }) => id === row.id);
      res.json(presentMandate(after ?? row));
    });
  });

function mandateActions(router: Router, parts: BillingParts, door: Door): void {
  const path = `${door.prefix}/mandate`;

  router.get(path, async (req, res) => {
    const { tenant, customer } = await door.payer(req, res, "billing:read");
    const rows = await listMandates(parts.db.read, tenant.id, customer.id);
    res.json({ data: rows.map(presentMandate), methods: METHODS });
  });

  router.post(path, async (req, res) => {
    const adopting = door.by === "admin" && Object.hasOwn(req.body ?? {}, "token_id");
    const asked = parse(adopting ? Adopt : NewMandate, req.body);
    const payer = await door.payer(req, res, "billing:write");
    if ("token_id" in asked) {
      const { row, again } = await adoptMandate(parts, payer, asked, door.note(res, payer));
      return void res.status(again ? 200 : 201).json(presentMandate(row));
    }
    const row = await registerMandate(parts, payer, asked, door.note(res, payer));
    const { key_id } = await parts.collectors.of(row.account_id);
    res.status(201).json({ ...presentMandate(row), key_id, recurring: "1" });
  });

  router.delete(path, async (req, res) => {
    const payer = await door.payer(req, res, "billing:write");
    await cancelMandates(parts, payer, door.note(res, payer));
    res.status(204).end();
  });

  router.delete(`${path}/:mandate_id`, async (req, res) => {
    const payer = await door.payer(req, res, "billing:write");
    await cancelMandate(parts, payer, req.params.mandate_id as MandateRow["id"], door.note(res, payer));
    res.status(204).end();
  });
}

export const presentCollection = ({ state, ...row }: CollectionRow) => ({
  ...row,
  ...{ status: state, next_at: iso(row.next_at), final_at: isoOrNull(row.final_at) },
  ...{ created_at: iso(row.created_at), updated_at: iso(row.updated_at) },
});

export const presentMandate = ({
  id,
  method,
  status,
  order_id,
  token_id,
  max_amount_paise,
  razorpay_customer_id,
  ...row
}: MandateRow) => ({
  ...{ id, method, status, order_id, token_id, max_amount_paise, razorpay_customer_id },
  ...{ expires_at: isoOrNull(row.expires_at), created_at: iso(row.created_at) },
});
