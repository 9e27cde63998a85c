import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, times, type World } from "../support/world.ts";
import { clientOf, ended, holdsOf, lineOf, resultsOf, servedOf, settled } from "./batches-lines.ts";
import { creditOf, receiptsOf } from "./books.ts";

/** Batches when something goes wrong: upstream refuses, an answer is lost, results break off, are late, or are gone. */

const HOUR_MS = 3_600_000;
let world: World;
/** The provider's own time. */
let ahead = 0;
beforeAll(async () => {
  const keys = ["sk-ant-sandbox", "sk-ant-own-1", "sk-ant-own-2"];
  world = await openWorld({ sandbox: { keys, batchMs: 100, now: () => Date.now() + ahead } });
});
afterAll(() => world.close());

test("upstream's refusal of a batch is passed on, and everything is given back", async () => {
  const { id: tenantId, key } = await world.tenant();
  const client = clientOf(world, key);
  for (const status of [413, 429, 529]) {
    const undo = world.sandbox.behave({ on: "batches", status, retry_after: 7 });
    const refused = client.messages.batches.create({ requests: times(600, (n) => lineOf(`l${n}`, "Hi")) });
    await expect(refused).rejects.toMatchObject({ status });
    undo();
    expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: 0 });
    expect(await holdsOf(world, tenantId)).toEqual([]);
  }
  expect((await client.messages.batches.list()).data).toEqual([]);
  const undo = world.sandbox.behave({ on: "batches", status: 401 });
  const refused = client.messages.batches.create({ requests: [lineOf("a", "Hi")] });
  await expect(refused).rejects.toMatchObject({ status: 502, error: { error: { code: "upstream_refused" } } });
  undo();
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: 0 });
});

test("a batch whose answer is lost is not sent again: it stays held for 26 hours, and ends unreconciled", async () => {
  const { id: tenantId, key } = await world.tenant();
  const undo = world.sandbox.behave({ on: "batches", cut_after: 0 });
  const lost = clientOf(world, key).messages.batches.create({ requests: [lineOf("a", "Hi"), lineOf("b", "Hi")] });
  const error = (await lost.catch((error: unknown) => error)) as { status: number; headers: Headers };
  undo();
  expect(error.status).toBe(502);
  expect(error.headers.get("x-should-retry")).toBe("false");
  const { held } = await creditOf(world, tenantId);
  expect(held).toBeGreaterThan(0);
  expect(await holdsOf(world, tenantId)).toHaveLength(2);

  world.clock.advance(25 * HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  expect(await creditOf(world, tenantId)).toEqual({ held, used: 0 });
  world.clock.advance(2 * HOUR_MS);
  await settled(world, tenantId);
  expect((await creditOf(world, tenantId)).used).toBe(0);
  const receipts = await receiptsOf(world, error.headers.get("request-id")!);
  expect(receipts).toHaveLength(2);
  for (const receipt of receipts) {
    expect(receipt).toMatchObject({ source: "recovered", unreconciled: true, spend_micros: 0, ended: "interrupted" });
    expect(receipt.cost_micros_usd).toBeGreaterThan(0);
  }
});

test("results that break off are cut for the reader too, and settled all the same", async () => {
  const { id: tenantId, key } = await world.tenant();
  const client = clientOf(world, key);
  const { id } = await client.messages.batches.create({ requests: times(40, (n) => lineOf(`l${n}`, `Hi ${n}`)) });
  const undo = world.sandbox.behave({
    on: "batches",
    cut_after: 20,
    match: ({ text }) => text === `GET /v1/messages/batches/${id}/results`,
  });
  await ended(client, id);
  await expect(resultsOf(client, id)).rejects.toThrow();
  undo();
  await settled(world, tenantId);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
  expect(servedOf(world, id).lines).toBe(40);
});

test("while upstream is away nothing is given up, not even past the age of the holds", async () => {
  const { id: tenantId, key } = await world.tenant();
  const client = clientOf(world, key);
  const { id } = await client.messages.batches.create({ requests: [lineOf("a", "Hi")] });
  const undo = world.sandbox.behave({ on: "batches", status: 529 });
  const { held } = await creditOf(world, tenantId);
  world.clock.advance(27 * HOUR_MS);
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  expect(await creditOf(world, tenantId)).toEqual({ held, used: 0 });
  undo();
  await settled(world, tenantId);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
});

test("results that upstream no longer has are its 404, however it was settled", async () => {
  const { id: tenantId, key } = await world.tenant();
  const client = clientOf(world, key);
  const { id } = await client.messages.batches.create({ requests: [lineOf("a", "Hi")] });
  await settled(world, tenantId);
  ahead += 29 * 24 * HOUR_MS;
  const response = await fetch(`${world.url}/v1/messages/batches/${id}/results`, {
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
  });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("no longer available");
  expect(await client.messages.batches.retrieve(id)).toMatchObject({ results_url: null });
});

test("a tenant's own upstream key is used for its batches, and after it was replaced the new one", async () => {
  const fields = { upstream_api_key: "sk-ant-own-1" };
  const { id: tenantId, key } = await world.tenant({ fields });
  const client = clientOf(world, key);
  const { id } = await client.messages.batches.create({ requests: [lineOf("a", "Hi")] });
  const undo = world.sandbox.behave({ on: "batches", status: 401, match: (request) => request.key === "sk-ant-own-1" });
  await world.admin("PATCH", `tenants/${tenantId}`, { upstream_api_key: "sk-ant-own-2" });
  await settled(world, tenantId);
  undo();
  expect(world.sandbox.tally.find(`${id}/a`)).toMatchObject({ key: "sk-ant-own-1" });
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
});
