import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outlet, outletOf } from "../../src/sandbox/anthropic/outlet.ts";

let opened: (outlet: Outlet) => void = () => {};
const server = createServer((_, res) => opened(outletOf(res)));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

/** An outlet to a client that asks, and then reads nothing until it is told to. */
async function outletToSlowClient() {
  const outlet = new Promise<Outlet>((resolve) => {
    opened = resolve;
  });
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\nhost: sandbox\r\n\r\n");
  return { client, outlet: await outlet };
}

const CHUNK = Buffer.alloc(256 * 1024, "x");
async function writeUntilFull(outlet: Outlet) {
  for (let chunks = 0; chunks < 200; chunks += 1) {
    const full = outlet.write(CHUNK);
    if (!full) continue;
    const drained = await Promise.race([full.then(() => true), new Promise<boolean>((r) => setTimeout(r, 50, false))]);
    if (!drained) return { full };
  }
  throw new Error("the client was never waited for");
}

test("a client that reads slowly is waited for, until it reads again", async () => {
  const { client, outlet } = await outletToSlowClient();
  const { full } = await writeUntilFull(outlet);
  client.resume();
  await full;
  expect(outlet.open).toBe(true);
  client.destroy();
  await outlet.gone();
});

test("no wait outlives the client", async () => {
  const { client, outlet } = await outletToSlowClient();
  const { full } = await writeUntilFull(outlet);
  client.destroy();
  await full;
  await outlet.pause(60_000);
  await outlet.gone();
  expect(outlet.open).toBe(false);
  expect(outlet.write("anybody there?")).toBeUndefined();
});
