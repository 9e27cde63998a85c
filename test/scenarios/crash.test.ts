import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServerProcess, startServer } from "../../scripts/support/server-process.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { NewKey } from "../../src/tenants/key.ts";
import { createKey, createTenant } from "../../src/tenants/provision.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { NewTenant } from "../../src/tenants/tenant.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import { ADMIN_TOKEN, ROOT_SECRET, times } from "../support/world.ts";

let sandbox: SandboxAnthropic;
let database: TestDatabase;
beforeAll(async () => {
  sandbox = await openSandboxAnthropic();
  database = await openTestDatabase();
});
afterAll(async () => {
  await database.close();
  await sandbox.close();
});

interface Credit {
  readonly amount_micros: number;
  readonly used_micros: number;
  readonly held_micros: number;
}
interface Event {
  readonly request_id: string;
  readonly source: string;
  readonly ended: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly spend_micros: number;
  readonly unreconciled: boolean;
}

const STREAMS = 100;
const read = <T>(server: ServerProcess, path: string) =>
  server.call<{ data: T[] }>(ADMIN_TOKEN, "GET", `admin/${path}`);

test("a node killed in the middle of 100 streams: the next one settles all of them as recovered, and no hold is left", async () => {
  const secrets = secretsFrom(ROOT_SECRET);
  const clock = systemClock;
  await prepareInstallation({ db: database.db, clock }, { sandbox: false, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN });
  const { id, key } = await database.db.transaction(async (tx) => {
    const act = { actor: TEST_ACTOR, at: clock.wall() };
    const tenant = await createTenant(tx, NewTenant.parse({ name: "Crash", currency: "USD" }), { ...act, secrets });
    const key = await createKey(tx, tenant.id, NewKey.parse({ name: "k" }), { ...act, sandbox: false });
    return { id: tenant.id, key: key.secret };
  });
  const settings = {
    DATABASE_URL: database.url,
    ANTHROPIC_API_KEY: "sk-ant-sandbox",
    ANTHROPIC_BASE_URL: sandbox.url,
    TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    TOLLGATE_SECRET: ROOT_SECRET,
    TOLLGATE_NODE_ID: "crasher",
  };
  const first = await startServer(settings);
  const credit = { amount_micros: 1_000_000_000, reason: "test" };
  await first.call(ADMIN_TOKEN, "POST", `admin/tenants/${id}/credits`, credit);

  // Half of the streams have said much when the node dies, the other half nothing yet.
  const streams = times(STREAMS, async (index) => {
    const prompt = index % 2 ? "[[pace_ms=100]] [[output_tokens=2000]] tell me" : "[[first_byte_ms=60000]] tell me";
    try {
      const response = await fetch(`${first.url}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
        body: JSON.stringify({
          model: "claude-sonnet-5-5",
          max_tokens: 4000,
          stream: true,
          messages: [{ role: "user", content: prompt }],
        }),
      });
      await response.text();
      return "ended";
    } catch {
      return "cut";
    }
  });
  const openHolds = async () => (await read<{ checkpoint: unknown }>(first, "holds?limit=1000")).data;
  await expect
    .poll(async () => (await openHolds()).filter(({ checkpoint }) => checkpoint !== null).length, { timeout: 30_000 })
    .toBe(STREAMS / 2);
  expect(await openHolds()).toHaveLength(STREAMS);
  await first.end("SIGKILL");
  expect(await Promise.all(streams)).toEqual(times(STREAMS, () => "cut"));

  const second = await startServer(settings);
  try {
    const holds = await read<unknown>(second, "holds?limit=1000");
    expect(holds.data).toEqual([]);
    const { data: events } = await read<Event>(second, `events?limit=1000&tenant_id=${id}`);
    expect(events).toHaveLength(STREAMS);
    expect(new Set(events.map((event) => event.request_id)).size).toBe(STREAMS);
    expect(
      events.every((event) => event.source === "recovered" && event.ended === "node_lost" && event.unreconciled),
    ).toBe(true);
    expect(events.filter((event) => event.input_tokens > 0 && event.spend_micros > 0)).toHaveLength(STREAMS / 2);
    expect(events.filter((event) => event.spend_micros === 0)).toHaveLength(STREAMS / 2);

    const { data: credits } = await read<Credit>(second, `tenants/${id}/credits`);
    expect(credits[0]!.held_micros).toBe(0);
    expect(credits[0]!.used_micros).toBe(events.reduce((sum, event) => sum + event.spend_micros, 0));
    // Nothing is billed beyond what the provider served, but for the roundness of an estimate: all streams say the same, so its
    // error is the same in each, and shows when the node dies right after a checkpoint.
    await expect.poll(() => sandbox.tally.inFlight).toBe(0);
    const served = sandbox.tally.requests.reduce((sum, entry) => sum + entry.outputTokens, 0);
    expect(events.reduce((sum, event) => sum + event.output_tokens, 0)).toBeLessThanOrEqual(served * 1.15 + STREAMS);
  } finally {
    expect(await second.end("SIGTERM")).toBe(0);
  }
});
