import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** What the sandbox served to all keys, to compare with what the ledger recorded. */
const served = () => {
  const { requests } = world.sandbox.tally;
  return requests.reduce(
    (sum, entry) => ({
      input: sum.input + entry.inputTokens,
      output: sum.output + entry.outputTokens,
      requests: sum.requests + 1,
    }),
    { input: 0, output: 0, requests: 0 },
  );
};

test("500 concurrent streams of 20 tenants: the ledger equals what the provider served, to the token", async () => {
  const tenants = await Promise.all(times(20, () => world.tenant()));
  const answers = await Promise.all(
    times(500, async (index) => {
      const prompt = `[[output_tokens=${20 + (index % 60)}]] question number ${index} ${"padding ".repeat(index % 7)}`;
      const response = await world.messages(tenants[index % 20]!.key, {
        stream: true,
        messages: [{ role: "user", content: prompt }],
      });
      return { status: response.status, text: await response.text() };
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(times(500, () => 200));
  expect(answers.every(({ text }) => text.includes('"message_stop"'))).toBe(true);

  const recorded = { input: 0, output: 0, requests: 0 };
  for (const { id, key } of tenants) {
    const { totals } = await world.admin<{
      totals: { requests: number; input_tokens: number; output_tokens: number; spend_micros: number }[];
    }>("GET", `tenants/${id}/usage`);
    recorded.input += totals[0]!.input_tokens;
    recorded.output += totals[0]!.output_tokens;
    recorded.requests += totals[0]!.requests;
    const { data } = await world.admin<{ data: { amount_micros: number; used_micros: number; held_micros: number }[] }>(
      "GET",
      `tenants/${id}/credits`,
    );
    expect(data[0]!.held_micros).toBe(0);
    expect(data[0]!.used_micros).toBe(totals[0]!.spend_micros);
    const quota = (await (await fetch(`${world.url}/api/quota`, { headers: { "x-api-key": key } })).json()) as {
      remaining_micros: number;
    };
    expect(quota.remaining_micros).toBe(data[0]!.amount_micros - data[0]!.used_micros);
  }
  expect(recorded).toEqual(served());
});

test("credit for exactly 10 of 50 racing identical requests lets exactly 10 pass", async () => {
  const body = { stream: true, messages: [{ role: "user", content: "[[first_byte_ms=1500]] the same for all" }] };
  const poor = await world.tenant({ credit_micros: 1 });
  const refusal = (await (await world.messages(poor.key, body)).json()) as {
    error: { code: string; details: { needed_micros: number } };
  };
  expect(refusal.error.code).toBe("quota_exhausted");

  const { key, id } = await world.tenant({ credit_micros: 10 * refusal.error.details.needed_micros });
  const statuses = await Promise.all(
    times(50, async () => {
      const response = await world.messages(key, body);
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 402)).toHaveLength(40);
  const { data } = await world.admin<{ data: { held_micros: number }[] }>("GET", `tenants/${id}/credits`);
  expect(data[0]!.held_micros).toBe(0);
});
