import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_TOKEN, openWorld, times, type World } from "../support/world.ts";
import { ask, expectRefusal, type Fields } from "./ask.ts";

/** `Idempotency-Key` on the control plane: what is made twice is made once. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const make = (path: string, idempotency: string, json: Fields, method = "POST") =>
  ask(world, `/api/admin/${path}`, {
    method,
    bearer: ADMIN_TOKEN,
    headers: { "idempotency-key": idempotency },
    json,
  });
const named = async (name: string) =>
  (await world.admin<{ data: { name: string }[] }>("GET", "tenants?limit=1000")).data.filter(
    (row) => row.name === name,
  );

test("a tenant that is made again is the one that was made", async () => {
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await make("tenants", "a tenant", { name: "Once" }));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(answers.map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true", "true"]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[2]!.headers.get("content-type")).toBe(answers[0]!.headers.get("content-type"));
  expect(await named("Once")).toHaveLength(1);
});

test("racing requests make one", async () => {
  const answers = await Promise.all(times(20, () => make("tenants", "a race", { name: "Raced" })));
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  expect(await named("Raced")).toHaveLength(1);
});

test("the secret of a new key is given again to whoever has the idempotency key, and opens the door", async () => {
  const { id } = await world.tenant();
  const [first, second] = [
    await make(`tenants/${id}/keys`, "a key", { name: "k" }),
    await make(`tenants/${id}/keys`, "a key", { name: "k" }),
  ];
  expect(second.body.secret).toBe(first.body.secret);
  const me = await ask(world, "/api/me", { key: String(second.body.secret) });
  expect(me.status).toBe(200);
});

test("another body or another path is refused, and changes nothing", async () => {
  await make("tenants", "one use", { name: "First" });
  const refusal = { status: 422, code: "idempotency_key_reused", type: "invalid_request_error" };
  expectRefusal(await make("tenants", "one use", { name: "Second" }), refusal);
  expectRefusal(await make("plans", "one use", { name: "First" }), refusal);
  expect(await named("Second")).toEqual([]);
});

test("a refusal is given again too, and a new key tries anew", async () => {
  const refused = await make("tenants", "bad", { name: "" });
  const again = await make("tenants", "bad", { name: "" });
  expectRefusal(again, { status: 400, code: "invalid_request", says: "name" });
  expect(again.text).toBe(refused.text);
  expect(again.headers.get("request-id")).toBe(refused.headers.get("request-id"));
});

test("only POST is remembered", async () => {
  const { id } = await world.tenant();
  const rename = (name: string) => make(`tenants/${id}`, "a patch", { name }, "PATCH");
  expect((await rename("Left")).body.name).toBe("Left");
  expect((await rename("Right")).body.name).toBe("Right");
});

test("a tenant's own routes remember for its credential alone", async () => {
  const scopes = ["inference", "tokens:issue"];
  const [mine, other] = [await world.tenant({ key: { scopes } }), await world.tenant({ key: { scopes } })];
  const token = (key: string) =>
    ask(world, "/api/auth/token", {
      key,
      headers: { "idempotency-key": "a token" },
      json: { sub: "ann", ttl_seconds: 60 },
    });
  const [first, second, theirs] = [await token(mine.key), await token(mine.key), await token(other.key)];
  expect(first.status).toBeLessThan(300);
  expect(second.text).toBe(first.text);
  expect(theirs.headers.has("idempotent-replayed")).toBe(false);
  expect(theirs.text).not.toBe(first.text);
});

test("a refused administrator takes no key", async () => {
  const refused = await ask(world, "/api/admin/tenants", {
    bearer: "not the token at all",
    headers: { "idempotency-key": "stolen" },
    json: { name: "Thief" },
  });
  expect(refused.status).toBe(401);
  expect((await make("tenants", "stolen", { name: "Owner" })).status).toBe(201);
});
