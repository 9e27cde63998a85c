import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { actorOf } from "../../http/actor.ts";
import { Ref } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { BillingParts } from "../parts.ts";
import { type ClaimRow, findWebhook, listClaims, listWebhooks, replayWebhook, type WebhookRow } from "./store.ts";

export const WebhookQuery = PageQuery.extend({
  status: z.enum(["received", "applied", "foreign", "ignored", "failed"]).optional(),
  type: z.string().max(100).optional(),
  account_id: Ref.optional(),
});
const Nothing = z.strictObject({});
export const ClaimQuery = PageQuery.extend({ status: z.enum(["claimed", "sent", "done", "refused"]).optional() });

/** `/api/admin`: the inbox of webhooks, and the outbox of calls that create something at Razorpay. */
export function razorpayAdminRoutes({ db, clock }: Pick<BillingParts, "db" | "clock">): Router {
  const router = Router();

  router.get("/webhooks", async (req, res) => {
    const { status, type, account_id, ...query } = parse(WebhookQuery, req.query);
    const filter = { state: status, type, account_id: account_id as AccountId | undefined };
    res.json(pageOf(await listWebhooks(db.read, query, filter), query, presentWebhook));
  });

  router.get("/webhooks/:id", async (req, res) => {
    const row = await findWebhook(db.read, req.params.id);
    if (!row) throw unknownWebhook();
    res.json({ ...presentWebhook(row), payload: JSON.parse(row.body) as unknown });
  });

  /** Applies an event again: harmless, because what is applied is the entity as it stands. */
  router.post("/webhooks/:id/replay", async (req, res) => {
    parse(Nothing, req.body);
    const row = await db.transaction(async (tx) => {
      const before = await findWebhook(tx, req.params.id);
      const replayed = await replayWebhook(tx, req.params.id, clock.now());
      if (!before || !replayed) throw unknownWebhook();
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "webhook.replayed", tenant_id: replayed.tenant_id },
        ...{ subject_id: replayed.id, before: factsOf(before), after: factsOf(replayed), at: clock.wall() },
      });
      return replayed;
    });
    res.status(202).json(presentWebhook(row));
  });

  router.get("/claims", async (req, res) => {
    const { status, ...query } = parse(ClaimQuery, req.query);
    res.json(pageOf(await listClaims(db.read, query, { state: status }), query, presentClaim));
  });

  return router;
}

const unknownWebhook = () => new Problem("not_found", { message: "There is no such webhook." });

/** As the audit log shows it. */
const factsOf = ({ type, state, attempts, error }: WebhookRow) => ({ type, status: state, attempts, error });

const presentWebhook = ({ body: _, leased_until: __, state, ...row }: WebhookRow) => ({
  ...row,
  status: state,
  made_at: isoOrNull(row.made_at),
  received_at: iso(row.received_at),
  applied_at: isoOrNull(row.applied_at),
  next_at: state === "received" || state === "failed" ? iso(row.next_at) : null,
});

const presentClaim = ({ leased_until: _, state, ...row }: ClaimRow) => ({
  ...row,
  status: state,
  sent_at: isoOrNull(row.sent_at),
  created_at: iso(row.created_at),
  updated_at: iso(row.updated_at),
});
