import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { asAdmin, ask, expectRefusal, say } from "./ask.ts";

const COUNT = 7;

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
  for (let i = 0; i < COUNT; i++) {
    const { id } = await world.admin<{ id: string }>("POST", "tenants", { name: `Tenant ${i}` });
    await world.admin("POST", `tenants/${tenant.id}/users`, { external_id: `user-${i}` });
    await world.admin("POST", `tenants/${tenant.id}/keys`, { name: `key ${i}` });
    const issuer = {
      issuer: `https://${i}.example`,
      audience: "app",
      algorithms: ["HS256"],
      shared_secret: "x".repeat(32),
    };
    await world.admin("POST", `tenants/${tenant.id}/issuers`, issuer);
    await world.admin("POST", "issuers", { ...issuer, audience: "all", tenant_claim: "org" });
    await world.admin("POST", "plans", { name: `Plan ${i}`, pricing: { type: "markup", multiplier_ppm: 1_000_000 } });
    await world.admin("POST", "fx_rates", { currency: `AA${"ABCDEFG"[i]}`, rate_micros: 1 });
    await world.admin("POST", "prices", { model: `claude-paged-${i}`, usd_per_million: { input: "1" } });
    expect((await say(world, { key: tenant.key })).status, String(id)).toBe(200);
  }
});
afterAll(() => world.close());

interface Page {
  data: { id: string }[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** Every list that is paged: as the administrator reads it, and as a tenant does. */
const LISTS: Record<string, (query: string) => Promise<Page>> = {
  ...Object.fromEntries(
    [
      "tenants",
      "TENANT/users",
      "TENANT/keys",
      "TENANT/issuers",
      "issuers",
      "plans",
      "fx_rates",
      "prices",
      "events",
    ].map((name) => [
      `/api/admin/${name}`,
      async (query: string) =>
        (await asAdmin<Page>(world, "GET", `${name.replace("TENANT", `tenants/${tenant.id}`)}?${query}`)).body,
    ]),
  ),
  "/api/usage/events": async (query) =>
    (await ask<Page>(world, `/api/usage/events?${query}`, { key: tenant.key })).body,
};

describe("a list is read page by page:", () => {
  test.each(Object.entries(LISTS))("%s", async (_name, read) => {
    const all = await read("limit=1000");
    const ids = all.data.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(COUNT);
    expect(all).toMatchObject({ has_more: false, first_id: ids[0], last_id: ids.at(-1) });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted().reverse());

    const forwards: string[] = [];
    for (let after = ""; ; ) {
      const page = await read(`limit=3${after && `&after_id=${after}`}`);
      expect(page.data.length).toBeLessThanOrEqual(3);
      forwards.push(...page.data.map(({ id }) => id));
      if (!page.has_more) break;
      after = page.last_id!;
    }
    expect(forwards).toEqual(ids);

    const backwards: string[] = [];
    for (let before = ids.at(-1)!; ; ) {
      const page = await read(`limit=3&before_id=${before}`);
      backwards.unshift(...page.data.map(({ id }) => id));
      if (!page.has_more) break;
      before = page.first_id!;
    }
    expect(backwards).toEqual(ids.slice(0, -1));
  });

  test.each(Object.entries(LISTS))("%s ends with an empty page behind its last row", async (_name, read) => {
    const all = await read("limit=1000");
    expect(await read(`after_id=${all.last_id}`)).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });
});

test("a page that is exactly full and the last says that there is no more", async () => {
  const { data } = await LISTS["/api/admin/TENANT/users"]!("limit=1000");
  expect(await LISTS["/api/admin/TENANT/users"]!(`limit=${data.length}`)).toMatchObject({ has_more: false });
  expect(await LISTS["/api/admin/TENANT/users"]!(`limit=${data.length - 1}`)).toMatchObject({ has_more: true });
});

test("a list has twenty rows a page where nothing is asked", async () => {
  const { id } = await world.tenant();
  await Promise.all(times(21, (i) => world.admin("POST", `tenants/${id}/users`, { external_id: `many-${i}` })));
  const { body } = await asAdmin<Page>(world, "GET", `tenants/${id}/users`);
  expect(body.data).toHaveLength(20);
  expect(body.has_more).toBe(true);
});

test.each([
  "limit=0",
  "limit=-1",
  "limit=1001",
  "limit=1.5",
  "limit=all",
  "limit=1&limit=2",
  "after_id=",
  "before_id=",
])("%s is refused by its name", async (query) => {
  const says = query.split("=")[0]!;
  expectRefusal(await asAdmin(world, "GET", `tenants?${query}`), { status: 400, code: "invalid_request", says });
});

describe("GET /v1/models, in Claude's shape,", () => {
  const models = async (query: string) =>
    (await ask<Page>(world, `/v1/models?${query}`, { key: tenant.key, headers: { "anthropic-version": "2023-06-01" } }))
      .body;

  test("is paged the same way", async () => {
    const all = (await models("limit=1000")).data.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(10);
    const first = await models("limit=4");
    expect(first.data.map(({ id }) => id)).toEqual(all.slice(0, 4));
    expect(first.has_more).toBe(true);
    const second = await models(`limit=4&after_id=${first.last_id}`);
    expect(second.data.map(({ id }) => id)).toEqual(all.slice(4, 8));
    expect((await models(`limit=4&before_id=${second.first_id}`)).data.map(({ id }) => id)).toEqual(all.slice(0, 4));
    expect(await models(`after_id=${all.at(-1)}`)).toMatchObject({ data: [], has_more: false });
  });
});
