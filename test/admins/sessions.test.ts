import { pino } from "pino";
import supertest from "supertest";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openApp } from "../../src/app.ts";
import { adminSessions, audit } from "../../src/db/schema.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { asAdmin, ask, expectRefusal } from "../http/ask.ts";
import { ADMIN_TOKEN, openWorld, times, type World } from "../support/world.ts";
import { adminKey } from "./administrators.ts";

let world: World;
let log = "";
beforeAll(async () => {
  // The tests' own client stands for a proxy that is believed: each test may come from an address of its own.
  world = await openWorld({
    open: (parts) => openApp({ ...parts, trustedProxies: ["127.0.0.1"] }),
    log: pino({ level: "warn" }, { write: (line) => (log += line) }),
  });
});
afterAll(() => world.close());

let address = "";
let addresses = 0;
beforeEach(() => {
  address = `203.0.113.${++addresses}`;
});

const OURS = { "sec-fetch-site": "same-origin" };

/** A browser: it keeps cookies, and says where its requests come from. */
const browser = () => supertest.agent(world.url).set("x-forwarded-for", address);
type Browser = ReturnType<typeof browser>;
const signIn = (agent: Browser, token: string = ADMIN_TOKEN) =>
  agent.post("/api/admin/sessions").set(OURS).send({ token });
async function signedIn(token: string = ADMIN_TOKEN) {
  const agent = browser();
  const { body } = await signIn(agent, token).expect(201);
  return { agent, id: body.id as string };
}
const setCookie = (answer: { headers: Record<string, unknown> }) => String(answer.headers["set-cookie"]);

describe("signing in", () => {
  test("gives a browser a cookie that no script reads and no other site sends, and the rest of the day", async () => {
    const agent = browser();
    const answer = await signIn(agent).expect(201);
    expect(answer.body).toEqual({
      ...{ id: expect.stringMatching(/^ads_/), role: "owner", name: "admin" },
      expires_at: expect.any(String),
    });
    const hours = (Date.parse(answer.body.expires_at) - Date.now()) / 3_600_000;
    expect(Math.abs(hours - 12)).toBeLessThan(0.2);
    expect(setCookie(answer)).toMatch(
      /^tollgate_session=[\w-]{43}; Max-Age=43200; Path=\/api\/admin; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers["cache-control"]).toBe("no-store");

    const me = await agent.get("/api/admin/me").expect(200);
    expect(me.body).toEqual({ name: "admin", role: "owner", session_id: answer.body.id, sandbox: true });
    const secret = /=([\w-]+);/.exec(setCookie(answer))![1]!;
    const stored = JSON.stringify([
      await world.db.read.select().from(adminSessions),
      await world.db.read.select().from(audit),
    ]);
    expect(stored).toContain(answer.body.id);
    expect(stored).not.toContain(secret);
  });

  test("over TLS gives one that goes over TLS alone", async () => {
    const answer = await signIn(browser()).set("x-forwarded-proto", "https").expect(201);
    expect(setCookie(answer)).toMatch(/; Secure$/);
  });

  test("with an admin key is as that key: its name, its role, and no longer than it", async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const key = await adminKey(world, "support", { name: "Devi", expires_at });
    const agent = browser();
    const { body } = await signIn(agent, key.secret).expect(201);
    expect(body).toMatchObject({ name: "Devi", role: "support", expires_at });
    await agent.get("/api/admin/tenants").expect(200);
    const refused = await agent.post("/api/admin/tenants").set(OURS).send({ name: "x" }).expect(403);
    expect(refused.body.error).toMatchObject({ type: "permission_error", code: "role_missing" });
  });

  test("with anything else is refused, told in the log, and after ten times from one address slowed down", async () => {
    const failing = browser();
    const codes = await Promise.all(times(12, async (index) => (await signIn(failing, `guess ${index}`)).status));
    expect(codes.filter((status) => status === 401)).toHaveLength(10);
    const answer = await signIn(failing).expect(429);
    expect(answer.body.error).toMatchObject({ type: "rate_limit_error", code: "rate_limited" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(log.match(new RegExp(`"address":"${address}".*a sign-in of an administrator failed`, "g"))).toHaveLength(10);
    expect(log).not.toContain("guess");
    // Others are not kept waiting, and whoever is signed in goes on.
    address = `198.51.100.${addresses}`;
    await signIn(browser()).expect(201);
  });

  test("well does not count as an attempt", async () => {
    const agent = browser();
    for (const _ of times(15, () => 0)) await signIn(agent).expect(201);
  });

  test("from another site's page is refused; a program that names no page may", async () => {
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      const answer = await browser().post("/api/admin/sessions").set(headers).send({ token: ADMIN_TOKEN }).expect(403);
      expect(answer.body.error.code).toBe("csrf_refused");
    }
    await browser().post("/api/admin/sessions").send({ token: ADMIN_TOKEN }).expect(201);
  });

  test("wants a token, and nothing else", async () => {
    for (const json of [{}, { token: "" }, { token: 5 }, { token: "x".repeat(501) }, { token: "x", role: "owner" }]) {
      expectRefusal(await ask(world, "/api/admin/sessions", { json }), { status: 400, code: "invalid_request" });
    }
  });
});

