import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import type { Reader } from "../../db/database.ts";
import { actorOf } from "../../http/actor.ts";
import { Time } from "../../http/fields.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { type GrantRow, pageOfGrants } from "../../ledger/store.ts";
import { payerOf } from "../../tenants/payer.ts";
import { ensureCustomer, findCustomer } from "../../tenants/store.ts";
import { lockedCustomer } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import { giveCredit } from "./credit.ts";
import { givePeriod, statusOf } from "./repeat.ts";
import { findRepeat, insertRepeat, lockedRepeat, pageOfRepeats, type RepeatRow, saveRepeat } from "./store.ts";

const Repeats = z.strictObject({
  every: z.enum(["month", "cycle"]),
  until: Time.nullable().default(null),
  times: z.int().min(1).max(600).nullable().default(null),
  lasts: z.enum(["period", "forever"]).default("period"),
});
export const NewCredit = z.strictObject({
  amount_micros: z.int().min(1).transform(micros),
  reason: z.string().trim().min(1).max(500),
  kind: z.enum(["prepaid", "promotional"]).default("promotional"),
  expires_at: Time.nullable().default(null),
  repeats: Repeats.optional(),
});

/** `/api/admin/tenants|users/:id/credits`: credit that is given without a sale, once or in each period. */
export function creditAdminRoutes(parts: Pick<BillingParts, "db" | "clock">): Router {
  const { db, clock } = parts;
  const router = Router();

  for (const kind of ["tenants", "users"] as const) {
    const path = `/${kind}/:id/credits`;
    const isUser = kind === "users";
    const customerOf = async (read: Reader, ref: string) => {
      const { tenant, user_id } = await payerOf(read, ref, isUser);
      return { tenant, customer: await findCustomer(read, tenant.id, user_id ?? tenant.id) };
    };

    router.post(path, async (req, res) => {
      const { repeats, ...fields } = parse(NewCredit, req.body);
      const now = clock.now();
      assertAhead("expires_at", fields.expires_at, now);
      if (repeats) assertAhead("repeats.until", repeats.until, now);
      if (repeats && fields.expires_at !== null)
        throw new Problem("invalid_request", {
          message: "expires_at: credit that repeats ends by repeats.until, and what is left of it by repeats.lasts",
        });
      const answer = await db.transaction(async (tx) => {
        const { tenant, user_id } = await payerOf(tx, String(req.params.id), isUser);
        const customer = await lockedCustomer(tx, await ensureCustomer(tx, tenant, user_id, now));
        const audit = { actor: actorOf(res), tenant_id: tenant.id, at: clock.wall() };
        if (!repeats) {
          const grant = await giveCredit(tx, clock, { tenant, customer_id: customer.id, ...fields, source: null });
          const after = presentGrant(grant!);
          await recordAudit(tx, { ...audit, action: "credit.granted", subject_id: after.id, after });
          return after;
        }
        const { every, until: ends_at, times, lasts } = repeats;
        const { kind, amount_micros, reason } = fields;
        const row: RepeatRow = {
          ...{ id: newId("credit_repeat", clock.wall()), tenant_id: tenant.id, customer_id: customer.id },
          ...{ kind, amount_micros, reason, every, lasts, ends_at, times, given: 0, period_start: null, next_at: now },
          ...{ last_grant_id: null, cancelled_at: null, created_at: now },
        };
        await insertRepeat(tx, row);
        const grant = await givePeriod(tx, parts, row, customer, tenant);
        const after = presentRepeat((await findRepeat(tx, customer.id, row.id))!, now);
        await recordAudit(tx, { ...audit, action: "credit.repeats", subject_id: row.id, after });
        return { ...(grant && presentGrant(grant)), repeats: after };
      });
      res.status(201).json(answer);
    });

    router.get(path, async (req, res) => {
      const query = parse(PageQuery, req.query);
      const { tenant, customer } = await customerOf(db.read, String(req.params.id));
      res.json(pageOf(customer ? await pageOfGrants(db.read, tenant.id, customer.id, query) : [], query, presentGrant));
    });

    router.get(`/${kind}/:id/credits/repeats`, async (req, res) => {
      const query = parse(PageQuery, req.query);
      const { tenant, customer } = await customerOf(db.read, String(req.params.id));
      const rows = customer ? await pageOfRepeats(db.read, tenant.id, customer.id, query) : [];
      res.json(pageOf(rows, query, (row) => presentRepeat(row, clock.now())));
    });

    /** Ends it: no further period has it. What was given stays as it is. */
    router.delete(`/${kind}/:id/credits/repeats/:repeat_id`, async (req, res) => {
      await db.transaction(async (tx) => {
        const { customer } = await customerOf(tx, String(req.params.id));
        const seen = customer && (await findRepeat(tx, customer.id, String(req.params.repeat_id)));
        if (!seen) throw new Problem("not_found", { message: "There is no such repeating credit." });
        await lockedCustomer(tx, seen.customer_id);
        const before = (await lockedRepeat(tx, seen.id))!;
        if (before.cancelled_at !== null) return;
        const after = await saveRepeat(tx, before.id, { cancelled_at: clock.now() });
        await recordAudit(tx, {
          ...{ actor: actorOf(res), action: "credit.repeats_cancelled", tenant_id: before.tenant_id },
          ...{ subject_id: before.id, at: clock.wall() },
          ...{ before: presentRepeat(before, clock.now()), after: presentRepeat(after, clock.now()) },
        });
      });
      res.status(204).end();
    });
  }

  return router;
}

function assertAhead(field: string, at: number | null, now: number): void {
  if (at !== null && at <= now) throw new Problem("invalid_request", { message: `${field}: lies in the past` });
}

export const presentGrant = ({ amount, used, held, starts_at, expires_at, created_at, ...rest }: GrantRow) => ({
  ...rest,
  ...{ amount_micros: amount, used_micros: used, held_micros: held, free_micros: amount - used - held },
  ...{ starts_at: iso(starts_at), expires_at: isoOrNull(expires_at), created_at: iso(created_at) },
});

const presentRepeat = (row: RepeatRow, now: number) => ({
  ...{ id: row.id, kind: row.kind, amount_micros: row.amount_micros, reason: row.reason, status: statusOf(row, now) },
  ...{ every: row.every, until: isoOrNull(row.ends_at), times: row.times, lasts: row.lasts, given: row.given },
  ...{ cancelled_at: isoOrNull(row.cancelled_at), created_at: iso(row.created_at) },
});
