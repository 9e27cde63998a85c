import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordAlert } from "../../src/db/alerts.ts";
import { audit } from "../../src/db/schema.ts";
import { HOUR, MINUTE } from "../../src/kernel/clock.ts";
import type { EventType } from "../../src/kernel/events.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";

/** Alerts as an operator meets them: raised by what callers do, listed, acknowledged, switched off. */

let world: World;
beforeAll(async () => {
  world = await openWorld({ alertLooks: true });
});
afterAll(() => world.close());

interface Shown {
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly tenant_id: string | null;
  readonly data: Record<string, unknown>;
  readonly acknowledged_at: string | null;
}
const list = async (query: string) => (await world.admin<{ data: Shown[] }>("GET", `alerts?${query}`)).data;
const settings = (fields: object) => world.admin("PUT", "alert_settings", fields);
const call = async ({ key }: TestTenant, text = "Hello") => {
  const answer = await world.messages(key, { messages: [{ role: "user", content: text }] });
  await answer.text();
  return answer.status;
};
const calls = async (tenant: TestTenant, count: number, text?: string) => {
  for (let i = 0; i < count; i++) await call(tenant, text);
};
/** `POST` to the data plane. */
const ask = ({ key }: TestTenant, path: string, body: object, signal?: AbortSignal) =>
  fetch(`${world.url}/v1/${path}`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
const look = () => world.pass(2 * MINUTE);
/** Early in an hour, and after the windows of whatever was before: so that what is told once an hour or a day is told once. */
const anotherHour = () => world.pass(2 * HOUR - (world.clock.now() % HOUR) + MINUTE);
const limit = (tenant: TestTenant, fields: object) =>
  world.admin("PUT", "limits", {
    ...{ scope: "tenant", subject_id: tenant.id },
    limits: [{ metric: "requests", window: "day", amount: 2, ...fields }],
  });

describe("the provider's failures", () => {
  test("are told of when their share passes the bound, with what they were, and once within the hour", async () => {
    await settings({ upstream_errors: { calls_min: 10, share_min: 0.3 } });
    const tenant = await world.tenant();
    await anotherHour();
    await calls(tenant, 8);
    await calls(tenant, 2, "[[status=529]] go");
    await look();
    expect(await list("type=upstream.errors")).toEqual([]);
    await calls(tenant, 1, "[[status=500]] go");
    await calls(tenant, 1, "[[overloaded_after=1]] go");
    await look();
    await calls(tenant, 5, "[[status=529]] go");
    await look();
    expect(await list("type=upstream.errors")).toMatchObject([
      {
        ...{ severity: "critical", tenant_id: null },
        data: { window_minutes: 5, calls: 12, failed: 4, share: 0.3333 },
      },
    ]);
  });

  test("are told of for batches and counts of tokens as for messages, and not where a client went", async () => {
    await settings({ upstream_errors: { calls_min: 5, share_min: 0.6 } });
    const tenant = await world.tenant();
    await anotherHour();
    const asked = { model: "claude-sonnet-5-5", messages: [{ role: "user", content: "Hello" }] };
    const count = async () => expect((await ask(tenant, "messages/count_tokens", asked)).status).toBe(529);
    const undo = [
      world.sandbox.behave({ on: "count_tokens", status: 529 }),
      world.sandbox.behave({ on: "batches", status: 500 }),
    ];
    const requests = [{ custom_id: "a", params: { ...asked, max_tokens: 10 } }];
    expect((await ask(tenant, "messages/batches", { requests })).status).toBe(500);
    await count();
    await count();
    await calls(tenant, 2);
    const gone = new AbortController();
    const slow = { ...asked, max_tokens: 10, messages: [{ role: "user", content: "[[first_byte_ms=60000]] go" }] };
    const left = ask(tenant, "messages", slow, gone.signal);
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(1);
    gone.abort();
    await expect(left).rejects.toThrow();
    await expect.poll(() => world.sandbox.tally.inFlight).toBe(0);
    await look();
    expect((await list("type=upstream.errors")).filter(({ data }) => data.calls === 6)).toEqual([]);
    await count();
    await count();
    for (const over of undo) over();
    await look();
    expect((await list("type=upstream.errors&limit=1"))[0]).toMatchObject({
      data: { calls: 8, failed: 5, share: 0.625, failures: { upstream_overloaded: 4, upstream_error: 1 } },
    });
  });

  test("are none where callers erred, or where too few called to tell", async () => {
    await settings({ upstream_errors: { calls_min: 10, share_min: 0.3 } });
    const tenant = await world.tenant();
    await anotherHour();
    const before = (await list("type=upstream.errors")).length;
    await calls(tenant, 12, "[[status=400]] go");
    await look();
    await anotherHour();
    await calls(tenant, 9, "[[status=529]] go");
    await look();
    expect(await list("type=upstream.errors")).toHaveLength(before);
  });

  test("that refuse the operator's key are told of within a minute, whatever their share", async () => {
    const tenant = await world.tenant();
    await anotherHour();
    expect(await list("type=upstream.refused")).toEqual([]);
    expect(await call(tenant, "[[status=401]] go")).toBe(502);
    await look();
    await look();
    expect(await list("type=upstream.refused")).toMatchObject([
      { severity: "critical", tenant_id: null, data: { key: "operator", calls: 1 } },
    ]);
  });

  test("that refuse a tenant's own key are told of as that tenant's", async () => {
    const tenant = await world.tenant({ fields: { upstream_api_key: "sk-ant-of-their-own" } });
    await call(tenant, "[[status=403]] go");
    await look();
    expect(await list(`type=upstream.refused&tenant_id=${tenant.id}`)).toMatchObject([{ data: { key: "tenant" } }]);
  });
});

describe("a quota that is used up", () => {
  beforeEach(anotherHour);

  test("is told of at the first refusal, once for the window of the limit", async () => {
    const tenant = await world.tenant();
    await limit(tenant, {});
    await calls(tenant, 2);
    await look();
    expect(await list(`tenant_id=${tenant.id}`)).toEqual([]);
    expect(await call(tenant)).toBe(402);
    await look();
    await calls(tenant, 2);
    await look();
    expect(await list(`tenant_id=${tenant.id}`)).toMatchObject([
      {
        ...{ type: "quota.exhausted", severity: "warning" },
        data: { code: "quota_exhausted", remaining: 0, blocked_by: { kind: "limit", metric: "requests", amount: 2 } },
      },
    ]);
  });

  test("is not told of again where a mark at its end said so", async () => {
    const tenant = await world.tenant();
    await limit(tenant, { alert_at: [0.5, 1] });
    await calls(tenant, 4);
    await look();
    const told = await list(`tenant_id=${tenant.id}`);
    expect(told.map(({ type }) => type).sort()).toEqual(["quota.exhausted", "quota.threshold"]);
  });

  test("is told of where it refuses a batch, too", async () => {
    const tenant = await world.tenant();
    await limit(tenant, { amount: 1 });
    await calls(tenant, 1);
    const params = { model: "claude-sonnet-5-5", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] };
    expect((await ask(tenant, "messages/batches", { requests: [{ custom_id: "a", params }] })).status).toBe(402);
    await look();
    expect(await list(`tenant_id=${tenant.id}`)).toMatchObject([{ type: "quota.exhausted", data: { remaining: 0 } }]);
  });

  test("is told of where a customer's credit is, once a day", async () => {
    const tenant = await world.tenant({ credit_micros: 1 });
    await calls(tenant, 3);
    await look();
    expect(await list(`tenant_id=${tenant.id}`)).toMatchObject([
      { type: "quota.exhausted", data: { blocked_by: { kind: "grants" }, currency: "USD" } },
    ]);
  });

  test("is not told of for a request that was too large, nor for a matter of waiting", async () => {
    const tenant = await world.tenant();
    await limit(tenant, { metric: "total_tokens", amount: 100 });
    expect(await call(tenant, "many words ".repeat(500))).toBe(402);
    const hurried = await world.tenant();
    await limit(hurried, { window: "minute", amount: 1 });
    await calls(hurried, 3);
    await look();
    for (const { id } of [tenant, hurried]) expect(await list(`tenant_id=${id}`)).toEqual([]);
  });
});