describe("a change that rests on the cookie", () => {
  const change = (agent: Browser, headers: Record<string, string>) =>
    agent.post("/api/admin/tenants").set(headers).send({ name: "Made in a browser" });

  test("is made from a page of ours, as the browser says or by its origin", async () => {
    const { agent } = await signedIn();
    await change(agent, OURS).expect(201);
    await change(agent, { origin: world.url }).expect(201);
  });

  test("is refused from anywhere else, and where the browser does not say; nothing is changed", async () => {
    const { agent } = await signedIn();
    const { data: before } = await world.admin<{ data: unknown[] }>("GET", "tenants?limit=1000");
    const host = new URL(world.url).host;
    for (const headers of [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site", origin: world.url },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `https://${host}` },
      { origin: `${world.url}.evil.example` },
    ] as Record<string, string>[]) {
      const answer = await change(agent, headers);
      expect([answer.status, answer.body.error.type, answer.body.error.code], JSON.stringify(headers)).toEqual([
        ...[403, "permission_error", "csrf_refused"],
      ]);
    }
    expect((await world.admin<{ data: unknown[] }>("GET", "tenants?limit=1000")).data).toEqual(before);
  });

  test("is not asked where it is from when a token stands beside the cookie: the token is what counts", async () => {
    const { agent } = await signedIn();
    const key = await adminKey(world, "support", { name: "Esha" });
    const me = await agent.get("/api/admin/me").set("authorization", `Bearer ${key.secret}`).expect(200);
    expect(me.body).toMatchObject({ name: "Esha", role: "support", session_id: null });
    await agent
      .post("/api/admin/tenants")
      .set("authorization", `Bearer ${ADMIN_TOKEN}`)
      .send({ name: "x" })
      .expect(201);
    await agent.get("/api/admin/me").set("authorization", "Bearer wrong").expect(401);
  });

  test("is written down with who made it and from where", async () => {
    const key = await adminKey(world, "owner", { name: "Farah" });
    const { agent, id } = await signedIn(key.secret);
    await agent.post("/api/admin/tenants").set(OURS).set("user-agent", "Browser/1").send({ name: "x" }).expect(201);
    const { data } = await world.admin<{ data: unknown[] }>("GET", `audit?actor=${key.id}`);
    expect(data).toMatchObject([
      { action: "tenant.created", actor_name: "Farah", address, agent: "Browser/1" },
      { action: "session.opened", address, subject_id: id, after: { role: "owner" } },
    ]);
  });

  test("is never allowed to another origin by CORS, whichever the tenants allow", async () => {
    await world.admin("POST", "tenants", { name: "Open", allowed_origins: ["https://shop.example"] });
    const { agent } = await signedIn();
    const answer = await agent.get("/api/admin/tenants").set("origin", "https://shop.example");
    expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
  });
});

