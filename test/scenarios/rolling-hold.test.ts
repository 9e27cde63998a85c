import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Event {
  readonly ended: string;
  readonly source: string;
  readonly output_tokens: number;
  readonly spend_micros: number;
  readonly uncovered_micros: number;
  readonly cost_micros_usd: number;
}

const creditOf = async ({ id }: TestTenant) =>
  (
    await world.admin<{ data: { amount_micros: number; used_micros: number; held_micros: number }[] }>(
      "GET",
      `tenants/${id}/credits`,
    )
  ).data[0]!;
const eventsOf = async ({ id }: TestTenant) =>
  (await world.admin<{ data: Event[] }>("GET", `events?tenant_id=${id}&limit=1000`)).data;

/** USD 10 per million output tokens: micro-USD for so many. */
const OUTPUT = 10;
const PROMPT = "[[pace_ms=1]] [[output_tokens=6000]] write on";

const client = (tenant: TestTenant) => new Anthropic({ baseURL: world.url, apiKey: tenant.key, maxRetries: 0 });
const ask = (tenant: TestTenant, prompt = PROMPT) =>
  client(tenant).messages.stream({
    model: "claude-sonnet-5-5",
    max_tokens: 128_000,
    messages: [{ role: "user", content: prompt }],
  });

describe("a client that asks for 128,000 tokens with credit for a tenth of them", () => {
  test("is served until its money is used up, and its last stream ends in good order", async () => {
    const credit_micros = 12_800 * OUTPUT;
    const tenant = await world.tenant({ credit_micros });
    const stops: (string | null)[] = [];
    let last: Anthropic.Message | undefined;
    for (;;) {
      try {
        last = await ask(tenant).finalMessage();
        stops.push(last.stop_reason);
      } catch (error) {
        expect(error).toBeInstanceOf(Anthropic.APIError);
        expect((error as InstanceType<typeof Anthropic.APIError>).status).toBe(402);
        break;
      }
      expect(stops.length).toBeLessThan(20);
    }
    expect(stops[0]).toBe("end_turn");
    expect(last!.stop_reason).toBe("max_tokens");
    expect(last!.stop_details).toMatchObject({ type: "quota", code: "quota_exhausted" });
    expect(last!.content).toHaveLength(1);

    const events = await eventsOf(tenant);
    const quotaEnded = events.find(({ ended }) => ended === "quota")!;
    expect(quotaEnded.output_tokens).toBe(last!.usage.output_tokens);
    const credit = await creditOf(tenant);
    expect(credit.held_micros).toBe(0);
    expect(credit.used_micros).toBe(events.reduce((sum, event) => sum + event.spend_micros, 0));
    // What is left is less than five in a hundred of it, or than one slice.
    const left = credit.amount_micros - credit.used_micros;
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(Math.max(credit_micros * 0.05, 1_024 * OUTPUT));
    const cost = events.reduce((sum, event) => sum + event.cost_micros_usd, 0);
    const uncovered = events.reduce((sum, event) => sum + event.uncovered_micros, 0);
    expect(uncovered).toBeLessThan(cost * 0.01);
  });

  test("is held no more than it uses, so that ten of its streams run side by side", async () => {
    const tenant = await world.tenant({ credit_micros: 128_000 * OUTPUT });
    const messages = await Promise.all(times(10, () => ask(tenant).finalMessage()));
    expect(messages.map((message) => message.stop_reason)).toEqual(times(10, () => "end_turn"));
    const credit = await creditOf(tenant);
    expect(credit.held_micros).toBe(0);
    const exact = sum(messages.map(({ usage }) => usage.input_tokens * 2 + usage.output_tokens * OUTPUT));
    expect(credit.used_micros).toBe(exact);
  });

  test("is refused as a whole by a tenant that holds strictly", async () => {
    const tenant = await world.tenant({ credit_micros: 12_800 * OUTPUT, fields: { hold: "strict" } });
    await expect(ask(tenant).finalMessage()).rejects.toMatchObject({ status: 402 });
  });
});

