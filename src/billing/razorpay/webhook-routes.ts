import express, { type Request, type Response, Router } from "express";
import type { AccountId } from "../../db/schema/sellers.ts";
import { isId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import type { BillingParts } from "../parts.ts";
import { receive } from "./inbox.ts";
import { isSignedWebhook } from "./signatures.ts";

const BODY_MAX = "1mb";

/**
 * `POST /webhooks/razorpay` for the operator's account, `/webhooks/razorpay/{tenant}` for a tenant's own. Answers 2xx once the event is durable, and
 * leaves its application to a job. The signature is checked over the bytes as they came.
 */
export function webhookRoutes({
  onForged,
  ...parts
}: Pick<BillingParts, "db" | "clock" | "collectors" | "step"> & {
  readonly onForged: (account_id: AccountId) => void;
}): Router {
  const router = Router();
  const raw = express.raw({ type: () => true, limit: BODY_MAX });

  const answer = async (account_id: AccountId, req: Request, res: Response) => {
    const secrets = await parts.collectors.webhookSecrets(account_id);
    if (!secrets.length) throw new Problem("not_found", { message: "No Razorpay account is configured here." });
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const signature = req.headers["x-razorpay-signature"];
    if (typeof signature !== "string" || !isSignedWebhook(body, signature, secrets)) {
      onForged(account_id);
      throw new Problem("invalid_request", {
        message: "The signature does not fit these bytes and the webhook's secret.",
      });
    }
    const event_id = req.headers["x-razorpay-event-id"];
    const kept = await receive(parts, account_id, {
      event_id: typeof event_id === "string" ? event_id : "",
      body: body.toString("utf8"),
    });
    if (kept === null)
      throw new Problem("invalid_request", { message: "This is no event of Razorpay's, or it has no id." });
    res.json({ status: kept ? "kept" : "known" });
  };

  router.post("/webhooks/razorpay", raw, (req, res) => answer("operator", req, res));
  router.post("/webhooks/razorpay/:tenant_id", raw, async (req, res) => {
    const { tenant_id } = req.params;
    if (typeof tenant_id !== "string" || !isId("tenant", tenant_id)) throw new Problem("not_found");
    await answer(tenant_id, req, res);
  });
  return router;
}
