import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  // Even where streams are drained, a revoked one is not.
  world = await openWorld({ onDisconnect: "drain" });
});
afterAll(() => world.close());

const LONG = "[[pace_ms=20]] [[output_tokens=20000]] on and on";

/** A stream under way, and how it ends. */
async function stream(key: string) {
  const client = new Anthropic({ baseURL: world.url, apiKey: key, maxRetries: 0 });
  const running = client.messages.stream({
    model: "claude-sonnet-5-5",
    max_tokens: 20_000,
    messages: [{ role: "user", content: LONG }],
  });
  const ended = running.finalMessage().then(
    () => null,
    (error: unknown) => error,
  );
  await new Promise<void>((resolve) => running.once("text", () => resolve()));
  return { ended };
}

const code = (error: unknown) => (error as { error?: { error?: { code?: string } } }).error?.error?.code;

/** Upstream is closed, and what passed is billed. */
async function expectBilled(tenant: { id: string }) {
  await expect.poll(() => world.sandbox.tally.inFlight).toBe(0);
  expect(world.sandbox.tally.requests.at(-1)).toMatchObject({ aborted: true });
  const { data } = await world.admin<{ data: Record<string, unknown>[] }>("GET", `events?tenant_id=${tenant.id}`);
  expect(data[0]).toMatchObject({ ended: "revoked", source: "partial", unreconciled: true });
  expect(data[0]!.spend_micros).toBeGreaterThan(0);
  const credits = await world.admin<{ data: { held_micros: number }[] }>("GET", `tenants/${tenant.id}/credits`);
  expect(credits.data[0]!.held_micros).toBe(0);
}

test("a revoked key ends its open streams, and bills what passed", async () => {
  const tenant = await world.tenant();
  const { ended } = await stream(tenant.key);
  await world.admin("DELETE", `keys/${tenant.keyId}`);
  expect(code(await ended)).toBe("revoked_key");
  await expectBilled(tenant);
});

test("a blocked user's streams end; another user's go on", async () => {
  const tenant = await world.tenant();
  const users = await Promise.all(
    ["one", "two"].map(async (external_id) => {
      const { id } = await world.admin<{ id: string }>("POST", `tenants/${tenant.id}/users`, { external_id });
      const { secret } = await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, {
        name: external_id,
        user_id: id,
      });
      return { id, ...(await stream(secret)) };
    }),
  );
  await world.admin("PATCH", `users/${users[0]!.id}`, { status: "blocked" });
  expect(code(await users[0]!.ended)).toBe("user_blocked");
  expect(world.sandbox.tally.inFlight).toBe(1);
  await world.admin("PATCH", `users/${users[1]!.id}`, { status: "blocked" });
  expect(code(await users[1]!.ended)).toBe("user_blocked");
});

test("a suspended tenant's streams end; a changed name ends nothing", async () => {
  const tenant = await world.tenant();
  const { ended } = await stream(tenant.key);
  await world.admin("PATCH", `tenants/${tenant.id}`, { name: "Renamed" });
  await world.admin("PATCH", `tenants/${tenant.id}`, { status: "suspended" });
  expect(code(await ended)).toBe("tenant_suspended");
  await expectBilled(tenant);
});

test("rotation lets an open stream of the old secret finish", async () => {
  const tenant = await world.tenant();
  const client = new Anthropic({ baseURL: world.url, apiKey: tenant.key, maxRetries: 0 });
  const running = client.messages.stream({
    model: "claude-sonnet-5-5",
    max_tokens: 2_000,
    messages: [{ role: "user", content: "[[pace_ms=25]] [[output_tokens=500]] steady" }],
  });
  await new Promise<void>((resolve) => running.once("text", () => resolve()));
  await world.admin("POST", `keys/${tenant.keyId}/rotate`, { overlap_seconds: 0 });
  expect((await running.finalMessage()).usage.output_tokens).toBe(500);
});
