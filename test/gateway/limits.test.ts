import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, promptOf, receiptsOf, requestIdOf, says } from "./books.ts";

/**
 * Limits as a caller meets them, where the worst case of a request is held (`strict`), so that what is refused can be told by hand.
 * A tenant's limits may be a second old in the gateway, so they are set before the first call.
 */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await strictTenant();
  toTheNext(60_000);
});

const strictTenant = (fields: Record<string, unknown> = {}) => world.tenant({ fields: { hold: "strict", ...fields } });

/** Moves business time to the start of a window, so that no test straddles its end. */
const toTheNext = (ms: number) => world.clock.advance(ms - (world.clock.now() % ms));
const DAY_MS = 86_400_000;

const limit = (limits: unknown[], scope = "tenant", subject_id = tenant.id) =>
  world.admin("PUT", "limits", { scope, subject_id, limits });

/** 104 tokens of input, 50 of output: 708 micro-USD. */
const ask = (key = tenant.key, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  world.messages(key, { messages: says(promptOf(400, "[[output_tokens=50]]")), ...more }, headers);

async function statusOf(answering: Promise<Response>): Promise<number> {
  const answer = await answering;
  await answer.text();
  return answer.status;
}

interface Refusal {
  readonly error: { type: string; code: string; message: string; details: Record<string, unknown> };
}
const refusalOf = async (answer: Response) => (await answer.json()) as Refusal;

test("requests per minute: past the limit 429 with retry-after, after it served again", async () => {
  await limit([{ metric: "requests", window: "minute", amount: 2 }]);
  expect([await statusOf(ask()), await statusOf(ask())]).toEqual([200, 200]);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-should-retry")).toBeNull();
  const retryAfter = Number(refused.headers.get("retry-after"));
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect((await refusalOf(refused)).error).toMatchObject({
    type: "rate_limit_error",
    code: "rate_limited",
    details: { remaining: 0, blocked_by: { kind: "limit", metric: "requests", window: "minute", amount: 2 } },
  });
  world.clock.advance(retryAfter * 1_000);
  expect(await statusOf(ask())).toBe(200);
});

test("output tokens per day: 402, not to be retried, until the tenant's midnight", async () => {
  const { id, key } = await strictTenant({ timezone: "Asia/Kolkata" });
  await limit([{ metric: "output_tokens", window: "day", amount: 120 }], "tenant", id);
  expect(await statusOf(ask(key, { max_tokens: 100 }))).toBe(200);
  const refused = await ask(key, { max_tokens: 100 });
  expect(refused.status).toBe(402);
  expect(refused.headers.get("x-should-retry")).toBe("false");
  const { error } = await refusalOf(refused);
  expect(error).toMatchObject({ type: "billing_error", code: "quota_exhausted" });
  expect(error.details).toMatchObject({ remaining: 70, needed: 100, blocked_by: { window: "day" } });
  expect(String(error.details.resets_at)).toMatch(/T18:30:00.000Z$/);
  expect(await statusOf(ask(key, { max_tokens: 70 })), "what is left may be asked for").toBe(200);
  toTheNext(DAY_MS);
  world.clock.advance(DAY_MS);
  expect(await statusOf(ask(key, { max_tokens: 100 }))).toBe(200);
});

test("spend per month: 402 with what is left and what is needed", async () => {
  await limit([{ metric: "spend_micros", window: "month", amount: 2_000 }]);
  expect(await statusOf(ask(tenant.key, { max_tokens: 60 }))).toBe(200);
  const refused = await ask(tenant.key, { max_tokens: 60 });
  expect(refused.status).toBe(402);
  const { details } = (await refusalOf(refused)).error;
  expect(details).toMatchObject({
    remaining_micros: 2_000 - 708,
    currency: "USD",
    blocked_by: { metric: "spend_micros" },
  });
  expect(details.needed_micros).toBeGreaterThan(2_000 - 708);
  const quota = await fetch(`${world.url}/api/quota`, { headers: { "x-api-key": tenant.key } });
  expect(await quota.json()).toMatchObject({ remaining_micros: 2_000 - 708, resets_at: details.resets_at });
});

test("a limit of zero lets nothing pass, and a soft one everything", async () => {
  await limit([{ metric: "requests", window: "day", amount: 0, enforcement: "soft" }]);
  expect(await statusOf(ask())).toBe(200);
  const { id, key } = await strictTenant();
  await limit([{ metric: "requests", window: "day", amount: 0 }], "tenant", id);
  expect(await statusOf(ask(key))).toBe(402);
});

test("a request that is larger than its minute's limit is told that waiting will not help", async () => {
  await limit([{ metric: "output_tokens", window: "minute", amount: 50 }]);
  const refused = await ask(tenant.key, { max_tokens: 100 });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-should-retry")).toBe("false");
});

test("a refused request holds nothing, records nothing, and upstream never sees it", async () => {
  await limit([
    { metric: "requests", window: "minute", amount: 1 },
    { metric: "output_tokens", window: "day", amount: 100_000 },
  ]);
  expect(await statusOf(ask())).toBe(200);
  const [credit, served] = [await creditOf(world, tenant.id), world.sandbox.tally.requests.length];
  for (let attempt = 0; attempt < 5; attempt++) {
    const refused = await ask(tenant.key, { stream: true });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-type")).toBe("application/json");
    await refused.text();
    expect(await receiptsOf(world, requestIdOf(refused))).toEqual([]);
  }
  expect(await creditOf(world, tenant.id)).toEqual(credit);
  expect(world.sandbox.tally.requests.length).toBe(served);
});

test("what failed upstream does not count against token limits", async () => {
  await limit([{ metric: "output_tokens", window: "day", amount: 100 }]);
  for (let attempt = 0; attempt < 3; attempt++) {
    const failed = ask(tenant.key, { messages: says("[[status=529]]"), max_tokens: 100 });
    expect(await statusOf(failed)).toBe(529);
  }
  expect(await statusOf(ask(tenant.key, { max_tokens: 100 }))).toBe(200);
});

test("racing requests do not pass a limit together", async () => {
  await limit([{ metric: "requests", window: "hour", amount: 5 }]);
  const statuses = await Promise.all(Array.from({ length: 40 }, () => statusOf(ask())));
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(35);
});

test("replacing a limit resets nothing; raising one lets more pass until its end", async () => {
  const HOUR_MS = 3_600_000;
  toTheNext(DAY_MS);
  const byDay = { metric: "requests", window: "day", amount: 1 };
  await limit([byDay]);
  expect([await statusOf(ask()), await statusOf(ask())]).toEqual([200, 402]);

  await limit([byDay]);
  const raise = { amount: 3, until: new Date(world.clock.now() + HOUR_MS).toISOString() };
  const { id, key } = await strictTenant();
  await limit([{ ...byDay, raise }], "tenant", id);
  expect([await statusOf(ask(key)), await statusOf(ask(key))]).toEqual([200, 200]);
  world.clock.advance(2 * HOUR_MS);
  expect(await statusOf(ask(key)), "the raise has ended, two are used of one").toBe(402);
  expect(await statusOf(ask()), "the same limit again remembers what was used").toBe(402);
});