describe("a session", () => {
  test("ends when its browser signs out: the cookie is taken back, and a copy of it is worth nothing", async () => {
    const { agent, id } = await signedIn();
    const copy = setCookie(await signIn(browser())).split(";")[0]!;
    const cookies = supertest(world.url).get("/api/admin/me");
    await cookies.set("cookie", copy).expect(200);
    const answer = await agent.delete("/api/admin/sessions/current").set(OURS).expect(204);
    expect(setCookie(answer)).toMatch(/^tollgate_session=; Max-Age=0; Path=\/api\/admin; HttpOnly; SameSite=Strict/);
    await agent.get("/api/admin/me").expect(401);
    const { data } = await world.admin<{ data: unknown[] }>("GET", `audit?subject_id=${id}`);
    expect(data).toMatchObject([{ action: "session.ended", before: { id } }, { action: "session.opened" }]);
  });

  test("is listed with where it was opened, and is ended by an owner from elsewhere", async () => {
    const { agent, id } = await signedIn();
    const other = await signedIn();
    const mine = (await agent.get("/api/admin/sessions?limit=1000").expect(200)).body.data as {
      id: string;
      current: boolean;
    }[];
    expect(mine.find((session) => session.id === id)).toMatchObject({ current: true, address, role: "owner" });
    expect(mine.find((session) => session.id === other.id)).toMatchObject({ current: false });
    expect(JSON.stringify(mine)).not.toMatch(/hash/);
    await other.agent.delete(`/api/admin/sessions/${id}`).set(OURS).expect(204);
    const answer = await agent.get("/api/admin/me").expect(401);
    expect(answer.body.error.code).toBe("expired_credentials");
    expect(setCookie(answer)).toMatch(/^tollgate_session=; Max-Age=0/);
    await other.agent.delete(`/api/admin/sessions/${id}`).set(OURS).expect(404);
  });

  test("is seen and ended by its own key alone, where that is no owner's", async () => {
    const [one, two] = [await adminKey(world, "finance"), await adminKey(world, "support")];
    const [first, second] = [await signedIn(one.secret), await signedIn(two.secret)];
    const seen = (await first.agent.get("/api/admin/sessions").expect(200)).body.data as { id: string }[];
    expect(seen.map(({ id }) => id)).toEqual([first.id]);
    await first.agent.delete(`/api/admin/sessions/${second.id}`).set(OURS).expect(404);
    await second.agent.get("/api/admin/me").expect(200);
    await first.agent.delete(`/api/admin/sessions/${first.id}`).set(OURS).expect(204);
    await first.agent.get("/api/admin/me").expect(401);
  });

  test("ends with the key that it was opened with", async () => {
    const key = await adminKey(world, "owner");
    const { agent, id } = await signedIn(key.secret);
    await world.admin("DELETE", `keys/${key.id}`);
    await agent.get("/api/admin/me").expect(401);
    const { data } = await world.admin<{ data: { id: string }[] }>("GET", "sessions?limit=1000");
    expect(data.map((session) => session.id)).not.toContain(id);
  });

  test("ends with the bootstrap token that it was opened with, when another is configured", async () => {
    const { agent } = await signedIn();
    const configured = (TOLLGATE_ADMIN_TOKEN: string) =>
      prepareInstallation(world, { sandbox: true, TOLLGATE_ADMIN_TOKEN });
    await configured("another admin token");
    expectRefusal(await asAdmin(world, "GET", "me"), { status: 401, code: "invalid_credentials" });
    await configured(ADMIN_TOKEN);
    await agent.get("/api/admin/me").expect(401);
    // A restart with the same token signs nobody out.
    const still = await signedIn();
    await configured(ADMIN_TOKEN);
    await still.agent.get("/api/admin/me").expect(200);
  });

  test("ends by itself", async () => {
    const { agent, id } = await signedIn();
    await world.db.transaction((tx) => tx.update(adminSessions).set({ expires_at: Date.now() - 1 }));
    const answer = await agent.get("/api/admin/me").expect(401);
    expect(answer.body.error.code).toBe("expired_credentials");
    const { data } = await world.admin<{ data: { id: string }[] }>("GET", "sessions?limit=1000");
    expect(data).toEqual([]);
    // The next who signs in takes it away.
    await signedIn();
    expect((await world.db.read.select().from(adminSessions)).map((row) => row.id)).not.toContain(id);
  });

  test("gives way, as the oldest of a credential, to the hundred and first", async () => {
    const key = await adminKey(world, "support");
    const { agent } = await signedIn(key.secret);
    const later = await signedIn(key.secret);
    for (const _ of times(98, () => 0)) await signIn(browser(), key.secret).expect(201);
    await agent.get("/api/admin/me").expect(200);
    await signIn(browser(), key.secret).expect(201);
    await agent.get("/api/admin/me").expect(401);
    await later.agent.get("/api/admin/me").expect(200);
  });

  test("of a cookie that nobody gave is none, and one of a tenant's key neither", async () => {
    for (const cookie of ["tollgate_session=", "tollgate_session=guess", "other=1", "tollgate_session"]) {
      const answer = await supertest(world.url).get("/api/admin/me").set("cookie", cookie);
      expect(answer.status, cookie).toBe(401);
    }
    const tenant = await world.tenant();
    await signIn(browser(), tenant.key).expect(401);
  });

  test("that a bearer speaks for is none to sign out of", async () => {
    expectRefusal(await asAdmin(world, "DELETE", "sessions/current"), { status: 404, code: "not_found" });
    expectRefusal(await asAdmin(world, "DELETE", "sessions/ads_unknown"), { status: 404, code: "not_found" });
  });
});
