import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApp } from "../../src/app.ts";
import { type Answer, asAdmin, ask, expectRefusal } from "../http/ask.ts";
import { ADMIN_TOKEN, openWorld, type World } from "../support/world.ts";

interface Line {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly address: string;
  readonly agent: string;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly subject_id: string;
}
interface Page {
  readonly data: readonly Line[];
  readonly has_more: boolean;
  readonly last_id: string;
}

let world: World;
let tenant: { id: string };
let other: { id: string };
let user: { id: string };
beforeAll(async () => {
  // The tests' own client stands for a proxy that is believed.
  world = await openWorld({ open: (parts) => openApp({ ...parts, trustedProxies: ["127.0.0.1"] }) });
  tenant = await world.admin("POST", "tenants", { name: "=SUM(A1)", external_id: "acme" });
  other = await world.admin("POST", "tenants", { name: "Other" });
  user = await world.admin("POST", `tenants/${tenant.id}/users`, { external_id: "ann" });
  await world.admin("PATCH", `users/${user.id}`, { status: "blocked" });
  await world.admin("PUT", "alert_settings", {});
});
afterAll(() => world.close());

const audit = async (query = ""): Promise<Page> => (await asAdmin<Page>(world, "GET", `audit?${query}`)).body;
const actions = async (query: string) => (await audit(query)).data.map(({ action }) => action);

describe("the audit log", () => {
  test("lists every change, newest first, with who made it and from where", async () => {
    const { data, has_more } = await audit();
    expect(data.map(({ action }) => action)).toEqual([
      ...["alert_settings.changed", "user.changed", "user.created", "tenant.created", "tenant.created"],
    ]);
    expect(has_more).toBe(false);
    for (const line of data) {
      expect(line).toMatchObject({ actor: "admin", address: "127.0.0.1", agent: "node", at: expect.any(String) });
    }
    expect(data[1]).toMatchObject({
      ...{ tenant_id: tenant.id, subject_id: user.id },
      ...{ before: { status: "active" }, after: { status: "blocked" } },
    });
  });

  test("is filtered by tenant, actor, action, subject and time", async () => {
    expect(await actions("tenant_id=ext:acme")).toEqual(["user.changed", "user.created", "tenant.created"]);
    expect(await actions(`tenant_id=${other.id}`)).toEqual(["tenant.created"]);
    expect(await actions("action=user.*")).toEqual(["user.changed", "user.created"]);
    expect(await actions("action=*.created")).toHaveLength(3);
    expect(await actions("action=alert_settings.changed")).toEqual(["alert_settings.changed"]);
    expect(await actions("action=alert?settings.changed")).toEqual(["alert_settings.changed"]);
    // What SQL has for wildcards is a letter like any other.
    expect(await actions("action=user_changed")).toEqual([]);
    expect(await actions(`subject_id=${user.id}&action=user.created`)).toEqual(["user.created"]);
    expect(await actions("actor=admin")).toHaveLength(5);
    expect(await actions("actor=cli")).toEqual([]);
    const { data } = await audit();
    const last = data[0]!.at;
    expect(await actions(`from=${last}`)).toContain("alert_settings.changed");
    expect(await actions(`to=${last}`)).not.toContain("alert_settings.changed");
    expect(await actions("from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z")).toEqual([]);
  });

  test("is read page by page", async () => {
    const first = await audit("limit=3");
    expect([first.data.length, first.has_more]).toEqual([3, true]);
    const second = await audit(`limit=3&after_id=${first.last_id}`);
    expect(second.data.map(({ action }) => action)).toEqual(["tenant.created", "tenant.created"]);
    expect(second.has_more).toBe(false);
  });

  test("is a CSV file that runs no formula where it is opened", async () => {
    const answer = await asAdmin(world, "GET", "audit?format=csv&tenant_id=ext:acme");
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-.*\.csv"$/);
    const lines = answer.text.trimEnd().split("\r\n");
    expect(lines[0]).toBe("id,at,actor,actor_name,address,agent,action,tenant_id,subject_id,before,after");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain(`user.changed,${tenant.id},${user.id},"{""`);
    for (const line of lines) expect(line).not.toMatch(/(^|,)"?[=+@-]/);
  });

  test("refuses a filter that it does not know, a bad time and a bad action", async () => {
    const refusal = { status: 400, code: "invalid_request" };
    for (const query of ["who=admin", "from=yesterday", "action=a%20b", "format=xml", "limit=0"])
      expectRefusal((await asAdmin(world, "GET", `audit?${query}`)) as Answer, refusal);
    expectRefusal(await asAdmin(world, "GET", "audit?tenant_id=ten_unknown"), { status: 404, code: "not_found" });
  });

  test("names the client behind a proxy that is believed, and cuts a name of any length short", async () => {
    await ask(world, `/api/admin/users/${user.id}`, {
      ...{ method: "PATCH", bearer: ADMIN_TOKEN, json: { status: "active" } },
      headers: { "x-forwarded-for": "203.0.113.9", "user-agent": `Browser ${"x".repeat(1_000)}` },
    });
    const { data } = await audit("limit=1");
    expect(data[0]).toMatchObject({ address: "203.0.113.9", agent: `Browser ${"x".repeat(292)}` });
  });
});
