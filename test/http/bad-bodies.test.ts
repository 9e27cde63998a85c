import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Answer, type Asked, ask, expectRefusal, MESSAGE, say } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const MIB = 1024 * 1024;
const send = (asked: Asked) =>
  ask(world, "/v1/messages", {
    key: tenant.key,
    ...asked,
    headers: { "anthropic-version": "2023-06-01", ...asked.headers },
  });
const bytesOf = (value: unknown): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(JSON.stringify(value)));
const MESSAGE_BYTES = bytesOf(MESSAGE);
const tooLarge = { status: 413, code: "request_too_large" };

const ENCODERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

describe("a body may be compressed:", () => {
  test.each(Object.entries(ENCODERS))("%s, and the provider gets it as it was meant", async (encoding, encode) => {
    const plain = await say(world, { key: tenant.key });
    const answer = await send({
      bytes: new Uint8Array(encode(MESSAGE_BYTES)),
      headers: { "content-encoding": encoding },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.usage).toEqual(plain.body.usage);
  });

  test("in any case of the name, and not at all as identity", async () => {
    expect(
      (await send({ bytes: new Uint8Array(gzipSync(MESSAGE_BYTES)), headers: { "content-encoding": "GZip" } })).status,
    ).toBe(200);
    expect((await send({ bytes: MESSAGE_BYTES, headers: { "content-encoding": "identity" } })).status).toBe(200);
  });
});

describe("a compressed body is refused", () => {
  test.each(Object.entries(ENCODERS))("that grows without end (%s)", async (encoding, encode) => {
    const bomb = new Uint8Array(encode(Buffer.alloc(64 * MIB, " ")));
    expect(bomb.length).toBeLessThan(MIB);
    expectRefusal(await send({ bytes: bomb, headers: { "content-encoding": encoding } }), tooLarge);
  });

  test.each(Object.keys(ENCODERS))("that is no %s", async (encoding) => {
    const refusal = { status: 400, code: "invalid_request", says: encoding };
    expectRefusal(await send({ bytes: MESSAGE_BYTES, headers: { "content-encoding": encoding } }), refusal);
  });

  test("that was cut short", async () => {
    const cut = new Uint8Array(gzipSync(MESSAGE_BYTES).subarray(0, -12));
    expectRefusal(await send({ bytes: cut, headers: { "content-encoding": "gzip" } }), {
      status: 400,
      code: "invalid_request",
      says: /gzip/,
    });
  });

  test.each(["compress", "gzip, gzip", "x-unknown", "constructor", "__proto__"])(
    "of an encoding that we do not know: %s",
    async (encoding) => {
      expectRefusal(await send({ bytes: MESSAGE_BYTES, headers: { "content-encoding": encoding } }), {
        ...{ status: 400, code: "invalid_request", says: /^content-encoding: .*gzip/ },
      });
    },
  );

  test("and nothing of it is held or sent", async () => {
    const before = world.sandbox.tally.requests.length;
    await send({ bytes: MESSAGE_BYTES, headers: { "content-encoding": "gzip" } });
    await send({
      bytes: new Uint8Array(gzipSync(Buffer.alloc(64 * MIB, " "))),
      headers: { "content-encoding": "gzip" },
    });
    expect(world.sandbox.tally.requests).toHaveLength(before);
    expect(await world.admin("GET", "holds")).toMatchObject({ data: [] });
  });
});

describe("a body of 33 MB is refused, and its sender learns why", () => {
  const huge = () => bytesOf({ ...MESSAGE, messages: [{ role: "user", content: "x".repeat(33 * MIB) }] });

  test("when it says its length", async () => {
    expectRefusal(await send({ bytes: huge() }), { ...tooLarge, says: /32 MiB/ });
  });

  test("when it comes in chunks, without a length", async () => {
    expectRefusal(await sendChunked(huge()), { ...tooLarge, says: /32 MiB/ });
  });

  test("on the simple routes and for counting as well", async () => {
    for (const path of ["/api/chat", "/chat", "/v1/messages/count_tokens"]) {
      expectRefusal(await ask(world, path, { key: tenant.key, bytes: huge() }), tooLarge);
    }
  });

  test("and the next request is served", async () => {
    await send({ bytes: huge() }).catch(() => {});
    expect((await say(world, { key: tenant.key })).status).toBe(200);
  });

  async function sendChunked(bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const chunks = Array.from({ length: Math.ceil(bytes.length / MIB) }, (_, i) =>
      bytes.subarray(i * MIB, (i + 1) * MIB),
    );
    const response = await fetch(`${world.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": tenant.key, "content-type": "application/json" },
      body: ReadableStream.from(chunks),
      duplex: "half",
    } as RequestInit);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }
});

test("a body of 31 MB passes", async () => {
  const json = {
    model: "claude-sonnet-5-5",
    max_tokens: 9,
    messages: [
      {
        role: "user",
        content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(31 * MIB) } }],
      },
    ],
  };
  const answer = await send({ json });
  expect(answer.status).toBe(200);
});

test("the bytes that came are the bytes that are judged: unknown fields and odd spacing pass untouched", async () => {
  const bytes = new Uint8Array(Buffer.from(`\n { "x_unknown" : [1.0, 1e2] ,${JSON.stringify(MESSAGE).slice(1)} \n`));
  expect((await send({ bytes })).status).toBe(200);
});
