import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { idempotency } from "../../src/db/schema.ts";
import { DAY } from "../../src/kernel/clock.ts";
import { receiptsOfTenant } from "../gateway/books.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { say, soon } from "./ask.ts";

/** What is kept of a request with an `Idempotency-Key`, for how long, and what becomes of it when a node dies. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const keyed = ({ key }: TestTenant, content: string) =>
  say(world, { key, headers: { "idempotency-key": "k" } }, { messages: [{ role: "user", content }] });

const rowOf = async ({ id }: TestTenant) => {
  const [row] = await world.db.read
    .select()
    .from(idempotency)
    .where(eq(idempotency.tenant_id, id as never));
  return row;
};
const change = (id: string, fields: Partial<typeof idempotency.$inferInsert>) =>
  world.db.transaction((tx) => tx.update(idempotency).set(fields).where(eq(idempotency.id, id)));

test("the answer is kept encrypted, for a day of real time", async () => {
  const tenant = await world.tenant();
  const before = world.clock.wall();
  await keyed(tenant, "A secret of mine");
  const row = (await rowOf(tenant))!;
  expect(row.answer).toMatch(/^v1\./);
  const plain = Buffer.from(row.answer!.slice(3), "base64url").toString("latin1");
  for (const text of [row.answer!, plain, JSON.stringify(row)]) expect(text).not.toContain("secret");
  expect(row.expires_at - before).toBeGreaterThanOrEqual(DAY);
  expect(row.expires_at - before).toBeLessThan(DAY + 60_000);

  world.clock.advance(2 * DAY);
  expect((await keyed(tenant, "A secret of mine")).headers.get("idempotent-replayed")).toBe("true");
});

test("after that the key is free for any request", async () => {
  const tenant = await world.tenant();
  await keyed(tenant, "One thing");
  await change((await rowOf(tenant))!.id, { expires_at: world.clock.wall() - 1 });
  const answer = await keyed(tenant, "Another");
  expect(answer.status).toBe(200);
  expect(answer.headers.has("idempotent-replayed")).toBe(false);
  expect(await receiptsOfTenant(world, tenant.id)).toHaveLength(2);
});

test("a request under way holds its key only while its node lives, and then cannot overwrite the answer of the next", async () => {
  const tenant = await world.tenant();
  const slow = keyed(tenant, "[[first_byte_ms=1500]] [[times=1]] slow");
  const row = await soon(async () => (await rowOf(tenant)) ?? Promise.reject(new Error("not yet")));
  expect(row.answer).toBeNull();
  expect((await keyed(tenant, "[[first_byte_ms=1500]] [[times=1]] slow")).status).toBe(409);

  await change(row.id, { node_id: "a node that died" });
  const next = await keyed(tenant, "[[first_byte_ms=1500]] [[times=1]] slow");
  expect(next.status).toBe(200);
  expect((await slow).text).not.toBe(next.text);
  const third = await keyed(tenant, "[[first_byte_ms=1500]] [[times=1]] slow");
  expect(third.headers.get("idempotent-replayed")).toBe("true");
  expect(third.text).toBe(next.text);
});

test("nor does it hold it past its own lease", async () => {
  const tenant = await world.tenant();
  const slow = keyed(tenant, "[[first_byte_ms=1000]] [[times=1]] stuck");
  const row = await soon(async () => (await rowOf(tenant)) ?? Promise.reject(new Error("not yet")));
  await change(row.id, { lease_until: world.clock.wall() - 1 });
  expect((await keyed(tenant, "[[first_byte_ms=1000]] [[times=1]] stuck")).status).toBe(200);
  await slow;
});

test("nothing is written down for a request without the header", async () => {
  const tenant = await world.tenant();
  await say(world, { key: tenant.key });
  expect(await rowOf(tenant)).toBeUndefined();
});
