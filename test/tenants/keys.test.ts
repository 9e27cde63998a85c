import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, expectRefusal, me, say, soon } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

interface Minted {
  id: string;
  secret: string;
  prefix: string;
}
const newKey = (fields: Record<string, unknown> = {}) =>
  world.admin<Minted>("POST", `tenants/${tenant.id}/keys`, { name: "test", ...fields });
const rotate = (id: string, overlap_seconds?: number) =>
  world.admin<Minted>("POST", `keys/${id}/rotate`, overlap_seconds === undefined ? undefined : { overlap_seconds });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe("expiry", () => {
  test("a key that has expired is refused as expired", async () => {
    const { secret } = await newKey({ expires_at: "2020-01-01T00:00:00Z" });
    expectRefusal(await say(world, { key: secret }), { status: 401, code: "expired_credentials" });
  });

  test("a key works until it expires, though it was just seen", async () => {
    const { secret } = await newKey({ expires_at: inSeconds(3) });
    expect((await me(world, { key: secret })).status).toBe(200);
    await soon(async () =>
      expectRefusal(await me(world, { key: secret }), { status: 401, code: "expired_credentials" }),
    );
  });

  test("business time that is moved ahead expires nobody's key", async () => {
    const { secret } = await newKey({ expires_at: inSeconds(3_600) });
    world.clock.advance(7_200_000);
    expect((await me(world, { key: secret })).status).toBe(200);
  });
});

describe("revocation", () => {
  test("a revoked key is refused within seconds, though it was just used", async () => {
    const { id, secret } = await newKey();
    expect((await say(world, { key: secret })).status).toBe(200);
    await world.admin("DELETE", `keys/${id}`);
    await soon(async () => expectRefusal(await me(world, { key: secret }), { status: 401, code: "revoked_key" }));
    expectRefusal(await say(world, { key: secret }), { status: 401, code: "revoked_key" });
  });

  test("revoking twice keeps the first instant", async () => {
    const { id } = await newKey();
    const revokedAt = async () => {
      await world.admin("DELETE", `keys/${id}`);
      const { data } = await world.admin<{ data: { id: string; revoked_at: string }[] }>(
        "GET",
        `tenants/${tenant.id}/keys?limit=100`,
      );
      return data.find((key) => key.id === id)!.revoked_at;
    };
    const first = await revokedAt();
    expect(first).toMatch(/^\d{4}-.*Z$/);
    await soon(async () => expect(new Date().toISOString()).not.toBe(first));
    expect(await revokedAt()).toBe(first);
  });

  test("revocation ends every secret that a rotation left alive", async () => {
    const { id, secret } = await newKey();
    const second = await rotate(id, 3_600);
    await world.admin("DELETE", `keys/${id}`);
    for (const key of [secret, second.secret]) {
      expectRefusal(await me(world, { key }), { status: 401, code: "revoked_key" });
    }
  });

  test("a revoked key cannot be rotated back to life", async () => {
    const { id } = await newKey();
    await world.admin("DELETE", `keys/${id}`);
    expectRefusal(await asAdmin(world, "POST", `keys/${id}/rotate`, {}), { status: 409, code: "conflict" });
  });
});

describe("rotation", () => {
  test("during the overlap both secrets work, and both are the same key", async () => {
    const { id, secret, prefix } = await newKey();
    const next = await rotate(id, 3_600);
    expect(next.id).toBe(id);
    expect(next.secret).not.toBe(secret);
    expect(next.secret).toMatch(/^tg_test_[0-9A-Za-z]{40}$/);
    expect(next.prefix).not.toBe(prefix);
    for (const key of [secret, next.secret]) expect((await me(world, { key })).body.key_id).toBe(id);
  });

  test("at the end of the overlap the old secret is refused, and the new one works", async () => {
    const { id, secret } = await newKey();
    const next = await rotate(id, 1);
    await soon(async () =>
      expectRefusal(await me(world, { key: secret }), { status: 401, code: "expired_credentials" }),
    );
    expect((await me(world, { key: next.secret })).status).toBe(200);
  });

  test("without an overlap the old secret ends at once on a node that has not seen it, and within seconds on one that has", async () => {
    const { id, secret } = await newKey();
    await me(world, { key: secret });
    const next = await rotate(id);
    await soon(async () =>
      expectRefusal(await me(world, { key: secret }), { status: 401, code: "expired_credentials" }),
    );
    expect((await me(world, { key: next.secret })).status).toBe(200);
  });

  test("a later rotation never lengthens the life of an older secret", async () => {
    const { id, secret } = await newKey();
    await rotate(id, 0);
    await rotate(id, 3_600);
    expectRefusal(await me(world, { key: secret }), { status: 401, code: "expired_credentials" });
  });

  test("rotation resets nothing: the counters of the key's limits stay", async () => {
    const { id, secret } = await newKey();
    const limits = { scope: "key", subject_id: id, limits: [{ metric: "requests", window: "lifetime", amount: 2 }] };
    await world.admin("PUT", "limits", limits);
    expect((await say(world, { key: secret })).status).toBe(200);
    const next = await rotate(id, 3_600);
    expect((await say(world, { key: next.secret })).status).toBe(200);
    await world.admin("PUT", "limits", limits);
    for (const key of [secret, next.secret]) {
      const answer = await say(world, { key });
      expectRefusal(answer, { status: 402, code: "quota_exhausted", says: /2 requests per lifetime/ });
      expect(answer.headers.get("x-should-retry")).toBe("false");
    }
  });

  test("an expired key stays expired, whatever secret it is given", async () => {
    const { id } = await newKey({ expires_at: "2020-01-01T00:00:00Z" });
    const { secret } = await rotate(id, 60);
    expectRefusal(await me(world, { key: secret }), { status: 401, code: "expired_credentials" });
  });
});
