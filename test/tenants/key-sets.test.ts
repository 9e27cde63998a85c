import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openKeySets } from "../../src/tenants/key-sets.ts";
import { expectRefusal, me } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { claims, forged, openKeySetServer, type Signer, signed, signer } from "./identity-provider.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const invalid = { status: 401, code: "invalid_credentials" };

/** A provider with a key set of its own, registered for the tenant. */
async function openProvider(...signers: readonly Signer[]) {
  const server = await openKeySetServer(...signers);
  onTestFinished(() => server.close());
  const issuer = `https://idp.example/${randomUUID()}`;
  const fields = { issuer, audience: "tollgate-app", algorithms: ["RS256", "ES256"], jwks_url: server.url };
  await world.admin("POST", `tenants/${tenant.id}/issuers`, fields);
  const token = (by: Signer, header = {}) => signed(claims(issuer), by, header);
  const status = async (bearer: string) => (await me(world, { bearer })).status;
  return { server, issuer, token, status };
}

describe("an issuer with a key set", () => {
  test("has its tokens checked by the key that they name, of several", async () => {
    const [rsa, ec] = [signer("RS256"), signer("ES256")];
    const { token, status } = await openProvider(rsa, ec);
    expect(await status(token(rsa))).toBe(200);
    expect(await status(token(ec))).toBe(200);
  });

  test("is asked once for many tokens of a key", async () => {
    const rsa = signer("RS256");
    const { server, token, status } = await openProvider(rsa);
    for (let i = 0; i < 5; i++) expect(await status(token(rsa))).toBe(200);
    expect(server.fetches).toBe(1);
  });

  test("may rotate: a new kid is fetched, and the old one still works while it is known", async () => {
    const [first, second] = [signer("RS256"), signer("RS256")];
    const { server, token, status } = await openProvider(first);
    expect(await status(token(first))).toBe(200);
    server.publish(second);
    expect(await status(token(second))).toBe(200);
    expect(await status(token(first))).toBe(200);
    expect(server.fetches).toBe(2);
  });

  test("that does not publish the key that a token names has it refused", async () => {
    const [published, stranger] = [signer("RS256"), signer("RS256")];
    const { token } = await openProvider(published);
    expectRefusal(await me(world, { bearer: token(stranger) }), { ...invalid, says: /not publish/ });
    expectRefusal(await me(world, { bearer: token(stranger, { kid: published.kid }) }), invalid);
  });

  test("with one key needs no kid in its tokens; with two it does", async () => {
    const [one, two] = [signer("RS256"), signer("RS256")];
    const { server, issuer, status } = await openProvider(one);
    const nameless = () => signed(claims(issuer), { ...one, kid: undefined as unknown as string });
    expect(await status(nameless())).toBe(200);
    server.publish(one, two);
    const { token } = await openProvider(one, two);
    expectRefusal(await me(world, { bearer: token(one, { kid: undefined }) }), invalid);
  });

  test("cannot be flooded through us by tokens of keys that do not exist", async () => {
    const rsa = signer("RS256");
    const { server, issuer, token, status } = await openProvider(rsa);
    expect(await status(token(rsa))).toBe(200);
    const strange = () => forged({ alg: "RS256", kid: randomUUID() }, claims(issuer), "c2lnbmVk");
    await Promise.all(Array.from({ length: 60 }, () => status(strange())));
    expect(server.fetches).toBeLessThanOrEqual(15);
    expect(await status(token(rsa))).toBe(200);
  });
});

const BROKEN: Record<string, [status: number, body: string, headers?: Record<string, string>]> = {
  "answers 500": [500, "oops"],
  "answers 404": [404, "nothing"],
  "answers no JSON": [200, "<html>"],
  "answers JSON that is no key set": [200, '{"hello":1}'],
  "answers an empty set": [200, '{"keys":[]}'],
  "answers keys that are none": [200, '{"keys":[{"kid":"x","kty":"RSA","use":"sig","n":"!"}]}'],
  "redirects elsewhere": [302, "", { location: "http://127.0.0.1:9/" }],
  "answers far too much": [200, `{"keys":[],"padding":"${"x".repeat(600_000)}"}`],
};

describe("a key set that", () => {
  test.each(Object.entries(BROKEN))(
    "%s lets nobody in, breaks nothing, and is used again once it is well",
    async (_name, [status, body, headers]) => {
      const rsa = signer("RS256");
      const { server, token } = await openProvider(rsa);
      server.answer(status, body, headers);
      expectRefusal(await me(world, { bearer: token(rsa) }), invalid);
      server.publish(rsa);
      expect((await me(world, { bearer: token(rsa) })).status).toBe(200);
    },
  );

  test("redirects to a good one elsewhere is not followed: the address that was checked is the address that counts", async () => {
    const rsa = signer("RS256");
    const elsewhere = await openKeySetServer(rsa);
    onTestFinished(() => elsewhere.close());
    const { server, token } = await openProvider();
    server.answer(302, "", { location: elsewhere.url });
    expectRefusal(await me(world, { bearer: token(rsa) }), invalid);
    expect(elsewhere.fetches).toBe(0);
  });

  test("is down refuses tokens of new keys, while those of known keys work", async () => {
    const [known, fresh] = [signer("RS256"), signer("RS256")];
    const { server, token, status } = await openProvider(known);
    expect(await status(token(known))).toBe(200);
    await server.close();
    expect(await status(token(known))).toBe(200);
    expectRefusal(await me(world, { bearer: token(fresh) }), invalid);
  });
});

describe("where private addresses are not allowed", () => {
  const guarded = openKeySets({ allowPrivate: false });
  afterAll(() => guarded.close());

  test("a key set on this machine or its network is not fetched, by address or by name", async () => {
    const rsa = signer("RS256");
    const server = await openKeySetServer(rsa);
    onTestFinished(() => server.close());
    const { port } = new URL(server.url);
    const hosts = [
      "127.0.0.1",
      "localhost",
      "[::1]",
      "0.0.0.0",
      "2130706433",
      "0x7f.1",
      "127.1",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
    ];
    for (const host of hosts) {
      const fetching = guarded.signingKey(`http://${host}:${port}/jwks.json`, rsa.kid);
      await expect(fetching, host).rejects.toMatchObject({ code: "invalid_credentials" });
    }
    expect(server.fetches).toBe(0);
  });

  test.each([
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "[fd00::1]",
    "[fe80::1]",
    "[64:ff9b::a00:1]",
  ])("%s is refused without a try", async (host) => {
    const fetching = guarded.signingKey(`http://${host}/jwks.json`, "any");
    await expect(fetching).rejects.toMatchObject({ cause: { message: expect.stringMatching(/private address/) } });
  });

  test("where they are allowed, the same key set is fetched", async () => {
    const rsa = signer("RS256");
    const server = await openKeySetServer(rsa);
    const open = openKeySets({ allowPrivate: true });
    onTestFinished(async () => {
      await open.close();
      await server.close();
    });
    const key = await open.signingKey(server.url, rsa.kid);
    expect(key.export({ type: "spki", format: "pem" })).toBe(rsa.pem);
  });
});
