import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Asked, asAdmin, ask, expectRefusal, say, soon } from "./ask.ts";

let world: World;
let one: TestTenant;
let other: TestTenant;
const requests: string[] = [];
beforeAll(async () => {
  world = await openWorld();
  one = await world.tenant({ fields: { external_id: "acme" }, key: { scopes: ["inference", "users:act"] } });
  other = await world.tenant();
  const askers: Asked[] = [
    { key: one.key, headers: { "x-tollgate-user": "ann", "x-tollgate-tags": "feature=summary,env=prod" } },
    { key: one.key, headers: { "x-tollgate-user": "bob" } },
    { key: other.key },
  ];
  for (const asker of askers) requests.push((await say(world, asker)).headers.get("request-id")!);
});
afterAll(() => world.close());

interface Event {
  request_id: string;
  [field: string]: unknown;
}
const events = async (query: string) =>
  (await asAdmin<{ data: Event[] }>(world, "GET", `events?${query}`)).body.data.map((event) => event.request_id);
const missing = { status: 404, code: "not_found" };
const wrong = (says: string) => ({ status: 400, code: "invalid_request", says });

describe("events", () => {
  test("are listed newest first, of everybody", async () => {
    expect(await events("")).toEqual(requests.toReversed());
  });

  test("are found by tenant, user, key, model and time", async () => {
    expect(await events(`tenant_id=${one.id}`)).toEqual([requests[1], requests[0]]);
    expect(await events("tenant_id=ext:acme")).toEqual([requests[1], requests[0]]);
    expect(await events("user_id=ext:ann")).toEqual([requests[0]]);
    expect(await events(`key_id=${other.keyId}`)).toEqual([requests[2]]);
    expect(await events("model=claude-sonnet-5-5")).toHaveLength(3);
    expect(await events("model=claude-opus-5-5")).toEqual([]);
    expect(await events("from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z")).toEqual([]);
    expect(await events(`tenant_id=${other.id}&user_id=ext:ann`).catch(() => [])).toEqual([]);
  });

  test("of a request are listed for its tenant once it is settled; before that, and to others, there are none", async () => {
    const listed = (query: string, key = one.key) =>
      ask<{ data: Event[] }>(world, `/api/usage/events?${query}`, { key }).then(({ body }) => body.data);
    expect(await listed(`request_id=${requests[1]}`)).toMatchObject([{ request_id: requests[1] }]);
    expect(await listed("request_id=tgr_underway")).toEqual([]);
    expect(await listed(`request_id=${requests[1]}`, other.key)).toEqual([]);
  });

  test("by user are told with what the tenant calls the user", async () => {
    await world.admin("PUT", `tenants/${one.id}/users`, { external_id: "ann", name: "Ann" });
    const { body } = await ask<{ data: object[] }>(world, "/api/usage?group_by=user", { key: one.key });
    expect(body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ user: expect.stringMatching(/^usr_/), user_external_id: "ann", user_name: "Ann" }),
        expect.objectContaining({ user_external_id: "bob", user_name: null }),
      ]),
    );
    const byKey = await ask<{ data: object[] }>(world, "/api/usage?group_by=key", { key: one.key });
    expect(byKey.body.data[0]).not.toHaveProperty("user_name");
  });

  test("one shows what was used, what it cost and why, and its totals", async () => {
    const { body } = await asAdmin<{ data: Event[]; totals: object }>(world, "GET", `events/${requests[0]}`);
    const served = world.sandbox.tally.requests[0]!;
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      ...{
        request_id: requests[0],
        tenant_id: one.id,
        key_id: one.keyId,
        route: "/v1/messages",
        model: "claude-sonnet-5-5",
      },
      ...{
        input_tokens: served.inputTokens,
        output_tokens: served.outputTokens,
        source: "reported",
        ended: "complete",
      },
      ...{
        tags: { feature: "summary", env: "prod" },
        upstream_request_id: served.id,
        unreconciled: false,
        currency: "USD",
      },
    });
    const { cost_micros_usd, spend_micros } = body.data[0] as unknown as {
      cost_micros_usd: number;
      spend_micros: number;
    };
    expect(cost_micros_usd).toBeGreaterThan(0);
    expect(body.totals).toMatchObject({ calls: 1, cost_micros_usd, spend_micros, output_tokens: served.outputTokens });
  });

  test("of unknown tenants, users, keys and requests are not found", async () => {
    for (const path of [
      "events/tgr_unknown",
      "events?tenant_id=ten_unknown",
      "events?user_id=usr_unknown",
      "events?key_id=key_unknown",
      "tenants/ten_unknown/usage",
      `tenants/${one.id}/usage?user_id=usr_unknown`,
    ]) {
      expectRefusal(await asAdmin(world, "GET", path), missing);
    }
  });

  test("with a bad filter are refused by its name", async () => {
    for (const [field, query] of [
      ["from", "from=yesterday"],
      ["to", "to=1"],
      ["limit", "limit=0"],
      ["limit", "limit=1001"],
      ["limit", "limit=many"],
    ]) {
      expectRefusal(await asAdmin(world, "GET", `events?${query}`), wrong(field!));
    }
  });
});

