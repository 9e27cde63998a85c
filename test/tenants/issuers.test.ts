import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, ask, expectRefusal, me, say } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Claims, claims, SHARED_SECRET, signed, signer } from "./identity-provider.ts";

let world: World;
let one: TestTenant;
let other: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  one = await world.tenant({ fields: { external_id: "acme" } });
  other = await world.tenant({ fields: { external_id: "bolt" } });
});
afterAll(() => world.close());

const invalid = { status: 401, code: "invalid_credentials" };
const wrong = { status: 400, code: "invalid_request" };
const newName = () => `https://idp.example/${randomUUID()}`;
const form = (fields: object = {}) => ({
  ...{ issuer: newName(), audience: "tollgate-app", algorithms: ["HS256"], shared_secret: SHARED_SECRET },
  ...fields,
});

describe("registration", () => {
  const rsa = signer("RS256");
  const privatePem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const oldPrivatePem = rsa.privateKey.export({ type: "pkcs1", format: "pem" }) as string;
  const withKey = (public_key: string) => ({ algorithms: ["RS256"], public_key, shared_secret: null });
  const BAD: Record<string, [fields: object, says: RegExp]> = {
    "a private key in place of the public one": [withKey(privatePem), /^public_key: .*private key/],
    "a private key of the older form": [withKey(oldPrivatePem), /^public_key: .*private key/],
    "a public key that is none": [
      withKey("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"),
      /^public_key: must be/,
    ],
    "a shared secret that is too short": [{ shared_secret: "short" }, /^shared_secret: .*32/],
    "no way to check a token": [{ shared_secret: null }, /jwks_url, public_key and shared_secret/],
    "two ways to check a token": [{ public_key: rsa.pem }, /exactly one/],
    "HS256 for a public key": [{ ...withKey(rsa.pem), algorithms: ["RS256", "HS256"] }, /^algorithms: HS/],
    "RS256 for a shared secret": [{ algorithms: ["RS256"] }, /^algorithms: HS/],
    "alg none": [{ algorithms: ["none"] }, /^algorithms\.0/],
    "no algorithm": [{ algorithms: [] }, /^algorithms/],
    "no audience": [{ audience: undefined }, /^audience/],
    "Tollgate's own name": [{ issuer: "tollgate" }, /^issuer: .*Tollgate/],
    "a key set in a file": [
      { jwks_url: "file:///etc/passwd", algorithms: ["RS256"], shared_secret: null },
      /^jwks_url/,
    ],
    "a field that there is none of": [{ audiences: ["x"] }, /audiences/],
    "a tenant_claim for one tenant": [{ tenant_claim: "org" }, /^tenant_claim/],
  };
  test.each(Object.entries(BAD))("refuses %s, and names it", async (_name, [fields, says]) => {
    expectRefusal(await asAdmin(world, "POST", `tenants/${one.id}/issuers`, form(fields)), { ...wrong, says });
  });

  test("refuses a private key without repeating it", async () => {
    const answer = await asAdmin(world, "POST", `tenants/${one.id}/issuers`, form(withKey(privatePem)));
    expect(answer.text).not.toContain(privatePem.slice(40, 80));
  });

  test("takes (issuer, audience) once in the installation, and does not say whose it is", async () => {
    const fields = form();
    await world.admin("POST", `tenants/${one.id}/issuers`, fields);
    for (const path of [`tenants/${one.id}/issuers`, `tenants/${other.id}/issuers`]) {
      const answer = await asAdmin(world, "POST", path, fields);
      expectRefusal(answer, { status: 409, code: "conflict" });
      expect(answer.text).not.toContain(one.id);
    }
    expectRefusal(await asAdmin(world, "POST", "issuers", { ...fields, tenant_claim: "org" }), {
      status: 409,
      code: "conflict",
    });
    expect(
      (await asAdmin(world, "POST", `tenants/${other.id}/issuers`, { ...fields, audience: "another" })).status,
    ).toBe(201);
  });

  test("is deleted by its own tenant's path alone", async () => {
    const { id } = await world.admin<{ id: string }>("POST", `tenants/${one.id}/issuers`, form());
    const missing = { status: 404, code: "not_found" };
    expectRefusal(await asAdmin(world, "DELETE", `tenants/${other.id}/issuers/${id}`), missing);
    expectRefusal(await asAdmin(world, "DELETE", `issuers/${id}`), missing);
    expect((await asAdmin(world, "DELETE", `tenants/${one.id}/issuers/${id}`)).status).toBe(204);
    expectRefusal(await asAdmin(world, "DELETE", `tenants/${one.id}/issuers/${id}`), missing);
  });
});