test("refusals on free plans are told of by the day when there are many within an hour; on plans with a price they are not", async () => {
  await anotherHour();
  await settings({ free_refusals: { hour_min: 4 } });
  const plan = (fields: object) =>
    world.admin<{ id: string }>("POST", "plans", {
      ...{ currency: "USD", pricing: { type: "markup", multiplier_ppm: 1_000_000 }, ...fields },
    });
  const free = await plan({ name: "Free", included_micros: 1_000_000 });
  const paid = await plan({ name: "Paid", price_paise: 1_000, collection: "subscription", included_micros: 1_000_000 });
  const [a, b, c] = await Promise.all(
    [free, free, paid].map(({ id }) => world.tenant({ fields: { default_plan_id: id } })),
  );
  for (const tenant of [a!, b!, c!]) await limit(tenant, { amount: 0 });
  await calls(a!, 4);
  await calls(b!, 3);
  await calls(c!, 4);
  await world.pass(6 * MINUTE);
  await calls(a!, 4);
  await world.pass(6 * MINUTE);
  expect(await list("type=free.refusals")).toMatchObject([{ tenant_id: a!.id, data: { refused: 4 } }]);
});

describe("the list of alerts", () => {
  const tell = async (type: EventType, tenant_id: string | null = null) => {
    const at = { wall: world.clock.wall(), now: world.clock.now() };
    const dedupe = `${type} ${at.now} ${Math.random()}`;
    await world.db.transaction((tx) =>
      recordAlert(tx, { type, dedupe, tenant_id: tenant_id as never, data: { dedupe }, at }),
    );
    return (await list(`type=${type}&limit=1`))[0]!;
  };

  test("can be asked for by type or a glob of types, severity, tenant and time", async () => {
    const tenant = await world.tenant();
    const from = new Date(world.clock.now()).toISOString();
    const finding = await tell("reconciliation.finding", tenant.id);
    const low = await tell("wallet.low", tenant.id);
    const paid = await tell("invoice.paid", tenant.id);
    await tell("webhooks.silent");
    const ids = async (query: string) => (await list(query)).map(({ id }) => id);
    const own = `tenant_id=${tenant.id}`;
    expect(await ids(own)).toEqual([paid.id, low.id, finding.id]);
    expect(await ids(`${own}&severity=warning`)).toEqual([low.id, finding.id]);
    expect(await ids(`${own}&severity=warning&type=wallet.*`)).toEqual([low.id]);
    expect(await ids(`${own}&type=invoice.paid&severity=critical`)).toEqual([]);
    expect(await ids(`severity=critical&from=${from}`)).toHaveLength(1);
    expect(await ids(`${own}&to=${from}`)).toEqual([]);
    expect(await world.admin("GET", `alerts/${low.id}`)).toEqual(low);
  });

  test("says what nobody has acknowledged yet; who acknowledges is in the audit log, once", async () => {
    const alert = await tell("wallet.low");
    expect((await list("acknowledged=false")).map(({ id }) => id)).toContain(alert.id);
    const seen = await world.admin("POST", `alerts/${alert.id}/acknowledge`, { note: "called them" });
    expect(seen).toMatchObject({ acknowledged_at: expect.any(String), acknowledged_by: "admin", note: "called them" });
    expect(await world.admin("POST", `alerts/${alert.id}/acknowledge`, { note: "again" })).toEqual(seen);
    expect((await list("acknowledged=false")).map(({ id }) => id)).not.toContain(alert.id);
    expect((await list("acknowledged=true")).map(({ id }) => id)).toEqual([alert.id]);
    const rows = (await world.db.read.select().from(audit)).filter(({ subject_id }) => subject_id === alert.id);
    expect(rows).toMatchObject([{ actor: "admin", action: "alert.acknowledged", after: { note: "called them" } }]);
  });
});