describe("a tenant's usage", () => {
  const usage = async (query: string) =>
    (
      await asAdmin<{ data: Record<string, unknown>[]; totals: Record<string, unknown>[]; group_by: string }>(
        world,
        "GET",
        `tenants/${one.id}/usage?${query}`,
      )
    ).body;

  test("is grouped by day, model, user, key or tag, and always adds up to the same totals", async () => {
    const { totals } = await usage("");
    expect(totals).toMatchObject([{ requests: 2, currency: "USD" }]);
    for (const [by, groups] of Object.entries({ day: 1, hour: 1, model: 1, user: 2, key: 1, tag: 2 })) {
      const report = await usage(`group_by=${by}`);
      expect(report.data, by).toHaveLength(groups);
      expect(report.totals, by).toEqual(totals);
      if (by !== "tag")
        expect(report.data.reduce((sum, row) => sum + (row.spend_micros as number), 0)).toBe(totals[0]!.spend_micros);
    }
    expect((await usage("group_by=tag")).data.map((row) => row.tag).sort()).toEqual(["env=prod", "feature=summary"]);
  });

  test("of one user is that user's", async () => {
    expect((await usage("user_id=ext:ann")).totals).toMatchObject([{ requests: 1 }]);
    expect((await usage("from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z")).totals).toEqual([]);
  });

  test("is refused by the name of what is wrong in its query", async () => {
    for (const [field, query] of [
      ["group_by", "group_by=colour"],
      ["tz", "tz=Mars/Olympus"],
      ["from", "from=now"],
    ]) {
      expectRefusal(await asAdmin(world, "GET", `tenants/${one.id}/usage?${query}`), wrong(field!));
    }
  });
});

describe("holds", () => {
  test("are shown while a request is open, with what is held for it, and are gone after it", async () => {
    const open = say(world, { key: one.key }, { messages: [{ role: "user", content: "[[first_byte_ms=1500]] wait" }] });
    const hold = await soon(async () => {
      const { data } = (await asAdmin<{ data: Record<string, unknown>[] }>(world, "GET", `holds?tenant_id=${one.id}`))
        .body;
      expect(data).toHaveLength(1);
      return data[0]!;
    });
    expect(hold).toMatchObject({ id: expect.stringMatching(/^tgr_/), tenant_id: one.id, key_id: one.keyId });
    const grants = () => world.admin<{ data: { held_micros: number }[] }>("GET", `tenants/${one.id}/credits`);
    expect((await grants()).data[0]!.held_micros).toBe(hold.held_micros);
    expect(hold.held_micros).toBeGreaterThan(0);
    expect((await asAdmin<{ data: unknown[] }>(world, "GET", `holds?tenant_id=${other.id}`)).body.data).toEqual([]);
    expect((await open).headers.get("request-id")).toBe(hold.id);
    expect((await asAdmin<{ data: unknown[] }>(world, "GET", "holds")).body.data).toEqual([]);
    expect((await grants()).data[0]!.held_micros).toBe(0);
  });

  test("of a tenant that there is none of are not found", async () => {
    expectRefusal(await asAdmin(world, "GET", "holds?tenant_id=ten_unknown"), missing);
  });
});
