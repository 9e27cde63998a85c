import { Router } from "express";
import { z } from "zod";
import { Ref } from "../../http/fields.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { SubscriptionRow } from "../cycles/store.ts";
import { adminDoors, behind, customerDoor, type Door } from "../doors.ts";
import type { Note } from "../note.ts";
import type { BillingParts } from "../parts.ts";
import { allowed, leave, pauseSubscription, razorpayIdOf, resumeSubscription, verifySubscription } from "./act.ts";
import { adoptSubscription } from "./adopt.ts";
import { changePlan } from "./change.ts";
import { type Charges, completeChange } from "./complete-change.ts";
import { type Standing, standingFor } from "./current.ts";
import { methodTable, rulesOf } from "./methods.ts";
import { previewChange } from "./preview.ts";
import { signUp } from "./sign-up.ts";
import { possible } from "./states.ts";
import { listChanges } from "./store.ts";

const COUNT_MAX = 360;
export const NewSubscription = z.strictObject({ plan_id: Ref, total_count: z.int().min(1).max(COUNT_MAX).optional() });
/** One that is live at Razorpay already; only an administrator can know whose it is. */
export const Adopt = z.strictObject({
  plan_id: Ref,
  razorpay_subscription_id: z
    .string()
    .regex(
      /^sub_[A-Za-z0-9]{14}$/,
      "must be the id of a subscription at Razorpay: sub_ and fourteen letters or digits",
    ),
});
export const Cancel = z.strictObject({ at: z.enum(["now", "cycle_end"]).default("cycle_end") });
export const Change = z.strictObject({
  plan_id: Ref,
  when: z.enum(["now", "cycle_end"]).default("cycle_end"),
  preview: z.boolean().default(false),
});
const Nothing = z.strictObject({});
export const Verify = z.strictObject({
  razorpay_payment_id: Ref,
  razorpay_subscription_id: Ref.optional(),
  razorpay_signature: z.string().max(200),
});

export interface SubscriptionRouteOptions {
  readonly charges: Charges;
}

/** A customer's subscription, as an administrator deals with it; and what Razorpay allows by which method. */
export function subscriptionAdminRoutes(parts: BillingParts, options: SubscriptionRouteOptions): Router {
  const router = Router();
  router.get("/razorpay/methods", (_req, res) => {
    res.json({ data: methodTable() });
  });
  return behind(router, adminDoors(parts), (_router, door) => subscriptionActions(router, parts, options, door));
}

/** One's own subscription. */
export const subscriptionRoutes = (parts: BillingParts, options: SubscriptionRouteOptions): Router =>
  behind(Router(), [customerDoor(parts)], (router, door) => {
    subscriptionActions(router, parts, options, door);
    const path = `${door.prefix}/subscription`;

    router.post(`${path}/verify`, async (req, res) => {
      const answer = parse(Verify, req.body);
      const payer = await door.payer(req, res, "billing:write");
      const row = await verifySubscription(parts, payer, answer);
      await completeSoon(parts, options, row);
      res.json(await presented(parts, row));
    });

    /** What Checkout is opened with, to pay another way: of one whose charges fail, what is open is charged at once. */
    router.post(`${path}/payment_method`, async (req, res) => {
      parse(Nothing, req.body ?? {});
      const { current } = await standingFor(parts, await door.payer(req, res, "billing:write"));
      const row = await allowed(parts, current, "payment_method");
      const { key_id } = await parts.collectors.of(row.account_id);
      res.json({
        ...{ subscription_id: razorpayIdOf(row), key_id, subscription_card_change: true, short_url: row.short_url },
        ...{ status: row.status, method: row.method, change_method_to: rulesOf(row.method)?.change_method_to ?? null },
      });
    });
  });

function subscriptionActions(router: Router, parts: BillingParts, options: SubscriptionRouteOptions, door: Door): void {
  const path = `${door.prefix}/subscription`;

  router.get(path, async (req, res) => {
    const standing = await standingFor(parts, await door.payer(req, res, "billing:read"));
    const { current, next } = standing;
    const history = (await listChanges(parts.db.read, current.id)).map(({ from_status, to_status, cause, at }) => ({
      ...{ from: from_status, to: to_status, cause, at: iso(at) },
    }));
    res.json({
      ...(await presented(parts, current)),
      possible: possible(current),
      ...(door.by === "admin" && { method_rules: rulesOf(current.method) }),
      next: next && (await presented(parts, next)),
      history,
    });
  });

  router.post(path, async (req, res) => {
    const adopting = door.by === "admin" && Object.hasOwn(req.body ?? {}, "razorpay_subscription_id");
    const asked = parse(adopting ? Adopt : NewSubscription, req.body);
    const payer = await door.payer(req, res, "billing:write");
    if ("razorpay_subscription_id" in asked) {
      const { row, again } = await adoptSubscription(parts, payer, asked, door.note(res, payer));
      return void res.status(again ? 200 : 201).json(await presented(parts, row));
    }
    const row = await signUp(parts, payer, { ...asked, by: door.by }, door.note(res, payer));
    res.status(201).json(await presented(parts, row));
  });

  router.post(`${path}/change`, async (req, res) => {
    const { preview, ...asked } = parse(Change, req.body);
    const payer = await door.payer(req, res, "billing:write");
    if (preview) return void res.json(await previewChange(parts, payer, { ...asked, by: door.by }));
    const row = await changePlan(parts, payer, { ...asked, by: door.by }, door.note(res, payer));
    await completeSoon(parts, options, row);
    res.status(201).json(await presented(parts, row));
  });

  const act = <S extends z.ZodType>(
    name: string,
    schema: S,
    work: (standing: Standing, note: Note | null, body: z.infer<S>) => Promise<SubscriptionRow>,
  ): void => {
    router.post(`${path}/${name}`, async (req, res) => {
      const body = parse(schema, req.body);
      const payer = await door.payer(req, res, "billing:write");
      const row = await work(await standingFor(parts, payer), door.note(res, payer), body);
      res.json(await presented(parts, row));
    });
  };
  act("cancel", Cancel, (standing, note, { at }) => leave(parts, standing, at, note));
  act("pause", Nothing, ({ current }, note) => pauseSubscription(parts, current, note));
  act("resume", Nothing, ({ current }, note) => resumeSubscription(parts, current, note));
}

/** A change that is approved is completed at once where that works; else it is tried again by the timed work. */
async function completeSoon(
  parts: BillingParts,
  { charges }: SubscriptionRouteOptions,
  row: SubscriptionRow,
): Promise<void> {
  await completeChange(parts, charges, row).catch((error: unknown) =>
    parts.log.warn({ err: error, subscription: row.id }, "a change of plan is completed later"),
  );
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
    ...{ replaces: row.replaces, replace_when: row.replace_when },
    ...{ expire_by: isoOrNull(row.expire_by), ended_at: isoOrNull(row.ended_at), created_at: iso(row.created_at) },
  };
}
