import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "../support/world.ts";
import { asAdmin, expectRefusal, say, soon } from "./ask.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

interface Tenant {
  id: string;
  [field: string]: unknown;
}
const create = async (fields: object = {}) =>
  (await asAdmin<Tenant>(world, "POST", "tenants", { name: "Acme", ...fields })).body;
const DEFAULTS = {
  ...{ external_id: null, timezone: "Asia/Kolkata", currency: "INR", status: "active", enforcement: "enforce" },
  ...{ billing: "tenant", default_plan_id: null, allowed_origins: [], allowed_models: [], on_disconnect: null },
  ...{ hold: "rolling", cost_visibility: null, metadata: {}, has_upstream_api_key: false },
  razorpay: null,
};
const FULL = {
  ...{ external_id: "acme-1", timezone: "Europe/Berlin", currency: "EUR", status: "suspended", enforcement: "observe" },
  ...{ billing: "user", allowed_origins: ["https://app.example.com", "null"], allowed_models: ["claude-haiku-*"] },
  ...{ on_disconnect: "drain", hold: "strict", cost_visibility: "none", metadata: { region: "eu", "crm-id": "4711" } },
};

describe("a tenant", () => {
  test("needs a name alone; everything else has a default", async () => {
    const { status, body } = await asAdmin<Tenant>(world, "POST", "tenants", { name: " Acme " });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...DEFAULTS,
      id: expect.stringMatching(/^ten_[0-9a-z]{26}$/),
      name: "Acme",
      created_at: expect.stringMatching(/Z$/),
    });
    expect((await asAdmin(world, "GET", `tenants/${body.id}`)).body).toEqual(body);
  });

  test("is read back as it was created, by its id, by ext:, and in the list", async () => {
    const created = await create(FULL);
    expect(created).toMatchObject(FULL);
    expect((await asAdmin(world, "GET", `tenants/${created.id}`)).body).toEqual(created);
    expect((await asAdmin(world, "GET", "tenants/ext:acme-1")).body).toEqual(created);
    const { data } = (await asAdmin<{ data: Tenant[] }>(world, "GET", "tenants?limit=1000")).body;
    expect(data.find(({ id }) => id === created.id)).toEqual(created);
  });

  test("is changed in what is given, and stays in all else", async () => {
    const before = await create({ ...FULL, external_id: "acme-2" });
    const change = {
      name: "Acme & Sons",
      status: "active",
      metadata: { region: "in" },
      on_disconnect: null,
      allowed_models: [],
    };
    const { status, body } = await asAdmin(world, "PATCH", `tenants/${before.id}`, change);
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, ...change });
    expect((await asAdmin(world, "GET", "tenants/ext:acme-2")).body).toEqual(body);
    expect((await asAdmin(world, "PATCH", `tenants/${before.id}`, {})).body).toEqual(body);
  });

  test("with an external_id that another has is refused, and told which", async () => {
    const first = await create({ external_id: "taken" });
    const answer = await asAdmin(world, "POST", "tenants", { name: "Second", external_id: "taken" });
    expectRefusal(answer, { status: 409, code: "conflict", says: /taken/ });
    expect(answer.body).toMatchObject({ error: { details: { id: first.id } } });
    const second = await create();
    expectRefusal(await asAdmin(world, "PATCH", `tenants/${second.id}`, { external_id: "taken" }), {
      status: 409,
      code: "conflict",
    });
    expect((await asAdmin<Tenant>(world, "GET", `tenants/${second.id}`)).body.external_id).toBe(null);
  });

  test("created twice at once with one external_id exists once", async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => asAdmin(world, "POST", "tenants", { name: "Racing", external_id: "racing" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  test("may have an external_id of any letters, named in a path as it is", async () => {
    for (const external_id of ["Zoë & Søn", "a/b", "ten_1", "50%", "日本", "ext:nested", "a?b#c"]) {
      const { id } = await create({ external_id });
      expect((await asAdmin(world, "GET", `tenants/${encodeURIComponent(`ext:${external_id}`)}`)).body.id).toBe(id);
    }
  });

  test("that there is none of is not found, by id, by ext:, for reading and for changing", async () => {
    for (const ref of ["ten_unknown", "ext:unknown", "ext:", "null", "%20"]) {
      expectRefusal(await asAdmin(world, "GET", `tenants/${ref}`), { status: 404, code: "not_found" });
      expectRefusal(await asAdmin(world, "PATCH", `tenants/${ref}`, { name: "New" }), {
        status: 404,
        code: "not_found",
      });
    }
  });
});

describe("billing and currency", () => {
  const frozen = { status: 409, code: "conflict", says: /billing and currency/ };

  test("may change as long as nothing was granted or used", async () => {
    const { id } = await create();
    const changed = await asAdmin(world, "PATCH", `tenants/${id}`, { currency: "USD", billing: "user" });
    expect(changed.body).toMatchObject({ currency: "USD", billing: "user" });
    await world.admin("PATCH", `tenants/${id}`, { billing: "tenant" });
    await world.admin("POST", `tenants/${id}/credits`, { amount_micros: 5, reason: "now it counts" });
    expect(await world.admin("GET", `tenants/${id}/credits`)).toMatchObject({ data: [{ currency: "USD" }] });
  });

  test("are frozen by the first grant", async () => {
    const { id } = await create();
    await world.admin("POST", `tenants/${id}/credits`, { amount_micros: 1, reason: "first" });
    expectRefusal(await asAdmin(world, "PATCH", `tenants/${id}`, { currency: "USD" }), frozen);
    expectRefusal(await asAdmin(world, "PATCH", `tenants/${id}`, { billing: "user" }), frozen);
    expect(
      (await asAdmin(world, "PATCH", `tenants/${id}`, { currency: "INR", billing: "tenant", name: "Same" })).status,
    ).toBe(200);
  });

  test("are frozen by the first use, of a tenant that has no credit but is only observed", async () => {
    const { id, key } = await world.tenant({ credit_micros: 0, fields: { enforcement: "observe" } });
    expect((await say(world, { key })).status).toBe(200);
    expectRefusal(await asAdmin(world, "PATCH", `tenants/${id}`, { currency: "EUR" }), frozen);
  });
});

const BAD: [field: string, fields: object][] = [
  ["name", { name: undefined }],
  ["name", { name: "" }],
  ["name", { name: "   " }],
  ["name", { name: "x".repeat(201) }],
  ["name", { name: 7 }],
  ["name", { name: null }],
  ["external_id", { external_id: "" }],
  ["external_id", { external_id: "x".repeat(201) }],
  ["external_id", { external_id: "line\nbreak" }],
  ["timezone", { timezone: "Mars/Olympus" }],
  ["timezone", { timezone: "" }],
  ["currency", { currency: "rupees" }],
  ["currency", { currency: "inr" }],
  ["status", { status: "paused" }],
  ["enforcement", { enforcement: "none" }],
  ["billing", { billing: "nobody" }],
  ["default_plan_id", { default_plan_id: "pln_unknown" }],
  ["allowed_origins.1", { allowed_origins: ["https://a.example", "b.example"] }],
  ["allowed_models.0", { allowed_models: ["a model"] }],
  ["allowed_models", { allowed_models: "claude-*" }],
  ["on_disconnect", { on_disconnect: "ignore" }],
  ["hold", { hold: null }],
  ["cost_visibility", { cost_visibility: "some" }],
  ["upstream_api_key", { upstream_api_key: "short" }],
  ["metadata.a", { metadata: { a: 1 } }],
  ["metadata", { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"])) }],
  ["margin", { margin: 3 }],
  ["id", { id: "ten_mine" }],
  ["created_at", { created_at: "2020-01-01T00:00:00Z" }],
  ["has_upstream_api_key", { has_upstream_api_key: true }],
];

describe("a bad or unknown field is refused by its name, when creating and when changing:", () => {
  test.each(BAD)("%s of %j", async (field, fields) => {
    const refusal = { status: 400, code: "invalid_request", says: field };
    expectRefusal(await asAdmin(world, "POST", "tenants", { name: "Acme", ...fields }), refusal);
    if (Object.values(fields)[0] === undefined) return;
    const { id } = await create();
    expectRefusal(await asAdmin(world, "PATCH", `tenants/${id}`, fields), refusal);
  });

  test("all of them at once", async () => {
    const answer = await asAdmin(world, "POST", "tenants", { name: "", currency: "x", colour: "red" });
    for (const says of ["name", "currency", "colour"])
      expectRefusal(answer, { status: 400, code: "invalid_request", says });
    expect(answer.body).toMatchObject({ error: { details: { issues: [{ path: "name" }, { path: "currency" }, {}] } } });
  });
});

test("what is changed holds for requests within seconds", async () => {
  const { id, key } = await world.tenant();
  expect((await say(world, { key })).status).toBe(200);
  await world.admin("PATCH", `tenants/${id}`, { allowed_models: ["claude-haiku-*"] });
  await soon(async () => expectRefusal(await say(world, { key }), { status: 403, code: "model_not_allowed" }));
});
