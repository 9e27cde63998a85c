import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, expectRefusal, say } from "../http/ask.ts";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let acme: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  acme = await world.tenant({
    fields: { external_id: "acme", name: "=Acme" },
    key: { scopes: ["inference", "users:act"] },
  });
  const other = await world.tenant();
  const asked: Record<string, string>[] = [
    { "x-tollgate-user": "ann", "x-tollgate-tags": "env=prod" },
    { "x-tollgate-user": "bob" },
  ];
  for (const headers of asked) await say(world, { key: acme.key, headers });
  await say(world, { key: other.key });
});
afterAll(() => world.close());

interface Report {
  readonly data: Record<string, unknown>[];
  readonly totals: Record<string, unknown>[];
}
const ask = async (path: string) => (await asAdmin<Report>(world, "GET", `reports/${path}`)).body;

describe("reports of usage", () => {
  test("name tenants and users as people do, and come to what the events say", async () => {
    const { data } = await world.admin<{ data: { cost_micros_usd: number; spend_micros: number }[] }>("GET", "events");
    const spend = data.reduce((sum, event) => sum + event.spend_micros, 0);
    const report = await ask("usage?group_by=tenant,user");
    expect(report.data.map((row) => [row.tenant_name, row.user_external_id, row.requests]).sort()).toEqual([
      ["=Acme", "ann", 1],
      ["=Acme", "bob", 1],
      ["Test", null, 1],
    ]);
    expect(report.totals).toMatchObject([{ requests: 3, spend_micros: spend }]);
    for (const group_by of ["day", "hour", "model", "key", "week,model", "plan_version,month"]) {
      const { data, totals } = await ask(`spend?group_by=${group_by}`);
      expect(data.reduce((sum, row) => sum + (row.spend_micros as number), 0)).toBe(spend);
      expect(totals).toMatchObject([{ spend_micros: spend, promotional_micros: spend }]);
    }
    expect((await ask("cost?tenant_id=ext:acme&tag=env=prod")).totals).toMatchObject([{ requests: 1 }]);
    expect((await ask("top?of=tenant&limit=1")).data).toMatchObject([{ tenant_name: "=Acme", requests: 2 }]);
  });

  test("are the same when the newest usage is folded", async () => {
    const before = await ask("margin?group_by=user,day");
    await world.pass(10_000);
    expect((await ask("margin?group_by=user,day")).data).toEqual(before.data);
  });

  test("are files that are called by their first day, in the zone that they are asked in", async () => {
    const november = encodeURIComponent("2026-11-01T00:00:00+05:30");
    const range = `from=${november}&to=2026-11-02T00:00:00Z&tz=Asia/Kolkata&format=csv`;
    for (const name of ["usage", "revenue"]) {
      const { headers } = await asAdmin(world, "GET", `reports/${name}?${range}`);
      expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}-2026-11-01.csv"`);
    }
  });

  test("stream as CSV that says how many rows will come, and holds no formula", async () => {
    const response = await fetch(`${world.url}/api/admin/reports/usage?group_by=tenant,user&format=csv`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(response.headers.get("x-tollgate-rows")).toBe("3");
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => line.includes(",'=Acme,"))).toHaveLength(2);
  });

  test.each([
    ["group_by", "usage?group_by=colour"],
    ["group_by", "usage?group_by=day,week"],
    ["group_by", "usage?group_by=user,user"],
    ["group_by", "usage?group_by=tag,promotion"],
    ["group_by", "latency?group_by=key"],
    ["group_by", "usage?group_by=promotion"],
    ["tz", "usage?tz=Mars/Olympus"],
    ["to", "usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"],
    ["to", "subscriptions?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"],
    ["limit", "usage?limit=0"],
    ["after_id", "usage?after_id=nonsense"],
    ["group_by", "revenue?group_by=method"],
  ])("are refused by the name of what is wrong: %s in %s", async (field, path) => {
    expectRefusal(await asAdmin(world, "GET", `reports/${path}`), {
      status: 400,
      code: "invalid_request",
      says: field,
    });
  });

  test("of what there is not are not found", async () => {
    for (const path of [
      "usage?tenant_id=ten_none",
      "usage?user_id=usr_none",
      "spend?promotion=NONE",
      "ageing?tenant_id=ten_none",
    ])
      expectRefusal(await asAdmin(world, "GET", `reports/${path}`), { status: 404, code: "not_found" });
  });
});

test("reports of money are there where nothing was sold yet", async () => {
  for (const path of ["revenue", "collections?group_by=month,method", "ageing", "subscriptions"])
    expect(await ask(path), path).toMatchObject({ data: [], has_more: false, last_id: null });
});
