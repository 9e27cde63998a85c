import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const setLimits = (subject_id: string, limits: readonly object[], scope = "tenant") =>
  world.admin("PUT", "limits", { scope, subject_id, limits });

test("an answer carries the tenant's own figures in Anthropic's headers", async () => {
  const tenant = await world.tenant();
  await setLimits(tenant.id, [
    { metric: "requests", window: "minute", amount: 10 },
    { metric: "requests", window: "month", amount: 1_000 },
    { metric: "output_tokens", window: "day", amount: 50_000 },
    { metric: "spend_micros", window: "day", amount: 1_000_000 },
  ]);
  const answer = await world.messages(tenant.key);
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith("anthropic-ratelimit-")));
  expect(headers).toEqual({
    "anthropic-ratelimit-requests-limit": "10",
    "anthropic-ratelimit-requests-remaining": "9",
    "anthropic-ratelimit-requests-reset": expect.stringMatching(/^\d{4}-.*:00\.000Z$/),
    "anthropic-ratelimit-output-tokens-limit": "50000",
    "anthropic-ratelimit-output-tokens-remaining": "49900",
    "anthropic-ratelimit-output-tokens-reset": expect.stringMatching(/T18:30:00\.000Z$/),
  });
});

test("a plan's limits are those of each of its subscribers, and a subscriber's own stands in for one", async () => {
  const plan = await world.admin<{ id: string }>("POST", "plans", {
    name: "Small",
    currency: "USD",
    pricing: { type: "markup", multiplier_ppm: 1_000_000 },
  });
  await setLimits(plan.id, [{ metric: "requests", window: "day", amount: 2 }], "plan");
  const fields = { default_plan_id: plan.id };
  const [one, two, own] = [
    await world.tenant({ fields }),
    await world.tenant({ fields }),
    await world.tenant({ fields }),
  ];
  await setLimits(own.id, [{ metric: "requests", window: "day", amount: 4 }]);
  const passing = async (key: string) =>
    (await Promise.all(times(6, async () => (await world.messages(key)).status))).filter((status) => status === 200)
      .length;
  expect([await passing(one.key), await passing(two.key), await passing(own.key)]).toEqual([2, 2, 4]);
  expect(await passing((await world.tenant()).key)).toBe(6);

  const perUser = await world.tenant({
    fields: { ...fields, billing: "user" },
    key: { scopes: ["inference", "users:act"] },
  });
  for (const user of ["a", "b"]) {
    await world.admin("PUT", `tenants/${perUser.id}/users`, { external_id: user });
    await world.admin("POST", `users/ext:${user}/credits`, { amount_micros: 1_000_000, reason: "test" });
    const statuses = await Promise.all(
      times(4, async () => (await world.messages(perUser.key, {}, { "x-tollgate-user": user })).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
  }
});

test("a limit that reaches its marks raises an alert for each, once in its window", async () => {
  const tenant = await world.tenant();
  await setLimits(tenant.id, [
    { metric: "requests", window: "day", amount: 10, enforcement: "soft", alert_at: [0.5, 0.8, 1] },
  ]);
  await Promise.all(times(12, async () => (await world.messages(tenant.key)).text()));
  const { data } = await world.admin<{ data: { type: string; data: { threshold: number; amount: number } }[] }>(
    "GET",
    `alerts?tenant_id=${tenant.id}`,
  );
  expect(data.map(({ type, data }) => [type, data.threshold]).sort()).toEqual([
    ["quota.exhausted", 1],
    ["quota.threshold", 0.5],
    ["quota.threshold", 0.8],
  ]);

  world.clock.advance(24 * 3_600_000);
  await (await world.messages(tenant.key)).text();
  const later = await world.admin<{ data: unknown[] }>("GET", `alerts?tenant_id=${tenant.id}`);
  expect(later.data).toHaveLength(3);
});

test("the true spend of a call never takes a hard limit of spend over its amount; the rest is the operator's", async () => {
  const tenant = await world.tenant();
  // Hidden thinking is billed and not seen: the hold is short of the truth.
  await setLimits(tenant.id, [{ metric: "spend_micros", window: "day", amount: 12_000 }]);
  const body = { max_tokens: 64_000, stream: true, thinking: { type: "adaptive", display: "omitted" } };
  await (
    await world.messages(tenant.key, { ...body, messages: [{ role: "user", content: "[[thinking=2500]] hm" }] })
  ).text();
  const { totals } = await world.admin<{ totals: { spend_micros: number; output_tokens: number }[] }>(
    "GET",
    `tenants/${tenant.id}/usage`,
  );
  expect(totals[0]!.spend_micros).toBeLessThanOrEqual(12_000);
});