describe("what an issuer requires", () => {
  const registered = async (fields: object) => {
    const body = form(fields);
    await world.admin("POST", `tenants/${one.id}/issuers`, body);
    return (more: Claims) => me(world, { bearer: signed(claims(body.issuer, more)) });
  };

  test("claims that the token must carry, alone or in a list", async () => {
    const ask = await registered({ required_claims: { plan: "pro", beta: true, level: 3 } });
    expect((await ask({ plan: "pro", beta: true, level: 3 })).status).toBe(200);
    expect((await ask({ plan: ["basic", "pro"], beta: true, level: [3] })).status).toBe(200);
    expectRefusal(await ask({ plan: "basic", beta: true, level: 3 }), { ...invalid, says: /plan/ });
    expectRefusal(await ask({ plan: "pro", level: 3 }), { ...invalid, says: /beta/ });
    expectRefusal(await ask({ plan: "pro", beta: "true", level: 3 }), { ...invalid, says: /beta/ });
    expectRefusal(await ask({ plan: "pro", beta: true, level: "3" }), { ...invalid, says: /level/ });
  });

  test("users that are known already, where it creates none", async () => {
    const ask = await registered({ create_users: false });
    const sub = `known ${randomUUID()}`;
    expectRefusal(await ask({ sub }), { ...invalid, says: /user/ });
    await world.admin("POST", `tenants/${one.id}/users`, { external_id: sub });
    expect((await ask({ sub })).body.user).toMatchObject({ external_id: sub });
  });
});

describe("an issuer of the installation", () => {
  const issuer = newName();
  beforeAll(async () => {
    await world.admin("POST", "issuers", form({ issuer, tenant_claim: "org" }));
  });
  const token = (more: Claims) => signed(claims(issuer, more));

  test("must name its tenant_claim", async () => {
    expectRefusal(await asAdmin(world, "POST", "issuers", form()), { ...wrong, says: /^tenant_claim/ });
  });

  test("names the tenant by its external id, and its token is good for that tenant alone", async () => {
    const [acme, bolt] = [token({ org: "acme" }), token({ org: "bolt" })];
    expect((await me(world, { bearer: acme })).body.tenant).toMatchObject({ id: one.id });
    expect((await me(world, { bearer: bolt })).body.tenant).toMatchObject({ id: other.id });
    const request = (await say(world, { bearer: acme })).headers.get("request-id");
    expect((await ask(world, `/api/usage/events/${request}`, { bearer: acme })).status).toBe(200);
    expectRefusal(await ask(world, `/api/usage/events/${request}`, { bearer: bolt }), {
      status: 404,
      code: "not_found",
    });
    expect((await ask(world, "/api/usage/events", { bearer: bolt })).body.data).toEqual([]);
  });

  test.each([{}, { org: "" }, { org: "nobody" }, { org: 7 }, { org: ["acme"] }, { org: "acme\u0000" }])(
    "with the claim %j names nobody",
    async (more) => {
      expectRefusal(await me(world, { bearer: token(more) }), invalid);
    },
  );

  test("cannot name a tenant by the id that Tollgate gave it", async () => {
    expectRefusal(await me(world, { bearer: token({ org: one.id }) }), invalid);
  });

  test("is listed among the installation's, and not among a tenant's", async () => {
    const named = async (path: string) =>
      (await world.admin<{ data: { issuer: string }[] }>("GET", `${path}?limit=1000`)).data.map((row) => row.issuer);
    expect(await named("issuers")).toContain(issuer);
    expect(await named(`tenants/${one.id}/issuers`)).not.toContain(issuer);
  });
});

test("a token for two registered audiences is refused: a guess could bill the wrong tenant", async () => {
  const issuer = newName();
  await world.admin("POST", `tenants/${one.id}/issuers`, form({ issuer, audience: "app-of-one" }));
  await world.admin("POST", `tenants/${other.id}/issuers`, form({ issuer, audience: "app-of-other" }));
  for (const aud of [
    ["app-of-one", "app-of-other"],
    ["app-of-other", "app-of-one"],
  ]) {
    expectRefusal(await me(world, { bearer: signed(claims(issuer, { aud })) }), { ...invalid, says: /aud/ });
  }
});
