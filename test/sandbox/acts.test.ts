import { afterAll, beforeAll, expect, test } from "vitest";
import { openApp } from "../../src/app.ts";
import type { MovableClock } from "../../src/kernel/clock.ts";
import { sandboxAdminRoutes } from "../../src/sandbox/admin-routes.ts";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { faultAdminRoutes } from "../../src/sandbox/fault-routes.ts";
import { openSandboxRazorpay, type SandboxRazorpay } from "../../src/sandbox/razorpay/server.ts";
import { asAdmin } from "../http/ask.ts";
import { withoutAuditLog } from "../support/audit-log.ts";
import { RAZORPAY } from "../support/secrets.ts";
import { openWorld, type World } from "../support/world.ts";

/** What an administrator does to the sandbox stands in the audit log, as everything else does. */

let world: World;
let anthropic: SandboxAnthropic;
let razorpay: SandboxRazorpay;
beforeAll(async () => {
  anthropic = await openSandboxAnthropic();
  world = await openWorld({
    open: async (parts) => {
      const { db } = parts;
      const clock = parts.clock as MovableClock;
      razorpay = await openSandboxRazorpay({ now: clock.now });
      const account = razorpay.account(RAZORPAY);
      return openApp({
        ...parts,
        adminRoutes: ({ jobs }) => [
          sandboxAdminRoutes({ db, clock, anthropic, razorpay, account, jobs }),
          faultAdminRoutes({ db, clock, anthropic, account }),
        ],
      });
    },
  });
});
afterAll(async () => {
  await world?.close();
  await Promise.all([anthropic?.close(), razorpay?.close()]);
});

const lines = async () =>
  (await world.admin<{ data: Record<string, unknown>[] }>("GET", "audit?action=sandbox.*")).data.map(
    ({ action, subject_id, before, after, actor }) => ({ action, subject_id, before, after, actor }),
  );

test("moving the clock, breaking something and mending it are written down: who, what, before, after", async () => {
  const fault = { of: "provider", fault: "overloaded" };
  await world.admin("POST", "sandbox/clock", { advance_seconds: 60 });
  await world.admin("POST", "sandbox/faults", fault);
  // It is broken already.
  await world.admin("POST", "sandbox/faults", fault);
  await world.admin("DELETE", "sandbox/faults/provider.overloaded");
  const by = { actor: "admin", subject_id: "provider.overloaded" };
  expect(await lines()).toMatchObject([
    { ...by, action: "sandbox.fault_undone", before: fault, after: null },
    { ...by, action: "sandbox.fault_imposed", before: null, after: fault },
    { actor: "admin", action: "sandbox.clock_moved", subject_id: "clock", after: { advance_seconds: 60 } },
  ]);
});

test("what is refused is not written down, and what cannot be written down is not done", async () => {
  const written = await lines();
  expect((await asAdmin(world, "POST", "sandbox/clock", { advance_seconds: -1 })).status).toBe(400);
  expect((await asAdmin(world, "DELETE", "sandbox/faults/provider.slow")).status).toBe(404);
  const before = world.clock.now();
  await withoutAuditLog(world, async () => {
    expect((await asAdmin(world, "POST", "sandbox/clock", { advance_seconds: 86_400 })).status).toBe(500);
    expect((await asAdmin(world, "POST", "sandbox/faults", { of: "webhooks", fault: "lost" })).status).toBe(500);
  });
  expect(world.clock.now() - before).toBeLessThan(86_400_000);
  expect(await world.admin("GET", "sandbox/faults")).toMatchObject({ data: [] });
  expect(await lines()).toEqual(written);
});