test("the settings have defaults, keep what is set, and refuse what makes no sense", async () => {
  expect(await settings({})).toMatchObject({ renewals: { enabled: true, days: 60 }, spend_anomaly: { weeks: 8 } });
  await settings({ renewals: { days: 30 }, signups: { enabled: false } });
  expect(await world.admin("GET", "alert_settings")).toMatchObject({
    renewals: { enabled: true, days: 30 },
    signups: { enabled: false, hour_min: 100 },
  });
  const bad = await asAdmin(world, "PUT", "alert_settings", { renewals: { days: 0 } });
  expectRefusal(bad, { status: 400, code: "invalid_request", says: /renewals\.days/ });
  const unknown = await asAdmin(world, "PUT", "alert_settings", { renewal: {} });
  expectRefusal(unknown, { status: 400, code: "invalid_request", says: /renewal/ });
});

test("a kind that is switched off is not told of", async () => {
  await settings({ upstream_errors: { enabled: false, calls_min: 1, share_min: 0.01 } });
  const tenant = await world.tenant();
  await anotherHour();
  const before = (await list("type=upstream.errors")).length;
  await calls(tenant, 3, "[[status=529]] go");
  await look();
  expect(await list("type=upstream.errors")).toHaveLength(before);
  await settings({ upstream_errors: { calls_min: 1, share_min: 0.01 } });
  await look();
  expect(await list("type=upstream.errors")).toHaveLength(before + 1);
});

test("what was counted is written down by every node, and counts as one", async () => {
  await settings({ upstream_errors: { calls_min: 8, share_min: 0.5 } });
  await anotherHour();
  const before = (await list("type=upstream.errors")).length;
  const tenant = await world.tenant();
  const other = await openWorld({ joins: world, alertLooks: true });
  try {
    other.clock.advance(world.clock.now() - other.clock.now());
    await Promise.all(times(4, () => call(tenant, "[[status=529]] go")));
    for (let i = 0; i < 4; i++) {
      const answer = await other.messages(tenant.key, { messages: [{ role: "user", content: "[[status=529]] go" }] });
      await answer.text();
    }
  } finally {
    await other.close();
  }
  await look();
  expect(await list("type=upstream.errors")).toHaveLength(before + 1);
});
