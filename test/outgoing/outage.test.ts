import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordAlert } from "../../src/db/alerts.ts";
import { HOUR, MINUTE, SECOND } from "../../src/kernel/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { openWorld, type World } from "../support/world.ts";
import { openReceiver } from "./receiver.ts";

/** A whole Tollgate whose operator's receiver goes down for an hour of business time, while events go on to happen. */

let world: World;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  world = await openWorld();
  receiver = await openReceiver();
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly failing_since: string | null;
}
interface Delivery {
  readonly state: string;
  readonly attempts: number;
}
let told = 0;

/** One event for each of these tenants; `n` counts within the tenant. */
const tell = (tenants: readonly (string | null)[], n: number) =>
  world.db.transaction(async (tx) => {
    for (const tenant_id of tenants)
      await recordAlert(tx, {
        ...{ dedupe: `told ${++told}`, tenant_id: tenant_id as never, type: "invoice.paid", data: { n } },
        at: { wall: world.clock.wall(), now: world.clock.now() },
      });
  });
const STEPS = { minMs: 5 * SECOND, maxMs: 5 * MINUTE };
const pass = (ms: number) => world.pass(ms, STEPS);

test("a receiver is down for an hour, then up: everything is delivered once, each tenant's in order, and verifies", async () => {
  const { id, secret } = await world.admin<Endpoint>("POST", "endpoints", { url: receiver.url });
  const tenants = [newId("tenant", 1), newId("tenant", 2), newId("tenant", 3), null];
  await tell(tenants, 0);
  await pass(10 * SECOND);
  expect(receiver.received).toHaveLength(4);

  let n = 1;
  for (let minutes = 0; minutes < 60; minutes += 10) {
    receiver.behaviour.status = minutes % 20 ? 503 : 0;
    await tell(tenants, n++);
    await tell(tenants.slice(0, 2), n++);
    await pass(10 * MINUTE);
  }
  expect(receiver.received).toHaveLength(4);
  const down = await world.admin<{ data: Endpoint[] }>("GET", "endpoints");
  expect(down.data).toMatchObject([{ id, failing_since: expect.any(String) }]);

  receiver.behaviour.status = 204;
  await tell(tenants, n++);
  await pass(2 * HOUR);
  const total = 4 + 6 * 6 + 4;
  expect(receiver.received).toHaveLength(total);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(total);

  const numbers = new Map<string | null, number[]>(tenants.map((tenant) => [tenant, []]));
  for (const { body, headers } of receiver.received) {
    const { data } = new Webhook(secret).verify(body, headers) as { data: { tenant_id: string | null; n: number } };
    numbers.get(data.tenant_id)!.push(data.n);
  }
  const every = Array.from({ length: n }, (_, i) => i);
  const sometimes = every.filter((n) => n === 0 || n % 2 === 1);
  expect([...numbers.values()]).toEqual([every, every, sometimes, sometimes]);

  const { data: log } = await world.admin<{ data: Delivery[] }>("GET", `endpoints/${id}/deliveries?limit=100`);
  expect(log).toHaveLength(total);
  expect(log.every(({ state }) => state === "delivered")).toBe(true);
  // What waited behind another was not tried until that one was through.
  expect(log.filter(({ attempts }) => attempts > 1).length).toBeLessThanOrEqual(tenants.length);
  const up = await world.admin<{ data: Endpoint[] }>("GET", "endpoints");
  expect(up.data).toMatchObject([{ id, failing_since: null }]);
  await world.admin("DELETE", `endpoints/${id}`);
});

test("a receiver that answers again is sent what waits at once, with the first event that gets through", async () => {
  receiver.received.length = 0;
  receiver.behaviour.status = 500;
  const { id } = await world.admin<Endpoint>("POST", "endpoints", { url: receiver.url });
  await tell([newId("tenant", 4)], 0);
  await pass(30 * MINUTE);
  receiver.behaviour.status = 200;
  await tell([newId("tenant", 5)], 0);
  await pass(20 * SECOND);
  expect(receiver.received).toHaveLength(2);
  await world.admin("DELETE", `endpoints/${id}`);
});

test("what failed for good is replayed, one by one or all of it since an instant, and the button tests the endpoint", async () => {
  receiver.received.length = 0;
  receiver.behaviour.status = 500;
  const { id, secret } = await world.admin<Endpoint>("POST", "endpoints", { url: receiver.url });
  const since = new Date(world.clock.now()).toISOString();
  await tell([newId("tenant", 6), newId("tenant", 7)], 0);
  await world.pass(240 * HOUR);
  const failed = await world.admin<{ data: { id: string }[] }>("GET", `endpoints/${id}/deliveries?state=failed`);
  expect(failed.data).toHaveLength(2);
  expect(await world.admin("POST", `endpoints/${id}/test`)).toMatchObject({ delivered: false, status: 500 });

  receiver.behaviour.status = 200;
  expect(await world.admin("POST", `endpoints/${id}/test`)).toMatchObject({ delivered: true, status: 200 });
  const [tested] = receiver.received;
  expect(new Webhook(secret).verify(tested!.body, tested!.headers)).toMatchObject({ type: "test" });

  await world.admin("POST", `deliveries/${failed.data[0]!.id}/replay`);
  const lines = await world.admin<{ data: unknown[] }>("GET", "audit?action=delivery.replayed");
  expect(lines.data).toMatchObject([{ before: { state: "failed" }, after: { state: "pending", attempts: 0 } }]);
  await pass(10 * SECOND);
  expect(receiver.received).toHaveLength(2);
  expect(await world.admin("POST", `endpoints/${id}/replay`, { since })).toEqual({ replayed: 1 });
  await pass(10 * SECOND);
  expect(receiver.received).toHaveLength(3);
  expect(await world.admin("POST", `endpoints/${id}/replay`, {})).toEqual({ replayed: 0 });
});
