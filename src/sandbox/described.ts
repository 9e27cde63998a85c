import { z } from "zod";
import { At, AtOrNull, adminChapter, Id, named, PaiseTold } from "../http/operation.ts";
import { Advance } from "./admin-routes.ts";
import { NewFault } from "./fault-routes.ts";

/** What the routes of this room promise. They exist in sandbox mode alone. */

const Clock = named("SandboxClock", z.object({ now: At }), "Business time: cycles, windows and jobs go by it.");
const served = {
  ...{ requests: z.int(), inputTokens: z.int(), cacheWrite5m: z.int(), cacheWrite1h: z.int(), cacheRead: z.int() },
  ...{ outputTokens: z.int(), webSearches: z.int() },
};

const Fault = named(
  "SandboxFault",
  z.object({
    id: Id,
    of: z.enum(["provider", "reports", "razorpay", "webhooks", "money"]),
    fault: z.string(),
    since: At,
  }),
  "Something that is broken until it is mended, or this gateway is started anew.",
);
const names = z.array(z.string());
const Watched = z.object({
  totals: z.object({
    ...{ captured_paise: PaiseTold, refunded_paise: PaiseTold, deducted_paise: PaiseTold, fees_paise: PaiseTold },
  }),
  counts: z.record(z.string(), z.int()),
  webhooks_disabled_at: AtOrNull,
  events: z.array(
    z.object({
      ...{ id: Id, type: z.string(), made_at: At, dropped: z.boolean() },
      ...{ deliveries: z.int(), last_status: z.int().nullable() },
    }),
  ),
});

export const sandboxAdminDescribed = adminChapter("Sandbox", {
  "GET /sandbox/clock": { summary: "Show the clock", answers: { 200: Clock } },
  "POST /sandbox/clock": {
    summary: "Let business time pass",
    description: "The simulated servers and all timed work do what is due on the way.",
    ...{ body: Advance, answers: { 200: Clock } },
  },
  "GET /sandbox/tally": {
    summary: "Show what the simulated provider has served, by its keys",
    answers: { 200: z.object({ totals: z.record(z.string(), z.object(served)), in_flight: z.int() }) },
  },
  "GET /sandbox/razorpay": { summary: "Show what the simulated Razorpay has in its books", answers: { 200: Watched } },
  "GET /sandbox/faults": {
    summary: "List what is broken, and what can be",
    answers: {
      200: z.object({
        data: z.array(Fault),
        choices: z.object({ provider: names, reports: names, razorpay: names, webhooks: names, money: names }),
      }),
    },
  },
  "POST /sandbox/faults": {
    summary: "Break something of the simulated servers",
    description:
      "`reports` and `money` are what a reconciliation finds: a day that the provider does not report, rows that come late, another price; a payment that nobody knows (it stays), a settlement that is short by a fee.",
    ...{ body: NewFault, answers: { 201: Fault } },
  },
  "DELETE /sandbox/faults/:id": { summary: "Mend what was broken", answers: { 204: null } },
});
