import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { recordAlert } from "../../src/db/alerts.ts";
import { type Outward, openOutward } from "../../src/http/outward.ts";
import { HOUR, MINUTE, type MovableClock, movableClock } from "../../src/kernel/clock.ts";
import type { EventType } from "../../src/kernel/events.ts";
import { newId, type TenantId } from "../../src/kernel/id.ts";
import { newEndpoint } from "../../src/outgoing/admin-routes.ts";
import { type DeliveryParts, deliverEvents } from "../../src/outgoing/deliver.ts";
import { disableEndpoint, type EndpointRow, insertEndpoint, listDeliveries } from "../../src/outgoing/store.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { openReceiver } from "./receiver.ts";

let database: TestDatabase;
let clock: MovableClock;
let outward: Outward;
let parts: DeliveryParts;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let endpoint: EndpointRow;
const secrets = secretsFrom("a root secret of thirty-two characters");
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const tenants = ["ten_a", "ten_b"] as TenantId[];
let told = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  outward = openOutward({ allowPrivate: true, timeoutMs: 5_000 });
});
afterAll(async () => {
  await outward.close();
  await database.close();
});

async function addEndpoint(fields: Partial<EndpointRow> = {}): Promise<EndpointRow> {
  const id = newId("endpoint", clock.wall());
  const row: EndpointRow = {
    ...{ id, tenant_id: null, url: receiver.url, types: [], disabled_at: null, created_at: clock.wall() },
    ...{ seen_alert_id: null, failing_since: null },
    secret_sealed: secrets.seal(SECRET, id),
    ...fields,
  };
  await database.db.transaction((tx) => insertEndpoint(tx, row));
  return row;
}

beforeEach(async () => {
  clock = movableClock();
  parts = { db: database.db, clock, secrets, outward };
  receiver = await openReceiver();
  endpoint = await addEndpoint();
});
afterEach(async () => {
  await database.db.transaction((tx) => disableEndpoint(tx, endpoint.id, clock.wall()));
  await receiver.close();
});

const tell = (tenant_id: TenantId | null, type: EventType = "invoice.paid", data: Record<string, unknown> = {}) =>
  database.db.transaction((tx) =>
    recordAlert(tx, {
      dedupe: `t${++told}`,
      tenant_id,
      type,
      data: { n: told, ...data },
      at: { wall: clock.wall(), now: clock.now() },
    }),
  );
const numbers = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n);

test("an event reaches its endpoint once, signed so that the Standard Webhooks library verifies it", async () => {
  await tell(tenants[0]!, "invoice.paid", { invoice_id: "tgi_1" });
  await deliverEvents(parts);
  await deliverEvents(parts);
  expect(receiver.received).toHaveLength(1);
  const [{ body, headers }] = receiver.received as [(typeof receiver.received)[0]];
  expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
    id: headers["webhook-id"],
    type: "invoice.paid",
    data: { tenant_id: "ten_a", invoice_id: "tgi_1" },
  });
  expect(() => new Webhook(`whsec_${Buffer.alloc(32, 8).toString("base64")}`).verify(body, headers)).toThrow();
});

test("a receiver that is down for an hour gets everything afterwards: each once, and a tenant's in order", async () => {
  receiver.behaviour.status = 503;
  const first = told + 1;
  for (let i = 0; i < 10; i++) await tell(tenants[i % 2]!);
  for (let minutes = 0; minutes < 60; minutes += 5) {
    await deliverEvents(parts);
    clock.advance(5 * MINUTE);
  }
  expect(receiver.received).toEqual([]);
  receiver.behaviour.status = 200;
  clock.advance(2 * HOUR);
  await deliverEvents(parts);
  const got = numbers();
  expect([...got].sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => first + i));
  for (const parity of [0, 1]) {
    const own = got.filter((n) => (n - first) % 2 === parity);
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
});

