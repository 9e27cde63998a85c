import { z } from "zod";
import { limitFields } from "../catalog/described.ts";
import {
  Anything,
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  pageTold,
  tenantChapter,
} from "../http/operation.ts";
import { METRICS } from "../kernel/metrics.ts";
import { WINDOWS } from "../kernel/windows.ts";
import { HoldQuery, LimitSubject, LimitsBody } from "./admin-routes.ts";
import { LIMIT_SCOPES } from "./limits.ts";

/** What the routes of this room promise. */

const Limit = named(
  "Limit",
  z.object({
    ...{ id: Id, tenant_id: Id, scope: z.enum(LIMIT_SCOPES), subject_id: Id, ...limitFields, created_at: At },
  }),
  "A bound on what a subject may use in a window.",
);
const Limits = z.object({
  ...{ tenant_id: Id.describe("`*` for the limits of a plan, which are every subscriber's.") },
  ...{ scope: z.enum(LIMIT_SCOPES), subject_id: Id, limits: z.array(Limit) },
});

export const HoldTold = named(
  "Hold",
  z.object({
    ...{ id: Id, tenant_id: Id, customer_id: Id, user_id: IdOrNull, key_id: IdOrNull, node_id: z.string() },
    held_micros: MicrosTold,
    draws: z.array(z.object({ grant_id: Id, amount: MicrosTold })),
    limits: z.array(z.object({ metric: z.enum(METRICS), window: z.enum(WINDOWS), amount: z.int() })),
    ...{ checkpoint: Anything.nullable(), admitted_at: At, expires_at: At },
  }),
  "What is held for a request that is under way.",
);

export const ledgerAdminDescribed = adminChapter("Limits and holds", {
  "GET /limits": { summary: "Show the limits of a subject", query: LimitSubject, answers: { 200: Limits } },
  "PUT /limits": {
    summary: "Replace the limits of a subject",
    description:
      "What was used belongs to the subject, the metric, the window and the models: replacing limits resets nothing. The subject may stand in the query or in the body.",
    ...{
      query: LimitSubject.partial(),
      body: LimitsBody.extend(LimitSubject.partial().shape),
      answers: { 200: Limits },
    },
  },
  "GET /holds": { summary: "List what is held now", query: HoldQuery, answers: { 200: pageTold(HoldTold) } },
});

const Quota = named(
  "Quota",
  z.object({
    ...{ remaining_micros: MicrosTold, currency: z.string() },
    unit: z
      .object({ name: z.string(), micros: MicrosTold, remaining: z.int() })
      .optional()
      .describe("The same in the plan's own unit, whole ones."),
    resets_at: AtOrNull,
    blocked_by: z
      .union([
        z.object({ kind: z.literal("grants") }),
        z.object({ kind: z.literal("standing"), standing: z.enum(["ok", "unsubscribed", "halted", "suspended"]) }),
        z.object({ kind: z.literal("limit"), limit_id: Id }),
      ])
      .nullable(),
    topup_url: z.string().nullable(),
  }),
  "What may still be spent: the least of the free grants and of the hard limits on spend.",
);

export const quotaDescribed = tenantChapter("Usage", {
  "GET /quota": { summary: "Say what is left", answers: { 200: Quota }, problems: ["user_required"] },
});
