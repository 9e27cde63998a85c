import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Asked, asAdmin, ask, expectRefusal, me } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const post = (path: string, asked: Asked) =>
  ask(world, `/api/admin/${path}`, { method: "POST", bearer: ADMIN_TOKEN, ...asked });
const wrong = { status: 400, code: "invalid_request" };

describe("the admin token", () => {
  test("is needed, and nothing else will do", async () => {
    const body = { name: "Acme" };
    expectRefusal(await ask(world, "/api/admin/tenants", { json: body }), {
      status: 401,
      code: "missing_credentials",
      says: /admin token/,
    });
    for (const bearer of ["garbage", `${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(0, -1), tenant.key, "x".repeat(10_000)]) {
      expectRefusal(await ask(world, "/api/admin/tenants", { bearer, json: body }), {
        status: 401,
        code: "invalid_credentials",
      });
    }
    expectRefusal(await ask(world, "/api/admin/tenants", { key: ADMIN_TOKEN, json: body }), {
      status: 401,
      code: "missing_credentials",
    });
    expect((await ask(world, "/api/admin/tenants", { bearer: ADMIN_TOKEN, json: body })).status).toBe(201);
  });

  test("is checked before the body is read", async () => {
    expectRefusal(await ask(world, "/api/admin/tenants", { bytes: "{broken" }), {
      status: 401,
      code: "missing_credentials",
    });
  });

  test("is no key of any tenant", async () => {
    expectRefusal(await me(world, { bearer: ADMIN_TOKEN }), { status: 401, code: "invalid_credentials" });
  });
});

describe("a body that cannot be read is refused:", () => {
  test.each(['{"name": "Ac', "{name: 1}", "hello", "[1,", "\u0000"])("%j", async (bytes) => {
    expectRefusal(await post("tenants", { bytes }), { ...wrong, says: /body|JSON/ });
  });

  test.each(["[]", '"text"', "7", "null", "true"])("%s, which is no object", async (bytes) => {
    expectRefusal(await post("tenants", { bytes }), wrong);
  });

  test("none at all, by the field that is missing", async () => {
    expectRefusal(await post("tenants", {}), { ...wrong, says: /name/ });
  });

  test("one above 1 MB", async () => {
    const name = "x".repeat(1024 * 1024);
    expectRefusal(await post("tenants", { json: { name } }), { status: 413, code: "request_too_large" });
    expectRefusal(await ask(world, "/api/auth/token", { key: tenant.key, json: { sub: name } }), {
      status: 413,
      code: "request_too_large",
    });
    expect((await asAdmin(world, "GET", "tenants")).status).toBe(200);
  });

  test("one of a character set, or an encoding, that we do not know", async () => {
    const json = { name: "Acme" };
    expectRefusal(
      await post("tenants", { json, headers: { "content-type": "application/json; charset=klingon" } }),
      wrong,
    );
    expectRefusal(await post("tenants", { json, headers: { "content-encoding": "x-unknown" } }), wrong);
  });
});

/** `curl -d` sends a form where its user forgets the header: that must never be taken for an empty body. */
describe("JSON without a content-type of JSON is read as JSON or refused, never silently lost:", () => {
  const FORM = { "content-type": "application/x-www-form-urlencoded" };

  test("creating", async () => {
    const answer = await post("tenants", { bytes: '{"name":"By curl"}', headers: FORM });
    if (answer.status === 201) expect(answer.body.name).toBe("By curl");
    else expectRefusal(answer, { ...wrong, says: /content-type/i });
  });

  test("changing", async () => {
    const { id } = await world.tenant();
    const answer = await post(`tenants/${id}`, { method: "PATCH", bytes: '{"status":"suspended"}', headers: FORM });
    if (answer.status === 200) expect(answer.body.status).toBe("suspended");
    else expectRefusal(answer, { ...wrong, says: /content-type/i });
  });

  test("rotating a key with an overlap: the old secret must not die at once", async () => {
    const { key, keyId } = await world.tenant();
    await post(`keys/${keyId}/rotate`, { bytes: '{"overlap_seconds":3600}', headers: FORM });
    expect((await me(world, { key })).status).toBe(200);
  });
});

describe("text that a database cannot keep is refused by the name of its field, on every engine:", () => {
  const odd = { "a NUL": "a\u0000b", "half a character": "a\ud800b" };
  const fields: Record<string, (text: string) => [path: string, method: string, body: object]> = {
    "a tenant's name": (text) => ["tenants", "POST", { name: text }],
    "a tenant's metadata": (text) => ["tenants", "POST", { name: "Acme", metadata: { note: text } }],
    "an external_id": (text) => ["tenants", "POST", { name: "Acme", external_id: text }],
    "a user's name": (text) => [`tenants/${tenant.id}/users`, "PUT", { external_id: "odd", name: text }],
    "a key's name": (text) => [`tenants/${tenant.id}/keys`, "POST", { name: text }],
    "a credit's reason": (text) => [`tenants/${tenant.id}/credits`, "POST", { amount_micros: 1, reason: text }],
    "a preset's system": (text) => [
      `tenants/${tenant.id}/presets`,
      "PUT",
      { presets: { odd: { model: "claude-haiku-5-5", max_tokens: 1, system: text } } },
    ],
    "a plan's name": (text) => ["plans", "POST", { name: text, pricing: { type: "markup", multiplier_ppm: 1 } }],
  };
  for (const [name, text] of Object.entries(odd)) {
    test.each(Object.entries(fields))(`${name} in %s`, async (_field, make) => {
      const [path, method, json] = make(text);
      expectRefusal(await asAdmin(world, method, path, json), wrong);
    });
  }
});
