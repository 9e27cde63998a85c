import type { ServerResponse } from "node:http";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameRequest } from "../../src/http/answers.ts";
import { type Idempotency, openIdempotency } from "../../src/http/idempotency.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { serve, type TestServer } from "../support/serve.ts";
import { ROOT_SECRET } from "../support/world.ts";

/** However an answer is written, it is sent as it was meant, kept, and given again; unless it is too large to keep. */

const MIB = 1024 * 1024;
const BYTES = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));

const app = express();
app.post("/express", (_req, res) => {
  res.status(201).json({ made: "by Express", at: performance.now() });
});

const WAYS: Record<string, (res: ServerResponse) => void> = {
  "/head-and-end": (res) => {
    res.writeHead(202, { "content-type": "application/json", "content-length": 2, "x-other": "1" });
    res.end("{}");
  },
  "/pieces": (res) => {
    res.writeHead(200, "Fine", { "content-type": "application/octet-stream" });
    res.flushHeaders();
    for (const byte of BYTES) res.write(Buffer.from([byte]));
    res.end();
  },
  "/text": (res) => {
    res.setHeader("anthropic-ratelimit-tokens-remaining", "7");
    res.write("66c3a9", "hex");
    res.end("\u00e9\n");
  },
  "/nothing": (res) => void res.writeHead(204).end(),
  "/fits": (res) => void res.end("x".repeat(MIB)),
  "/too-large": (res) => void res.end("x".repeat(MIB + 1)),
  "/express": () => {},
};

let database: TestDatabase;
let idempotency: Idempotency;
let server: TestServer;
const asked: string[] = [];
const errors: unknown[] = [];
/** What keeping does to the database, where a test wants it to fail. */
let trouble: Error | null = null;
beforeAll(async () => {
  database = await openTestDatabase();
  idempotency = openIdempotency({
    db: database.db,
    clock: systemClock,
    secrets: secretsFrom(ROOT_SECRET),
    nodeId: "node",
    ensure: (work) => (trouble ? Promise.reject(trouble) : work()),
    onError: (error) => errors.push(error),
  });
  server = await serve(async (req, res) => {
    nameRequest(res, systemClock.wall());
    const scope = { tenant_id: null, who: "tester" };
    if (!(await idempotency.isFirst(req, res, { scope, bytes: "" }))) return;
    asked.push(req.url!);
    if (req.url === "/express") app(req, res);
    else WAYS[req.url!]!(res);
  });
});
afterAll(async () => {
  await server.close();
  await idempotency.close();
  await database.close();
});

async function post(path: string, key?: string) {
  const answer = await fetch(server.url + path, { method: "POST", headers: key ? { "idempotency-key": key } : {} });
  return { answer, status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}
const KEPT = ["content-type", "content-length", "request-id"];

test.each(Object.keys(WAYS).filter((path) => path !== "/too-large"))(
  "%s: with a key it is sent as without one, and then given again",
  async (path) => {
    asked.length = 0;
    const plain = await post(path);
    const first = await post(path, path);
    const second = await post(path, path);
    expect(asked).toEqual([path, path]);
    expect(first.status).toBe(plain.status);
    if (path !== "/express") expect(first.bytes.equals(plain.bytes)).toBe(true);
    expect(second.status).toBe(first.status);
    expect(second.bytes.equals(first.bytes)).toBe(true);
    for (const name of KEPT) expect(second.answer.headers.get(name), name).toBe(first.answer.headers.get(name));
    expect(first.answer.headers.has("idempotent-replayed")).toBe(false);
    expect(first.answer.headers.has("idempotent-kept")).toBe(false);
    expect(second.answer.headers.get("idempotent-replayed")).toBe("true");
    expect(second.answer.headers.has("anthropic-ratelimit-tokens-remaining")).toBe(false);
  },
);

test("an answer of more than 1 MiB is sent whole, says that it is not kept, and leaves the key free", async () => {
  asked.length = 0;
  for (let i = 0; i < 2; i++) {
    const { answer, bytes } = await post("/too-large", "large");
    expect(bytes).toHaveLength(MIB + 1);
    expect(answer.headers.get("idempotent-kept")).toBe("false");
    expect(answer.headers.has("idempotent-replayed")).toBe(false);
  }
  expect(asked).toHaveLength(2);
});

test("where the answer cannot be kept it is given all the same, and somebody hears of it", async () => {
  trouble = new Error("the database is away");
  const { status, bytes } = await post("/head-and-end", "trouble");
  trouble = null;
  expect(status).toBe(202);
  expect(bytes.toString()).toBe("{}");
  expect(errors).toEqual([new Error("the database is away")]);
});