test("racing streams share what is left to the last: none passes it, each ends well-formed", async () => {
  const credit_micros = 20_000 * OUTPUT;
  const tenant = await world.tenant({ credit_micros });
  const outcomes = await Promise.all(
    times(12, () =>
      ask(tenant)
        .finalMessage()
        .then((message) => message.stop_reason)
        .catch((error: { status?: number }) => error.status),
    ),
  );
  for (const outcome of outcomes) expect(["end_turn", "max_tokens", 402]).toContain(outcome);
  expect(outcomes).toContain("max_tokens");
  const credit = await creditOf(tenant);
  expect(credit.held_micros).toBe(0);
  expect(credit.used_micros).toBeLessThanOrEqual(credit_micros);
  expect(credit.used_micros).toBeGreaterThan(credit_micros * 0.7);
});

test("a call that is not streamed is served under the same rule, and keeps its shape", async () => {
  const tenant = await world.tenant({ credit_micros: 3_000 * OUTPUT });
  const body = (tokens: number) => ({
    max_tokens: 64_000,
    messages: [{ role: "user", content: `[[output_tokens=${tokens}]] go on` }],
  });
  const whole = await world.messages(tenant.key, body(500));
  expect(whole.headers.get("content-type")).toBe("application/json");
  const message = (await whole.json()) as Anthropic.Message;
  expect(message).toMatchObject({
    type: "message",
    role: "assistant",
    stop_reason: "end_turn",
    usage: { output_tokens: 500 },
  });
  expect(message.content[0]).toMatchObject({ type: "text" });

  const cut = (await (await world.messages(tenant.key, body(30_000))).json()) as Anthropic.Message;
  expect(cut).toMatchObject({
    type: "message",
    stop_reason: "max_tokens",
    stop_details: { type: "quota", code: "quota_exhausted" },
  });
  const overloaded = await world.messages((await world.tenant({ credit_micros: 3_000 * OUTPUT })).key, {
    max_tokens: 64_000,
    messages: [{ role: "user", content: "[[status=529]] no" }],
  });
  expect(overloaded.status).toBe(529);
  const credit = await creditOf(tenant);
  expect(credit.held_micros).toBe(0);
  expect(credit.used_micros).toBeLessThanOrEqual(credit.amount_micros);
});

test("a limit of output tokens ends a stream as well, and the day's counter never passes it", async () => {
  const tenant = await world.tenant();
  const limit = { metric: "output_tokens", window: "day", amount: 3_000 };
  await world.admin("PUT", "limits", { scope: "tenant", subject_id: tenant.id, limits: [limit] });
  const message = await ask(tenant).finalMessage();
  expect(message.stop_reason).toBe("max_tokens");
  expect(message.usage.output_tokens).toBeLessThanOrEqual(3_000);
  expect(message.usage.output_tokens).toBeGreaterThan(2_000);
});

test("a long prompt is held at its bound only until upstream has counted it", async () => {
  // At most 50,000 tokens, really 12,500: an answer of 6,000 fits into what is left once that is known.
  const tenant = await world.tenant({ credit_micros: 150_000 });
  const message = await ask(tenant, `${"word ".repeat(10_000)} [[output_tokens=6000]] [[pace_ms=1]]`).finalMessage();
  expect(message.stop_reason).toBe("end_turn");
  expect(message.usage.output_tokens).toBe(6_000);
});

test("where the quick bound does not fit but upstream's count does, the call is served", async () => {
  const prompt = `${"word ".repeat(20_000)} [[output_tokens=70]]`;
  // 100,000 bytes are at most 100,000 tokens (USD 0.20), and really 25,000 (USD 0.05).
  const tenant = await world.tenant({ credit_micros: 100_000 });
  const message = await ask(tenant, prompt).finalMessage();
  expect(message.stop_reason).toBe("end_turn");
  const credit = await creditOf(tenant);
  expect(credit.used_micros).toBe(message.usage.input_tokens * 2 + message.usage.output_tokens * OUTPUT);
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
