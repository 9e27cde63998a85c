import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRefusal, me, say } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { claims, forged, SHARED_SECRET, signed, signer } from "./identity-provider.ts";

let world: World;
let tenant: TestTenant;
const rsa = signer("RS256");
const ec = signer("ES256");
const names = {
  shared: `https://shared.example/${randomUUID()}`,
  rsa: `https://rsa.example/${randomUUID()}`,
  ec: `https://ec.example/${randomUUID()}`,
};
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
  const register = (fields: object) =>
    world.admin("POST", `tenants/${tenant.id}/issuers`, { audience: "tollgate-app", ...fields });
  await register({ issuer: names.shared, algorithms: ["HS256"], shared_secret: SHARED_SECRET });
  await register({ issuer: names.rsa, algorithms: ["RS256", "RS512"], public_key: rsa.pem });
  await register({ issuer: names.ec, algorithms: ["ES256"], public_key: ec.pem });
});
afterAll(() => world.close());

const hmac = (header: object, payload: object, secret: string, digest = "sha256") => {
  const unsigned = forged(header, payload).slice(0, -1);
  return `${unsigned}.${createHmac(digest, secret).update(unsigned).digest("base64url")}`;
};

test("the good tokens of these issuers are accepted, so that what follows is refused for its own fault", async () => {
  for (const bearer of [signed(claims(names.shared)), signed(claims(names.rsa), rsa), signed(claims(names.ec), ec)]) {
    expect((await me(world, { bearer })).status).toBe(200);
  }
});

const other = signer("RS256", rsa.kid);
const good = () => signed(claims(names.shared));
const FORGERIES: Record<string, () => string> = {
  "alg none, unsigned": () => forged({ alg: "none", typ: "JWT" }, claims(names.shared)),
  "alg None, in another case": () => forged({ alg: "None" }, claims(names.rsa)),
  "alg none, with a signature of something": () => forged({ alg: "none" }, claims(names.rsa), "c2lnbmVk"),
  "no alg at all": () => forged({ typ: "JWT" }, claims(names.shared), "c2lnbmVk"),
  "an empty signature": () => forged({ alg: "HS256" }, claims(names.shared)),
  "HS256 with the RSA public key as the secret": () => hmac({ alg: "HS256", kid: rsa.kid }, claims(names.rsa), rsa.pem),
  "HS256 with the EC public key as the secret": () => hmac({ alg: "HS256" }, claims(names.ec), ec.pem),
  "HS256 with an empty secret": () => hmac({ alg: "HS256" }, claims(names.shared), ""),
  "another shared secret": () => signed(claims(names.shared), `${SHARED_SECRET}!`),
  "an algorithm that the issuer does not use, though the secret is right": () =>
    hmac({ alg: "HS512" }, claims(names.shared), SHARED_SECRET, "sha512"),
  "RS256 for an issuer of ES256": () => signed(claims(names.ec), rsa),
  "ES256 for an issuer of RS256": () => signed(claims(names.rsa), ec),
  "another key with the right kid": () => signed(claims(names.rsa), other),
  "a key that the token brings along": () =>
    signed(claims(names.rsa), other, { jwk: other.publicKey.export({ format: "jwk" }) }),
  "a key set that the token names": () => signed(claims(names.rsa), other, { jku: "http://127.0.0.1:9/jwks.json" }),
  "an issuer that nobody registered": () => signed(claims("https://unknown.example")),
  "the audience of somebody else": () => signed(claims(names.shared, { aud: "another-app" })),
  "a list of audiences that does not name us": () =>
    signed(claims(names.shared, { aud: ["another-app", "third-app"] })),
  "an empty list of audiences": () => signed(claims(names.shared, { aud: [] })),
  "no audience": () => signed(claims(names.shared, { aud: undefined })),
  "no issuer": () => signed(claims(names.shared, { iss: undefined })),
  "an issuer that is a number": () => forged({ alg: "HS256" }, claims(names.shared, { iss: 7 }), "c2lnbmVk"),
  "no subject": () => signed(claims(names.shared, { sub: undefined })),
  "an empty subject": () => signed(claims(names.shared, { sub: "" })),
  "a subject that is an object": () =>
    hmac({ alg: "HS256" }, claims(names.shared, { sub: { id: "ann" } }), SHARED_SECRET),
  "a subject that is too long": () => signed(claims(names.shared, { sub: "x".repeat(201) })),
  "a kid that is no text": () => hmac({ alg: "HS256", kid: { a: 1 } }, claims(names.rsa), SHARED_SECRET),
  "a signature cut short": () => good().slice(0, -4),
  "a payload changed after it was signed": () => {
    const [head, , signature] = good().split(".");
    return `${head}.${Buffer.from(JSON.stringify(claims(names.shared, { sub: "bob" }))).toString("base64url")}.${signature}`;
  },
  "Tollgate's own name, signed by a customer's secret": () =>
    signed({ ...claims("tollgate", { aud: "tollgate" }), ten: tenant.id, key: tenant.keyId }),
  "a text in place of exp": () => hmac({ alg: "HS256" }, claims(names.shared, { exp: "tomorrow" }), SHARED_SECRET),
};

describe("a token is refused that has", () => {
  test.each(Object.entries(FORGERIES))("%s", async (_name, forge) => {
    const refusal = { status: 401, code: "invalid_credentials" };
    expectRefusal(await me(world, { bearer: forge() }), refusal);
    expectRefusal(await say(world, { key: forge() }), refusal);
  });
});

test("a NUL or half a character in a token's words is refused, on every engine", async () => {
  const odd = ["a\u0000b", "a\ud800b"];
  for (const text of odd) {
    for (const more of [{ sub: text }, { iss: names.shared + text }, { aud: ["tollgate-app", text] }]) {
      const bearer = hmac({ alg: "HS256" }, claims(names.shared, more), SHARED_SECRET);
      expect((await me(world, { bearer })).status, JSON.stringify(more)).toBeLessThan(500);
    }
  }
});

test("a forgery is refused though its good twin is known already", async () => {
  const payload = claims(names.shared);
  expect((await me(world, { bearer: signed(payload) })).status).toBe(200);
  expectRefusal(await me(world, { bearer: signed(payload, "another secret of thirty-two characters") }), {
    status: 401,
    code: "invalid_credentials",
  });
});

test("no forgery reached the provider, and none created a user", async () => {
  for (const forge of Object.values(FORGERIES)) await say(world, { bearer: forge() });
  expect(world.sandbox.tally.requests).toHaveLength(0);
  const { data } = await world.admin<{ data: { external_id: string }[] }>("GET", `tenants/${tenant.id}/users`);
  expect(data.map(({ external_id }) => external_id).filter((id) => id === "bob" || id === "")).toEqual([]);
});
