import { afterEach, describe, expect, test } from "vitest";
import { type ServerProcess, startServer } from "../../scripts/support/server-process.ts";
import { openSandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { mostAtOnce } from "../support/at-once.ts";
import { openTestDatabase } from "../support/database.ts";
import { ADMIN_TOKEN, openWorld, ROOT_SECRET, times, type World } from "../support/world.ts";

describe("the turnstile", () => {
  let world: World;
  afterEach(() => world.close());
  const call = (key: string, directives = "") =>
    world.messages(key, { messages: [{ role: "user", content: `${directives} hello` }] }).then(async (answer) => {
      await answer.text();
      return answer;
    });

  test("never lets more calls of a tenant inside than its bound, nor more than there are places in all", async () => {
    world = await openWorld({ concurrency: { insideMax: 6, tenantInsideMax: 4 } });
    const tenants = await Promise.all(times(3, () => world.tenant()));
    const { tally } = world.sandbox;
    const insideOf = (count: number) => expect.poll(() => tally.inFlight, { interval: 5, timeout: 30_000 }).toBe(count);
    const alone = times(12, () => call(tenants[0]!.key, "[[first_byte_ms=500]]"));
    await insideOf(4);
    const first = await Promise.all(alone);
    expect(mostAtOnce(tally.requests)).toBe(4);
    const together = times(18, (index) => call(tenants[index % 3]!.key, "[[first_byte_ms=500]]"));
    await insideOf(6);
    expect([...first, ...(await Promise.all(together))].every(({ status }) => status === 200)).toBe(true);
    expect(mostAtOnce(tally.requests)).toBe(6);
  });

  test("a noisy tenant with a long queue delays another's call by a turn, not by its queue", async () => {
    world = await openWorld({ concurrency: { insideMax: 2, tenantInsideMax: 2 } });
    const [noisy, quiet] = [await world.tenant(), await world.tenant()];
    let done = 0;
    const queue = times(24, () => call(noisy.key, "[[first_byte_ms=150]]").then(() => done++));
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(2);
    expect((await call(quiet.key)).status).toBe(200);
    expect(done).toBeLessThan(12);
    await Promise.all(queue);
  });

  test("whoever waits too long is refused, and holds nothing", async () => {
    world = await openWorld({ concurrency: { insideMax: 1, tenantInsideMax: 1, waitMs: 200, tenantWaitingMax: 3 } });
    const tenant = await world.tenant();
    const first = call(tenant.key, "[[first_byte_ms=3000]]");
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(1);
    const refused = await Promise.all(times(5, () => call(tenant.key)));
    for (const answer of refused) {
      expect(answer.status).toBe(429);
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect((await first).status).toBe(200);
    expect((await call(tenant.key)).status).toBe(200);
    expect((await world.admin<{ data: unknown[] }>("GET", "holds")).data).toEqual([]);
  });

  test("a client that leaves the queue makes room", async () => {
    world = await openWorld({ concurrency: { insideMax: 1, tenantInsideMax: 1 } });
    const tenant = await world.tenant();
    const first = call(tenant.key, "[[first_byte_ms=2000]]");
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(1);
    const leaving = new AbortController();
    const gone = fetch(`${world.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01" },
      body: JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 10, messages: [{ role: "user", content: "x" }] }),
      signal: leaving.signal,
    });
    setTimeout(() => leaving.abort(), 100);
    await expect(gone).rejects.toThrow();
    expect((await first).status).toBe(200);
    expect((await call(tenant.key)).status).toBe(200);
    expect(world.sandbox.tally.requests).toHaveLength(2);
  });
});

test("SIGTERM: no new requests; the streams that are open finish and are paid for; the process ends with 0", async () => {
  const sandbox = await openSandboxAnthropic();
  const database = await openTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    ANTHROPIC_API_KEY: "sk-ant-sandbox",
    ANTHROPIC_BASE_URL: sandbox.url,
    TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    TOLLGATE_SECRET: ROOT_SECRET,
  };
  const server = await startServer(settings);
  const { id } = await server.call<{ id: string }>(ADMIN_TOKEN, "POST", "admin/tenants", {
    name: "Drain",
    currency: "USD",
  });
  await server.call(ADMIN_TOKEN, "POST", `admin/tenants/${id}/credits`, {
    amount_micros: 1_000_000_000,
    reason: "test",
  });
  const { secret } = await server.call<{ secret: string }>(ADMIN_TOKEN, "POST", `admin/tenants/${id}/keys`, {
    name: "k",
  });
  const open = await Promise.all(times(10, () => ask(server, secret, "[[pace_ms=20]] [[output_tokens=300]] steady")));

  const ended = server.end("SIGTERM");
  await expect
    .poll(
      () =>
        ask(server, secret, "late").then(
          () => "served",
          () => "refused",
        ),
      { timeout: 10_000 },
    )
    .toBe("refused");
  const texts = await Promise.all(open.map((answer) => answer.text()));
  expect(texts.every((text) => text.includes('"message_stop"'))).toBe(true);
  expect(await ended).toBe(0);

  const again = await startServer(settings);
  const { data } = await again.call<{ data: { source: string; output_tokens: number }[] }>(
    ADMIN_TOKEN,
    "GET",
    `admin/events?tenant_id=${id}&limit=100`,
  );
  expect(data.filter(({ source, output_tokens }) => source === "reported" && output_tokens === 300)).toHaveLength(10);
  expect((await again.call<{ data: unknown[] }>(ADMIN_TOKEN, "GET", "admin/holds")).data).toEqual([]);
  expect(await again.end("SIGTERM")).toBe(0);
  await database.close();
  await sandbox.close();
});

const ask = (server: ServerProcess, key: string, prompt: string) =>
  fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-sonnet-5-5",
      max_tokens: 1_000,
      stream: true,
      messages: [{ role: "user", content: prompt }],
    }),
  });
