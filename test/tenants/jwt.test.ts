import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, expectRefusal, me, say, soon } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Claims, claims, SHARED_SECRET, type Signer, seconds, signed, signer } from "./identity-provider.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const invalid = { status: 401, code: "invalid_credentials" };

/** Registers an issuer for the tenant; by default one with a shared secret. Answers its id and its name. */
async function register(fields: Record<string, unknown> = {}) {
  const issuer = `https://idp.example/${randomUUID()}`;
  const way = fields.public_key ? {} : { algorithms: ["HS256"], shared_secret: SHARED_SECRET };
  const body = { issuer, audience: "tollgate-app", ...way, ...fields };
  const { id } = await world.admin<{ id: string }>("POST", `tenants/${tenant.id}/issuers`, body);
  return { id, issuer, token: (more: Claims = {}, by?: Signer | string) => signed(claims(issuer, more), by) };
}

describe("a token of a registered issuer is accepted", () => {
  test("signed with the shared secret; it speaks for the user of its sub, who is created on first sight", async () => {
    const { token } = await register();
    const sub = `user ${randomUUID()}`;
    const answer = await say(world, { bearer: token({ sub }) });
    expect(answer.status).toBe(200);
    const { data } = await world.admin<{ data: { id: string; external_id: string }[] }>(
      "GET",
      `tenants/${tenant.id}/users?limit=1000`,
    );
    const user = data.find(({ external_id }) => external_id === sub)!;
    const event = await world.admin<{ data: unknown[] }>("GET", `events/${answer.headers.get("request-id")}`);
    expect(event.data[0]).toMatchObject({ tenant_id: tenant.id, user_id: user.id, key_id: null });
  });

  test.each(["RS256", "PS256", "ES256"] as const)(
    "signed with %s, checked by the PEM public key",
    async (algorithm) => {
      const by = signer(algorithm);
      const { token } = await register({ public_key: by.pem, algorithms: [algorithm] });
      expect((await me(world, { bearer: token({}, by) })).body.tenant).toMatchObject({ id: tenant.id });
    },
  );

  test("in x-api-key, for clients that can only set that", async () => {
    const { token } = await register();
    expect((await say(world, { key: token() })).status).toBe(200);
  });

  test("whose aud is a list that names us", async () => {
    const { token } = await register();
    expect((await me(world, { bearer: token({ aud: ["another-app", "tollgate-app"] }) })).status).toBe(200);
  });

  test("whose user is named by another claim, or is a number", async () => {
    const { token } = await register({ user_claim: "uid" });
    expect((await me(world, { bearer: token({ uid: "u-17", sub: "else" }) })).body.user).toMatchObject({
      external_id: "u-17",
    });
    expect((await me(world, { bearer: token({ uid: 4711 }) })).body.user).toMatchObject({ external_id: "4711" });
    expectRefusal(await me(world, { bearer: token({ sub: "ann" }) }), { ...invalid, says: /uid/ });
  });
});

describe("a user's token", () => {
  test("carries inference and the right to read its own usage, and nothing else", async () => {
    const { token } = await register();
    const [ann, bob] = [token({ sub: "reads-ann" }), token({ sub: "reads-bob" })];
    expect((await me(world, { bearer: ann })).body.scopes).toEqual(["inference"]);
    const request = (await say(world, { bearer: ann })).headers.get("request-id");
    const paths = [`/api/usage/events/${request}`, "/api/usage?user_id=ext:reads-ann"];
    for (const path of paths) {
      expect((await ask(world, path, { bearer: ann })).status, path).toBe(200);
      expectRefusal(await ask(world, path, { bearer: bob }), { status: 404, code: "not_found" });
    }
    expect((await ask(world, "/api/usage/events", { bearer: bob })).body.data).toEqual([]);
    const totals = async (bearer: string) =>
      (await ask<{ totals: unknown[] }>(world, "/api/usage", { bearer })).body.totals;
    expect([(await totals(ann)).length, (await totals(bob)).length]).toEqual([1, 0]);
  });

  test("issues no tokens, acts for nobody, and is no administrator", async () => {
    const { token } = await register();
    const bearer = token();
    expectRefusal(await ask(world, "/api/auth/token", { bearer, json: { sub: "ann" } }), {
      status: 403,
      code: "scope_missing",
    });
    expectRefusal(await me(world, { bearer, headers: { "x-tollgate-user": "bob" } }), {
      status: 403,
      code: "scope_missing",
    });
    expectRefusal(await ask(world, "/api/admin/tenants", { bearer }), invalid);
  });

  test("is bound by its tenant's models", async () => {
    const narrow = await world.tenant({ fields: { allowed_models: ["claude-haiku-*"] } });
    const issuer = `https://idp.example/${randomUUID()}`;
    const fields = { issuer, audience: "tollgate-app", algorithms: ["HS256"], shared_secret: SHARED_SECRET };
    await world.admin("POST", `tenants/${narrow.id}/issuers`, fields);
    const bearer = signed(claims(issuer));
    expectRefusal(await say(world, { bearer }), { status: 403, code: "model_not_allowed" });
    expect((await say(world, { bearer }, { model: "claude-haiku-5-5" })).status).toBe(200);
  });
});

describe("times", () => {
  test("a token that has expired is refused as expired", async () => {
    const { token } = await register();
    expectRefusal(await me(world, { bearer: token({ exp: seconds(-60) }) }), {
      status: 401,
      code: "expired_credentials",
    });
  });

  test("a token works until it expires, though it was just seen", async () => {
    const { token } = await register();
    const bearer = token({ exp: seconds(4) });
    expect((await me(world, { bearer })).status).toBe(200);
    await soon(async () => expectRefusal(await me(world, { bearer }), { status: 401, code: "expired_credentials" }));
  });

  test("a token without exp is refused: it would be good for ever", async () => {
    const { token } = await register();
    expectRefusal(await me(world, { bearer: token({ exp: undefined }) }), { ...invalid, says: /exp/ });
  });

  test("a token that is not valid yet is refused", async () => {
    const { token } = await register();
    expectRefusal(await me(world, { bearer: token({ nbf: seconds(300) }) }), { ...invalid, says: /not valid yet/ });
    expect((await me(world, { bearer: token({ nbf: seconds(-300) }) })).status).toBe(200);
  });
});

describe("a deleted issuer", () => {
  test("is defeated within seconds, also for tokens that were verified before", async () => {
    const { id, token } = await register();
    const [seen, unseen] = [token(), token()];
    expect((await say(world, { bearer: seen })).status).toBe(200);
    await world.admin("DELETE", `tenants/${tenant.id}/issuers/${id}`);
    await soon(async () => expectRefusal(await me(world, { bearer: seen }), invalid));
    expectRefusal(await say(world, { bearer: seen }), invalid);
    expectRefusal(await me(world, { bearer: unseen }), invalid);
  });

  test("that is registered anew, which is how one changes an issuer, has its good tokens accepted again", async () => {
    const { id, issuer, token } = await register();
    const bearer = token();
    expect((await me(world, { bearer })).status).toBe(200);
    await world.admin("DELETE", `tenants/${tenant.id}/issuers/${id}`);
    await soon(async () => expectRefusal(await me(world, { bearer }), invalid));
    await world.admin("POST", `tenants/${tenant.id}/issuers`, {
      ...{ issuer, audience: "tollgate-app", algorithms: ["HS256"], shared_secret: SHARED_SECRET },
      required_claims: { sub: "ann" },
    });
    await soon(async () => expect((await me(world, { bearer })).status).toBe(200));
  });
});
