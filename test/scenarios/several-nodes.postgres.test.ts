import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";

let nodes: World[];
beforeAll(async () => {
  const first = await openWorld();
  nodes = [first, await openWorld({ joins: first }), await openWorld({ joins: first })];
});
afterAll(async () => {
  for (const node of [...nodes].reverse()) await node.close();
});

const body = (prompt: string, more: object = {}) => ({
  stream: true,
  messages: [{ role: "user", content: prompt }],
  ...more,
});

/** Sends so many calls over all nodes at once; how they were answered. */
const race = (key: string, count: number, call: object) =>
  Promise.all(
    times(count, async (index) => {
      const answer = await nodes[index % nodes.length]!.messages(key, call as Record<string, unknown>);
      const text = await answer.text();
      return { status: answer.status, quota: text.includes('"type":"quota"') };
    }),
  );

test("three nodes that race for the last credit never spend more than there is", async () => {
  const { key, id } = await nodes[0]!.tenant({ credit_micros: 60_000 });
  const answers = await race(key, 90, body("[[output_tokens=300]] go", { max_tokens: 128_000 }));
  for (const { status } of answers) expect([200, 402]).toContain(status);
  expect(answers.some(({ status }) => status === 402)).toBe(true);

  const { data } = await nodes[1]!.admin<{
    data: { amount_micros: number; used_micros: number; held_micros: number }[];
  }>("GET", `tenants/${id}/credits`);
  expect(data[0]!.held_micros).toBe(0);
  expect(data[0]!.used_micros).toBeLessThanOrEqual(data[0]!.amount_micros);
  const usage = await nodes[2]!.admin<{
    totals: { spend_micros: number; uncovered_micros?: number; cost_micros_usd: number }[];
  }>("GET", `tenants/${id}/usage`);
  expect(usage.totals[0]!.spend_micros).toBe(data[0]!.used_micros);
});

test("a limit of ten requests a day lets ten of sixty pass, whichever node they reach", async () => {
  const { key, id } = await nodes[0]!.tenant();
  const limit = { metric: "requests", window: "day", amount: 10 };
  await nodes[0]!.admin("PUT", "limits", { scope: "tenant", subject_id: id, limits: [limit] });
  const answers = await race(key, 60, body("hello"));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 402)).toHaveLength(50);
});

test("a key that is revoked on one node is refused, and its stream ended, on another", async () => {
  const { key, keyId } = await nodes[0]!.tenant();
  const answer = await nodes[1]!.messages(
    key,
    body("[[pace_ms=20]] [[output_tokens=20000]] on", { max_tokens: 30_000 }),
  );
  await nodes[2]!.admin("DELETE", `keys/${keyId}`);
  expect(await answer.text()).toContain("revoked_key");
  await expect.poll(async () => (await nodes[0]!.messages(key)).status, { timeout: 10_000 }).toBe(401);
});

test("prices and credit that one node gives are seen by the others", async () => {
  const { key, id } = await nodes[0]!.tenant({ credit_micros: 0 });
  expect((await nodes[1]!.messages(key)).status).toBe(402);
  await nodes[2]!.admin("POST", `tenants/${id}/credits`, { amount_micros: 1_000_000, reason: "late" });
  expect((await nodes[1]!.messages(key)).status).toBe(200);
});