test("an endpoint hears of the types it asked for, and a tenant's of its own tenant alone", async () => {
  const picky = await addEndpoint({ types: ["invoice.*"], tenant_id: tenants[0]!, url: `${receiver.url}/picky` });
  await tell(tenants[0]!, "invoice.issued");
  await tell(tenants[0]!, "wallet.low");
  await tell(tenants[1]!, "invoice.issued");
  await tell(null, "cost.threshold");
  await deliverEvents(parts);
  expect(receiver.received.filter(({ path }) => path.endsWith("/picky"))).toHaveLength(1);
  expect(receiver.received.filter(({ path }) => !path.endsWith("/picky"))).toHaveLength(4);
  await database.db.transaction((tx) => disableEndpoint(tx, picky.id, clock.wall()));
});

test("a type that no event has is refused, with the types that there are", () => {
  const asked = (types: string[]) => newEndpoint({ plainHttp: true }).safeParse({ url: receiver.url, types });
  for (const types of [[], ["*"], ["quota.*", "invoice.paid"]]) expect(asked(types).success).toBe(true);
  expect(asked(["quota.*", "invoices.*"]).error?.message).toMatch(/invoice\.paid/);
});

test("a tenant's endpoint hears nothing of the operator's costs, provider and collector, though they are about the tenant", async () => {
  const own = await addEndpoint({ tenant_id: tenants[0]!, url: `${receiver.url}/own` });
  for (const type of ["margin.negative", "reconciliation.finding", "upstream.refused", "signups.surge"] as const)
    await tell(tenants[0]!, type);
  await tell(tenants[0]!, "quota.exhausted");
  await deliverEvents(parts);
  const heard = receiver.received.filter(({ path }) => path.endsWith("/own")).map(({ body }) => JSON.parse(body).type);
  expect(heard).toEqual(["quota.exhausted"]);
  expect(receiver.received.filter(({ path }) => !path.endsWith("/own"))).toHaveLength(5);
  await database.db.transaction((tx) => disableEndpoint(tx, own.id, clock.wall()));
});

test("a thousand events that an endpoint does not want hide none that it does", async () => {
  const picky = await addEndpoint({ types: ["invoice.*"], url: `${receiver.url}/picky` });
  await database.db.transaction(async (tx) => {
    for (let i = 0; i < 1_050; i++)
      await recordAlert(tx, {
        ...{ dedupe: `t${++told}`, tenant_id: tenants[0]!, type: "quota.threshold", data: { n: told } },
        at: { wall: clock.wall(), now: clock.now() },
      });
  });
  await tell(tenants[0]!, "invoice.paid");
  receiver.behaviour.status = 503;
  await deliverEvents(parts);
  const log = await listDeliveries(database.db.read, picky.id, { limit: 10 });
  expect(log).toMatchObject([{ state: "pending", type: "invoice.paid" }]);
  await database.db.transaction((tx) => disableEndpoint(tx, picky.id, clock.wall()));
});

test("an event that nobody takes has failed after days, says so in the log, and lets the next one through", async () => {
  receiver.behaviour.status = 500;
  await tell(tenants[0]!);
  for (let day = 0; day < 12; day++) {
    await deliverEvents(parts);
    clock.advance(24 * HOUR);
  }
  const page = { limit: 10 };
  expect(await listDeliveries(database.db.read, endpoint.id, page)).toMatchObject([
    { state: "failed", attempts: 12, status: 500, error: "answered 500" },
  ]);
  receiver.behaviour.status = 200;
  await tell(tenants[0]!);
  await deliverEvents(parts);
  expect(receiver.received).toHaveLength(1);
});

test("an endpoint hears of nothing that was before it", async () => {
  await tell(tenants[0]!);
  await deliverEvents(parts);
  clock.advance(1_000);
  const later = await addEndpoint({ url: `${receiver.url}/later`, created_at: clock.wall() + 1 });
  await deliverEvents(parts);
  expect(receiver.received.filter(({ path }) => path.endsWith("/later"))).toEqual([]);
  await database.db.transaction((tx) => disableEndpoint(tx, later.id, clock.wall()));
});

test("a private address is not called where that is not allowed", async () => {
  const guarded = openOutward({ allowPrivate: false, timeoutMs: 1_000 });
  await tell(tenants[0]!);
  await deliverEvents({ ...parts, outward: guarded });
  expect(receiver.received).toEqual([]);
  const [row] = await listDeliveries(database.db.read, endpoint.id, { limit: 1 });
  expect(row).toMatchObject({ state: "pending", error: expect.stringContaining("private address") });
  await guarded.close();
});
