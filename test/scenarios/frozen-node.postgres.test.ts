import { expect, test } from "vitest";
import { type ServerProcess, startServer } from "../../scripts/support/server-process.ts";
import { openSandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { openTestDatabase } from "../support/database.ts";
import { ADMIN_TOKEN, ROOT_SECRET } from "../support/world.ts";

interface Event {
  readonly kind: string;
  readonly source: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly spend_micros: number;
}

test("a node that is frozen past its lease and then goes on posts an adjustment, and doubles nothing", async () => {
  const sandbox = await openSandboxAnthropic();
  const database = await openTestDatabase();
  const settings = (TOLLGATE_NODE_ID: string) => ({
    DATABASE_URL: database.url,
    ANTHROPIC_API_KEY: "sk-ant-sandbox",
    ANTHROPIC_BASE_URL: sandbox.url,
    TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    TOLLGATE_SECRET: ROOT_SECRET,
    TOLLGATE_NODE_ID,
  });
  const frozen = await startServer(settings("frozen"));
  const other = await startServer(settings("other"));
  const admin = <T = Record<string, string>>(method: string, path: string, body?: unknown) =>
    other.call<T>(ADMIN_TOKEN, method, `admin/${path}`, body);
  const { id } = await admin("POST", "tenants", { name: "Frozen", currency: "USD" });
  await admin("POST", `tenants/${id}/credits`, { amount_micros: 1_000_000_000, reason: "test" });
  const { secret } = await admin("POST", `tenants/${id}/keys`, { name: "k" });

  const answer = await ask(frozen, secret!);
  const reader = answer.body!.getReader();
  const holds = () => admin<{ data: { checkpoint: unknown }[] }>("GET", "holds");
  await expect.poll(async () => (await holds()).data[0]?.checkpoint ?? null, { timeout: 20_000 }).not.toBeNull();
  frozen.child.kill("SIGSTOP");
  await expect.poll(async () => (await holds()).data.length, { timeout: 60_000, interval: 500 }).toBe(0);
  frozen.child.kill("SIGCONT");
  while (!(await reader.read()).done);

  const { data } = await admin<{ data: Event[] }>("GET", `events?tenant_id=${id}`);
  expect(data.map(({ kind, source }) => [kind, source]).sort()).toEqual([
    ["adjustment", "reported"],
    ["call", "recovered"],
  ]);
  const sum = (of: (event: Event) => number) => data.reduce((total, event) => total + of(event), 0);
  const served = sandbox.tally.requests[0]!;
  expect(sum((event) => event.output_tokens)).toBe(served.outputTokens);
  expect(sum((event) => event.input_tokens)).toBe(served.inputTokens);
  const credits = await admin<{ data: { used_micros: number; held_micros: number }[] }>("GET", `tenants/${id}/credits`);
  expect(credits.data[0]).toMatchObject({ used_micros: sum((event) => event.spend_micros), held_micros: 0 });
  expect(sum((event) => event.spend_micros)).toBe(served.inputTokens * 2 + served.outputTokens * 10);

  expect(await frozen.end("SIGTERM")).toBe(0);
  expect(await other.end("SIGTERM")).toBe(0);
  await database.close();
  await sandbox.close();
}, 180_000);

/** Slow, but short enough for its first slice: it needs nothing more of the ledger before it ends. */
const ask = (server: ServerProcess, key: string) =>
  fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-sonnet-5-5",
      max_tokens: 1_000,
      stream: true,
      messages: [{ role: "user", content: "[[pace_ms=60]] [[output_tokens=400]] slowly" }],
    }),
  });
