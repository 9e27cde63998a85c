import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { receiptOf, requestIdOf } from "./books.ts";
import { type Heard, openTapped, type Tapped } from "./tap.ts";

/** What upstream gets is what the client sent, but for whose it is. */

let world: World;
let tapped: Tapped;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tapped = await openTapped(world);
  tenant = await world.tenant();
});
afterAll(async () => {
  await tapped.close();
  await world.close();
});

/** Odd on purpose: unknown fields, spacing, key order, escapes, a field twice the usual depth. */
const ODD_BODY = `{
  "zeta_unknown" : {"deep":[1, 2.50, 1e3, null, {"é":"\\u00e9"}]},
\t"messages":[ {"content" : "Caf\\u00e9 \\/ 🚦",   "role":"user"} ],
  "max_tokens":   64 ,"model":"claude-sonnet-5-5", "metadata": {"user_id": "{\\"device_id\\":\\"x\\"}"}
 }\n`;

const post = (
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer> = ODD_BODY,
  path = "/v1/messages",
) =>
  fetch(tapped.url + path, {
    method: "POST",
    headers: { "anthropic-version": "2023-06-01", "content-type": "application/json", ...headers },
    body,
  });

/** What upstream heard of a request that was answered. */
async function heardOf(answer: Response): Promise<Heard> {
  expect(answer.status, await answer.text()).toBe(200);
  return tapped.heard.at(-1)!;
}

test("the body arrives byte for byte: unknown fields, odd spacing, key order and escapes", async () => {
  const { body } = await heardOf(await post({ "x-api-key": tenant.key }));
  expect(body.toString("utf8")).toBe(ODD_BODY);
  const streamed = ODD_BODY.replace("{\n", '{ "stream" :true,\n');
  expect((await heardOf(await post({ "x-api-key": tenant.key }, streamed))).body.toString("utf8")).toBe(streamed);
});

test("a compressed body arrives decompressed, otherwise byte for byte", async () => {
  const headers = { "x-api-key": tenant.key, "content-encoding": "gzip" };
  const heard = await heardOf(await post(headers, new Uint8Array(gzipSync(ODD_BODY))));
  expect(heard.body.toString("utf8")).toBe(ODD_BODY);
  expect(heard.headers).not.toHaveProperty("content-encoding");
});

test("a count of tokens arrives byte for byte too", async () => {
  const body = ODD_BODY.replace(/"max_tokens": {3}64 ,/, "");
  const heard = await heardOf(await post({ "x-api-key": tenant.key }, body, "/v1/messages/count_tokens?beta=true"));
  expect(heard.path).toBe("/v1/messages/count_tokens?beta=true");
  expect(heard.body.toString("utf8")).toBe(body);
});

test("version, betas, unknown headers and the query string pass", async () => {
  const passed = {
    "anthropic-version": "2026-10-21",
    "anthropic-beta": "interleaved-thinking-2025-05-14,context-management-2025-06-27",
    "x-stainless-retry-count": "1",
    "x-claude-code-session-id": "7b1c",
    "x-app": "cli",
    "anthropic-invented-header": "tomorrow",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "user-agent": "claude-cli/2.1.329",
  };
  const heard = await heardOf(
    await post({ "x-api-key": tenant.key, ...passed }, ODD_BODY, "/v1/messages?beta=true&x=%20y"),
  );
  expect(heard.headers).toMatchObject(passed);
  expect(heard.path).toBe("/v1/messages?beta=true&x=%20y");
});

test("credentials, cookies, and what is between the client and us do not pass; the operator's key does", async () => {
  const own = {
    authorization: `Bearer ${tenant.key}`,
    "x-api-key": tenant.key,
    cookie: "session=1",
    "x-tollgate-tags": "feature=summary",
    "x-tollgate-anything": "1",
    "idempotency-key": "once",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-proto": "https",
    forwarded: "for=10.0.0.1",
    "x-real-ip": "10.0.0.1",
    via: "1.1 proxy",
    "cf-connecting-ip": "10.0.0.1",
    referer: "https://app.example.com/secret",
    "sec-fetch-site": "cross-site",
    "proxy-authorization": "Basic x",
    "anthropic-dangerous-direct-browser-access": "true",
  };
  const { headers } = await heardOf(await post(own));
  expect(headers["x-api-key"]).toBe("sk-ant-sandbox");
  const names = Object.keys(own).filter((name) => name !== "x-api-key");
  expect(Object.keys(headers).filter((name) => names.includes(name))).toEqual([]);
  expect(JSON.stringify(headers)).not.toContain(tenant.key);
});

test("a tenant with an upstream key of its own is served on it", async () => {
  const { key } = await world.tenant({ fields: { upstream_api_key: "sk-ant-the-tenants-own" } });
  const answer = await post({ "x-api-key": key });
  // The sandbox does not know that key, which is the operator's trouble and not the caller's.
  expect(answer.status).toBe(502);
  expect(tapped.heard.at(-1)!.headers["x-api-key"]).toBe("sk-ant-the-tenants-own");
});

test("tags stay with us, in the event", async () => {
  const answer = await post({ "x-api-key": tenant.key, "x-tollgate-tags": "feature=summary, env=prod" });
  await heardOf(answer);
  expect((await receiptOf(world, requestIdOf(answer))).tags).toEqual({ feature: "summary", env: "prod" });
});

test("a body that cannot be read is answered here and goes nowhere", async () => {
  const before = tapped.heard.length;
  const headers = { "x-api-key": tenant.key };
  const answers = await Promise.all([
    post(headers, "{"),
    post(headers, "[]"),
    post({ ...headers, "content-encoding": "gzip" }, "not gzip"),
    post({ ...headers, "content-encoding": "lzma" }),
    post({ ...headers, "x-tollgate-tags": "no-value" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  expect(tapped.heard.length).toBe(before);
});
