import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, eventually, receiptOf, receiptsOfTenant, requestIdOf, says } from "./books.ts";

/** Whom a limit counts for: a tenant, each of its users, one user, a key, some models; and a tenant that is only observed. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  tenant = await world.tenant({ key: { scopes: ["inference", "users:act"] } });
  world.clock.advance(3_600_000 - (world.clock.now() % 3_600_000));
});

const ONE_AN_HOUR = { metric: "requests", window: "hour", amount: 1 };
const limit = (scope: string, subject_id: string, limits: unknown[]) =>
  world.admin("PUT", "limits", { scope, subject_id, limits });

async function ask({
  as,
  key = tenant.key,
  model = "claude-sonnet-5-5",
}: {
  as?: string;
  key?: string;
  model?: string;
} = {}) {
  const answer = await world.messages(key, { model, messages: says("Hi") }, as ? { "x-tollgate-user": as } : {});
  await answer.text();
  return answer.status;
}

const newUser = (external_id: string) =>
  world.admin<{ id: string }>("POST", `tenants/${tenant.id}/users`, { external_id });

test("each user has a limit of its own", async () => {
  await limit("each_user", tenant.id, [ONE_AN_HOUR]);
  expect([await ask({ as: "ada" }), await ask({ as: "ada" })]).toEqual([200, 429]);
  expect([await ask({ as: "grace" }), await ask({ as: "grace" })]).toEqual([200, 429]);
  expect(await ask(), "whoever acts for no user has no user's limit").toBe(200);
});

test("a user's own limit stands in for the one that each user has, upwards and downwards", async () => {
  const [ada, grace] = [await newUser("ada"), await newUser("grace")];
  await limit("user", ada.id, [{ ...ONE_AN_HOUR, amount: 3 }]);
  await limit("each_user", tenant.id, [{ ...ONE_AN_HOUR, amount: 2 }]);
  await limit("user", grace.id, [ONE_AN_HOUR]);
  const statuses = async (as: string, count: number) => {
    const seen: number[] = [];
    for (let request = 0; request < count; request++) seen.push(await ask({ as }));
    return seen;
  };
  expect(await statuses("ada", 4)).toEqual([200, 200, 200, 429]);
  expect(await statuses("grace", 2)).toEqual([200, 429]);
  expect(await statuses("linus", 3)).toEqual([200, 200, 429]);
});

test("a user's limit holds whatever key it comes by", async () => {
  const { id } = await newUser("ada");
  const own = await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, {
    name: "ada's",
    user_id: id,
  });
  await limit("user", id, [ONE_AN_HOUR]);
  expect(await ask({ key: own.secret })).toBe(200);
  expect(await ask({ as: "ada" })).toBe(429);
});

test("a key's limit leaves the tenant's other keys alone", async () => {
  const other = await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, { name: "other" });
  await limit("key", tenant.keyId, [ONE_AN_HOUR]);
  expect([await ask(), await ask(), await ask({ key: other.secret })]).toEqual([200, 429, 200]);
});

test("a limit on some models leaves the others alone, and counts its own together", async () => {
  await limit("tenant", tenant.id, [{ ...ONE_AN_HOUR, amount: 2, models: ["claude-opus-*"] }]);
  expect([await ask({ model: "claude-opus-5-5" }), await ask({ model: "claude-opus-5" })]).toEqual([200, 200]);
  expect(await ask({ model: "claude-opus-4-8" })).toBe(429);
  expect(await ask({ model: "claude-sonnet-5-5" })).toBe(200);
});

test("of several limits the tightest refuses, and says which it is", async () => {
  await limit("tenant", tenant.id, [
    { ...ONE_AN_HOUR, amount: 5 },
    { metric: "requests", window: "day", amount: 2 },
  ]);
  expect([await ask(), await ask()]).toEqual([200, 200]);
  const refused = await world.messages(tenant.key);
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ error: { details: { blocked_by: { window: "day", amount: 2 } } } });
});

test("one tenant's exhausted limit is nobody else's trouble", async () => {
  await limit("tenant", tenant.id, [ONE_AN_HOUR]);
  expect([await ask(), await ask()]).toEqual([200, 429]);
  expect(await ask({ key: (await world.tenant()).key })).toBe(200);
});

test("a tenant that is only observed is never refused for quota, and all of it is recorded", async () => {
  const fields = { enforcement: "observe" };
  const observed = await world.tenant({ fields, credit_micros: 100 });
  await limit("tenant", observed.id, [{ ...ONE_AN_HOUR, amount: 0 }]);
  const answers = await Promise.all([1, 2, 3].map(() => world.messages(observed.key)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const { usage } = (await answer.json()) as { usage: { input_tokens: number; output_tokens: number } };
    const receipt = await receiptOf(world, requestIdOf(answer));
    expect(receipt).toMatchObject({ input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
    expect(receipt.spend_micros).toBe(usage.input_tokens * 2 + usage.output_tokens * 10);
  }
  expect(await receiptsOfTenant(world, observed.id)).toHaveLength(3);
  expect((await creditOf(world, observed.id)).held).toBe(0);
});

test("a tenant that was only observed is refused once it is not", async () => {
  const { id, key } = await world.tenant({ fields: { enforcement: "observe" }, credit_micros: 0 });
  expect(await ask({ key })).toBe(200);
  await world.admin("PATCH", `tenants/${id}`, { enforcement: "enforce" });
  await eventually(async () => ((await ask({ key })) === 402 ? true : undefined));
});
