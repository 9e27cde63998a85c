import { Router } from "express";
import { z } from "zod";
import { Ref } from "../../http/fields.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { SubscriptionRow } from "../cycles/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import type { BillingParts } from "../parts.ts";
import {
  cancelSubscription,
  currentSubscription,
  pauseSubscription,
  resumeSubscription,
  verifySubscription,
} from "./act.ts";
import { signUp } from "./sign-up.ts";
import { listChanges } from "./store.ts";

const COUNT_MAX = 360;
const NewSubscription = z.strictObject({ plan_id: Ref, total_count: z.int().min(1).max(COUNT_MAX).optional() });
const Cancel = z.strictObject({ at: z.enum(["now", "cycle_end"]).default("cycle_end") });
const Nothing = z.strictObject({});
const Verify = z.strictObject({
  razorpay_payment_id: Ref,
  razorpay_subscription_id: Ref.optional(),
  razorpay_signature: z.string().max(200),
});

/** A customer's subscription, as an administrator deals with it. */
export const subscriptionAdminRoutes = (parts: BillingParts): Router =>
  behind(Router(), adminDoors(parts), (router, door) => subscriptionActions(router, parts, door));

/** One's own subscription. */
export const subscriptionRoutes = (parts: BillingParts): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => {
    subscriptionActions(router, parts, door);
    router.post(`${door.prefix}/subscription/verify`, async (req, res) => {
      const answer = parse(Verify, req.body);
      const row = await currentSubscription(parts, await door.payer(req, res, "billing:write"));
      res.json(await presented(parts, await verifySubscription(parts, row, answer)));
    });
  });

function subscriptionActions(router: Router, parts: BillingParts, door: Door): void {
  const path = `${door.prefix}/subscription`;

  router.get(path, async (req, res) => {
    const row = await currentSubscription(parts, await door.payer(req, res, "billing:read"));
    const history = (await listChanges(parts.db.read, row.id)).map(({ from_status, to_status, cause, at }) => ({
      ...{ from: from_status, to: to_status, cause, at: iso(at) },
    }));
    res.json({ ...(await presented(parts, row)), history });
  });

  router.post(path, async (req, res) => {
    const asked = parse(NewSubscription, req.body);
    const payer = await door.payer(req, res, "billing:write");
    const row = await signUp(parts, payer, { ...asked, by: door.by });
    await door.audit(req, payer, "subscription.created", { plan_id: row.plan_id, status: row.status });
    res.status(201).json(await presented(parts, row));
  });

  const act = (
    name: string,
    schema: z.ZodType,
    work: (row: SubscriptionRow, body: unknown) => Promise<SubscriptionRow>,
  ): void => {
    router.post(`${path}/${name}`, async (req, res) => {
      const body = parse(schema, req.body);
      const payer = await door.payer(req, res, "billing:write");
      const row = await work(await currentSubscription(parts, payer), body);
      await door.audit(req, payer, `subscription.${name}`, { status: row.status, ...(body as object) });
      res.json(await presented(parts, row));
    });
  };
  act("cancel", Cancel, (row, body) => cancelSubscription(parts, row, (body as z.infer<typeof Cancel>).at));
  act("pause", Nothing, (row) => pauseSubscription(parts, row));
  act("resume", Nothing, (row) => resumeSubscription(parts, row));
}

/** A subscription, with what Checkout needs while it waits to be approved. */
async function presented(parts: BillingParts, row: SubscriptionRow) {
  const key_id = (await parts.collectors.known(row.account_id))?.key_id ?? null;
  return {
    ...{ id: row.id, plan_id: row.plan_id, plan_version_id: row.plan_version_id, collection: row.collection },
    ...{ status: row.status, method: row.method, razorpay_subscription_id: row.razorpay_subscription_id },
    ...{ short_url: row.short_url, key_id, cancel_at_cycle_end: row.cancel_at_cycle_end },
    ...{ total_count: row.total_count, paid_count: row.paid_count, remaining_count: row.remaining_count },
    ...{ start_at: isoOrNull(row.start_at), trial_end: isoOrNull(row.trial_end), charge_at: isoOrNull(row.charge_at) },
    ...{ current_start: isoOrNull(row.current_start), current_end: isoOrNull(row.current_end) },
    ...{ expire_by: isoOrNull(row.expire_by), ended_at: isoOrNull(row.ended_at), created_at: iso(row.created_at) },
  };
}
