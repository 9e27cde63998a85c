import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import { actorOf } from "../../http/actor.ts";
import { Currency, Ref, Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { findTenant } from "../../tenants/store.ts";
import { customerDoor } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import { codeOf, redeem } from "./promotion.ts";
import { insertPromotion, listPromotions, type PromotionRow } from "./store.ts";

const Code = z
  .string()
  .transform(codeOf)
  .pipe(z.string().regex(/^[A-Z0-9-]{3,40}$/, "must be 3 to 40 letters, digits or dashes"));
export const NewPromotion = z.strictObject({
  code: Code,
  credit_micros: z.int().min(1).max(1_000_000_000_000).transform(micros),
  currency: Currency.default("INR"),
  tenant_id: Ref.nullable().default(null),
  max_redemptions: z.int().min(1).nullable().default(null),
  credit_days: z.int().min(1).max(3_650).nullable().default(null),
  expires_at: Time.nullable().default(null),
});
export const Redeem = z.strictObject({ code: Code });

/** `/api/admin/promotions`: codes that give credit. */
export function promotionAdminRoutes({ db, clock }: BillingParts): Router {
  const router = Router();

  router.get("/promotions", async (req, res) => {
    const query = parse(PageQuery, req.query);
    res.json(pageOf(await listPromotions(db.read, query), query, presentPromotion));
  });

  router.post("/promotions", async (req, res) => {
    const { tenant_id, ...fields } = parse(NewPromotion, req.body);
    if (fields.expires_at !== null && fields.expires_at <= clock.now())
      throw new Problem("invalid_request", { message: "expires_at: lies in the past" });
    const row = await db.transaction(async (tx) => {
      const tenant = tenant_id === null ? null : await findTenant(tx, tenant_id);
      const id = newId("promotion", clock.wall());
      const row: PromotionRow = { id, tenant_id: tenant?.id ?? null, ...fields, redeemed: 0, created_at: clock.now() };
      if (!(await insertPromotion(tx, row)))
        throw new Problem("conflict", { message: `code: there is a promotion ${fields.code} already` });
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "promotion.created", tenant_id: row.tenant_id, subject_id: id },
        ...{ after: presentPromotion(row), at: clock.wall() },
      });
      return row;
    });
    res.status(201).json(presentPromotion(row));
  });

  return router;
}

/** Redeems a code. */
export function promotionRoutes(parts: BillingParts): Router {
  const door = customerDoor(parts);
  const router = Router();
  router.post("/billing/promotions", async (req, res) => {
    const { code } = parse(Redeem, req.body);
    const grant = await redeem(parts, await door.payer(req, res, "billing:write"), code);
    res.status(201).json({
      ...{ grant_id: grant.id, credit_micros: grant.amount, currency: grant.currency },
      expires_at: isoOrNull(grant.expires_at),
    });
  });
  return router;
}

const presentPromotion = ({ expires_at, created_at, ...row }: PromotionRow) => ({
  ...row,
  ...{ expires_at: isoOrNull(expires_at), created_at: iso(created_at) },
});
