import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { batches } from "../../src/db/schema.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { movableClock } from "../../src/kernel/clock.ts";
import { openSandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { ADMIN_TOKEN, times, type World } from "../support/world.ts";
import { allReceiptsOf, clientOf, ended, holdsOf, lineOf, resultsOf, servedOf, settled } from "./batches-lines.ts";
import { creditOf, eventually } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** Batches belong to no node: another one goes on where one stops, and two at once settle each line once. */

let database: TestDatabase;
/** A database and a provider, and the nodes on them as they come and go. */
let world: World;
let nodes: Tapped[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const clock = movableClock();
  await prepareInstallation({ db, clock }, { sandbox: true, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN });
  world = { db, clock, sandbox: await openSandboxAnthropic({ batchMs: 200 }), admin } as unknown as World;
  nodes = [await openTapped(world), await openTapped(world)];
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await world.sandbox.close();
  await database.close();
});

async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${nodes[0]!.url}/api/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function tenant(): Promise<{ id: string; key: string }> {
  const { id } = await admin<{ id: string }>("POST", "tenants", { name: "Test", currency: "USD" });
  await admin("POST", `tenants/${id}/credits`, { amount_micros: 1_000_000_000, reason: "test" });
  const { secret } = await admin<{ secret: string }>("POST", `tenants/${id}/keys`, { name: "test" });
  return { id, key: secret };
}

const clientAt = (node: number, key: string) => clientOf(nodes[node]!, key);

const rowOf = async (tenantId: string) => {
  const rows = await world.db.read.select().from(batches);
  return rows.find((row) => row.tenant_id === tenantId);
};
/** What a node that dies leaves behind. */
const left = (id: (typeof batches.$inferSelect)["id"], change: Partial<typeof batches.$inferInsert>) =>
  world.db.transaction((tx) =>
    tx
      .update(batches)
      .set({ leased_until: 0, poll_at: 0, ...change })
      .where(eq(batches.id, id)),
  );

test("two nodes that poll, and readers on both, settle a batch once", async () => {
  const { id: tenantId, key } = await tenant();
  const requests = times(1_200, (n) => lineOf(`l${n}`, `[[output_tokens=${1 + (n % 20)}]] Hi ${n}`));
  const clients = [clientAt(0, key), clientAt(1, key)];
  const { id } = await clients[0]!.messages.batches.create({ requests });
  await ended(clients[1]!, id);
  await Promise.all([...clients, ...clients].map((client) => resultsOf(client, id)));
  await settled(world, tenantId);
  const served = servedOf(world, id);
  expect(await allReceiptsOf(world, tenantId)).toHaveLength(1_200);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: served.micros });
  expect(await holdsOf(world, tenantId)).toEqual([]);
});

test("a node that dies while it holds lines has sent nothing: they are given back", async () => {
  const { id: tenantId, key } = await tenant();
  await clientAt(0, key).messages.batches.create({
    requests: times(3, (n) => lineOf(`l${n}`, "[[batch_ms=9999999]]")),
  });
  const row = (await rowOf(tenantId))!;
  await left(row.id, { state: "placing", upstream_id: null, object: null });
  await settled(world, tenantId);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: 0 });
  expect(await eventually(async () => ((await rowOf(tenantId)) ? undefined : "gone"))).toBe("gone");
});

test("a create that is taken for lost, and is answered after all, is a batch like any other", async () => {
  const { id: tenantId, key } = await tenant();
  const undo = world.sandbox.behave({ on: "batches", first_byte_ms: 3_500 });
  const creating = clientAt(0, key).messages.batches.create({ requests: [lineOf("a", "[[output_tokens=7]] Hi")] });
  const row = await eventually(async () => {
    const found = await rowOf(tenantId);
    return found?.state === "sending" ? found : undefined;
  });
  await left(row.id, {});
  await eventually(async () => ((await rowOf(tenantId))!.state === "unknown" ? true : undefined));
  undo();
  const { id } = await creating;
  await settled(world, tenantId);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
});

test("a node that starts does not touch the holds of batches, and goes on where another stopped", async () => {
  const { id: tenantId, key } = await tenant();
  const requests = times(600, (n) => lineOf(`l${n}`, `[[batch_ms=2500]] [[output_tokens=${1 + (n % 9)}]] Hi`));
  const { id } = await clientAt(0, key).messages.batches.create({ requests });
  const before = await creditOf(world, tenantId);
  for (const node of nodes) await node.close();

  nodes = [await openTapped(world)];
  expect(await creditOf(world, tenantId)).toEqual(before);
  expect(await holdsOf(world, tenantId)).toHaveLength(600);
  await settled(world, tenantId);
  expect(await allReceiptsOf(world, tenantId)).toHaveLength(600);
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
});

test("a line that the results do not speak of is given back, and one that nobody asked for is left alone", async () => {
  const { id: tenantId, key } = await tenant();
  const client = clientAt(0, key);
  const two = await client.messages.batches.create({ requests: [lineOf("x", "Hi"), lineOf("y", "Hi")] });
  const [row] = (await world.db.read.select().from(batches)).filter(({ upstream_id }) => upstream_id === two.id);
  const one = await client.messages.batches.create({
    requests: [lineOf("x", "Ho"), lineOf("z", "[[batch_error]] Ho")],
  });
  const [other] = (await world.db.read.select().from(batches)).filter(({ upstream_id }) => upstream_id === one.id);
  await left(other!.id, { upstream_id: "nobody's" });
  await left(row!.id, { upstream_id: one.id });
  await left(other!.id, { upstream_id: two.id });
  await settled(world, tenantId);
  const receipts = await allReceiptsOf(world, tenantId);
  expect(receipts.map(({ id }) => id.split(".")[1])).toEqual(["x", "x"]);
  expect(await holdsOf(world, tenantId)).toEqual([]);
});
