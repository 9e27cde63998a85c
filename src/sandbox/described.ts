import { z } from "zod";
import { At, adminChapter, named } from "../http/operation.ts";
import { Advance } from "./admin-routes.ts";

/** What the routes of this room promise. They exist in sandbox mode alone. */

const Clock = named("SandboxClock", z.object({ now: At }), "Business time: cycles, windows and jobs go by it.");
const served = {
  ...{ requests: z.int(), inputTokens: z.int(), cacheWrite5m: z.int(), cacheWrite1h: z.int(), cacheRead: z.int() },
  ...{ outputTokens: z.int(), webSearches: z.int() },
};

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
});
