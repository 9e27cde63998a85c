import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Answer, ask, expectRefusal, MESSAGE, say } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld({ sandbox: { keys: ["sk-ant-sandbox", "sk-ant-of-a-tenant"] } });
  tenant = await world.tenant();
});
afterAll(() => world.close());

const VERSION = { "anthropic-version": "2023-06-01" };
const ROUTES: Record<string, () => Promise<Answer>> = {
  "a message": () => say(world, { key: tenant.key }),
  "a streamed message": () => say(world, { key: tenant.key }, { stream: true }),
  "counted tokens": () =>
    ask(world, "/v1/messages/count_tokens", {
      key: tenant.key,
      headers: VERSION,
      json: { ...MESSAGE, max_tokens: undefined },
    }),
  "a refusal of the provider": () =>
    say(world, { key: tenant.key }, { messages: [{ role: "user", content: "[[status=529]] no" }] }),
  "what the provider finds wrong": () =>
    say(world, { key: tenant.key }, { messages: [{ role: "robot", content: "Hello" }] }),
  "the list of models": () => ask(world, "/v1/models", { key: tenant.key, headers: VERSION }),
  "a simple answer": () => ask(world, "/api/chat", { key: tenant.key, json: { message: "Hello" } }),
  "a simple stream": () => ask(world, "/api/chat/stream", { key: tenant.key, json: { message: "Hello" } }),
};

const OPERATORS =
  /^(anthropic-(organization|workspace|ratelimit|priority).*|set-cookie|cf-.*|server|via|x-robots-tag|x-powered-by)$/;

describe("the headers of", () => {
  test.each(Object.entries(ROUTES))("%s carry our request id, and nothing of the operator's", async (_name, answer) => {
    const { headers } = await answer();
    expect(headers.get("request-id")).toMatch(/^tgr_[0-9a-z]{26}$/);
    expect([...headers.keys()].filter((name) => OPERATORS.test(name))).toEqual([]);
    expect([...headers.values()].join(" ")).not.toMatch(/wrkspc_|0f1e2d3c|cloudflare/);
  });

  test.each(["a message", "a streamed message", "counted tokens", "a refusal of the provider"])(
    "%s name the provider's own request",
    async (name) => {
      expect((await ROUTES[name]!()).headers.get("x-tollgate-upstream-request-id")).toMatch(/^req_/);
    },
  );

  test.each(["a streamed message", "a simple stream"])("%s let nobody on the way hold it back", async (name) => {
    const { headers } = await ROUTES[name]!();
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(headers.get("x-accel-buffering")).toBe("no");
  });
});

test("the provider's request id in the header is the one that it served", async () => {
  const answer = await say(world, { key: tenant.key });
  const id = answer.headers.get("x-tollgate-upstream-request-id")!;
  expect(world.sandbox.tally.find(id)).toMatchObject({ status: 200 });
  const event = await world.admin<{ data: unknown[] }>("GET", `events/${answer.headers.get("request-id")}`);
  expect(event.data[0]).toMatchObject({ upstream_request_id: id });
});

test("each request has an id of its own, and a client cannot choose it", async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, () =>
      ask(world, "/healthz", { headers: { "request-id": "tgr_mine" } }).then(({ headers }) =>
        headers.get("request-id"),
      ),
    ),
  );
  expect(new Set(ids).size).toBe(20);
  expect(ids).not.toContain("tgr_mine");
});

test("nothing that is the caller's credential, address or page reaches the provider", async () => {
  const seen: Record<string, unknown>[] = [];
  const match = ({ headers }: { headers: object }) => {
    seen.push({ ...headers });
    return false;
  };
  const stop = world.sandbox.behave({ match });
  await say(world, {
    bearer: tenant.key,
    headers: {
      "x-tollgate-tags": "feature=summary",
      "idempotency-key": "k-1",
      cookie: "session=1",
      origin: "http://localhost:3000",
      referer: "http://localhost:3000/page",
      "x-forwarded-for": "203.0.113.7",
      "x-real-ip": "203.0.113.7",
      "cf-connecting-ip": "203.0.113.7",
      "anthropic-beta": "some-beta-2026-01-01",
      "anthropic-dangerous-direct-browser-access": "true",
      "user-agent": "my-program/1.0",
    },
  });
  stop();
  expect(seen).toHaveLength(1);
  expect(JSON.stringify(seen)).not.toMatch(
    new RegExp(`${tenant.key}|203\\.0\\.113|session=1|localhost:3000|summary|k-1`),
  );
  expect(seen[0]).toMatchObject({
    "x-api-key": "sk-ant-sandbox",
    "anthropic-beta": "some-beta-2026-01-01",
    "anthropic-version": "2023-06-01",
  });
  expect(
    Object.keys(seen[0]!).filter((name) =>
      /^(authorization|cookie|origin|x-forwarded|x-tollgate|idempotency)/.test(name),
    ),
  ).toEqual([]);
});

test("a tenant's own upstream key pays for it, and one that the provider refuses is never shown", async () => {
  const own = await world.tenant({ fields: { upstream_api_key: "sk-ant-of-a-tenant" } });
  expect((await say(world, { key: own.key })).status).toBe(200);
  expect(world.sandbox.tally.requests.at(-1)).toMatchObject({ key: "sk-ant-of-a-tenant" });
  const wrong = await world.tenant({ fields: { upstream_api_key: "sk-ant-no-longer-good" } });
  const answer = await say(world, { key: wrong.key });
  expectRefusal(answer, { status: 502, code: "upstream_refused", type: "api_error" });
  expect(answer.text).not.toContain("sk-ant");
  expect(await world.admin("GET", "holds")).toMatchObject({ data: [] });
});

describe("pages", () => {
  test("carry headers that keep them from being framed or sniffed, and name no software", async () => {
    const { status, headers } = await ask(world, "/");
    expect(status).toBe(200);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("x-powered-by")).toBe(false);
  });
});

test("GET /healthz and /readyz answer without a credential", async () => {
  expect((await ask(world, "/healthz")).body).toEqual({ status: "ok" });
  expect((await ask(world, "/readyz")).body).toEqual({ status: "ready" });
});
