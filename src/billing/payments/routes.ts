import { type Request, Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import { actorOf } from "../../http/actor.ts";
import { Ref } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { CustomerId, InvoiceId } from "../../kernel/id.ts";
import { paise } from "../../kernel/money.ts";
import { findTenant } from "../../tenants/store.ts";
import type { BillingParts } from "../parts.ts";
import { refundPayment } from "./refund.ts";
import {
  type DisputeRow,
  type PaymentRow,
  pageOfDisputes,
  pageOfPayments,
  pageOfRefunds,
  type RefundRow,
} from "./store.ts";

export const WhoseQuery = PageQuery.extend({ tenant_id: Ref.optional(), customer_id: Ref.optional() });
export const PaymentQuery = WhoseQuery.extend({ invoice_id: Ref.optional() });
export const NewRefund = z.strictObject({
  payment_id: Ref,
  amount_paise: z.int().min(100).max(100_000_000_000).transform(paise).optional(),
  reason: z.string().trim().min(3).max(500),
});

/** `/api/admin`: payments, and money that goes back. */
export function refundAdminRoutes(parts: BillingParts): Router {
  const { db, clock } = parts;
  const router = Router();

  const asked = async (req: Request) => {
    const { tenant_id, customer_id, ...query } = parse(WhoseQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    return { filter: { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined }, query };
  };

  router.post("/refunds", async (req, res) => {
    const { payment_id, ...asked } = parse(NewRefund, req.body);
    const row = await refundPayment(parts, payment_id, asked, (tx, payment, claim) =>
      recordAudit(tx, {
        ...{ actor: actorOf(res), action: "refund.created", tenant_id: claim.tenant_id, subject_id: claim.id },
        ...{ before: { payment: presentPayment(payment) }, after: presentRefund(claim), at: clock.wall() },
      }),
    );
    res.status(201).json(presentRefund(row));
  });

  router.get("/payments", async (req, res) => {
    const { invoice_id, tenant_id, customer_id, ...query } = parse(PaymentQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const whose = { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined };
    const filter = { ...whose, invoice_id: invoice_id as InvoiceId | undefined };
    res.json(pageOf(await pageOfPayments(db.read, query, filter), query, presentPayment));
  });

  router.get("/refunds", async (req, res) => {
    const { filter, query } = await asked(req);
    res.json(pageOf(await pageOfRefunds(db.read, query, filter), query, presentRefund));
  });

  router.get("/disputes", async (req, res) => {
    const { filter, query } = await asked(req);
    res.json(pageOf(await pageOfDisputes(db.read, query, filter), query, presentDispute));
  });

  return router;
}

export const presentPayment = <T extends PaymentRow>({ created_at, updated_at, captured_at, ...row }: T) => ({
  ...row,
  ...{ captured_at: isoOrNull(captured_at), created_at: iso(created_at), updated_at: iso(updated_at) },
});

export const presentRefund = ({ state, created_at, updated_at, ...row }: RefundRow) => ({
  ...row,
  ...{ status: state, created_at: iso(created_at), updated_at: iso(updated_at) },
});

const presentDispute = ({ respond_by, created_at, updated_at, ...row }: DisputeRow) => ({
  ...row,
  ...{ respond_by: isoOrNull(respond_by), created_at: iso(created_at), updated_at: iso(updated_at) },
});
