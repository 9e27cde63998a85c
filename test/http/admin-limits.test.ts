import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { asAdmin, expectRefusal, say, soon } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const wrong = (says: string | RegExp) => ({ status: 400, code: "invalid_request", says });
interface Limits {
  limits: { id: string; [field: string]: unknown }[];
}

describe("limits", () => {
  const ANNUAL = { metric: "spend_micros", window: "month", amount: 5_000_000 };
  const FULL = {
    metric: "requests",
    window: "day",
    amount: 10,
    models: ["claude-haiku-*"],
    enforcement: "soft",
    alert_at: [0.5, 1],
    raise: { amount: 20, until: "2099-01-01T00:00:00.000Z" },
  };
  const read = (scope: string, subject: string) =>
    asAdmin<Limits>(world, "GET", `limits?scope=${scope}&subject_id=${subject}`);

  test("are put for a tenant, a user, a key or each user, and read as they were put", async () => {
    const user = await world.admin<{ id: string }>("PUT", `tenants/${tenant.id}/users`, { external_id: "limited" });
    for (const [scope, subject_id] of [
      ["tenant", tenant.id],
      ["each_user", tenant.id],
      ["user", user.id],
      ["key", tenant.keyId],
    ]) {
      const put = await asAdmin<Limits>(world, "PUT", "limits", { scope, subject_id, limits: [ANNUAL, FULL] });
      expect(put.status).toBe(200);
      const defaults = { models: [], enforcement: "hard", alert_at: [], raise: null };
      const limits = [{ ...defaults, ...ANNUAL }, FULL].map((limit) => ({
        ...limit,
        scope,
        subject_id,
        id: expect.stringMatching(/^lim_/),
      }));
      expect(put.body).toMatchObject({ tenant_id: tenant.id, scope, subject_id, limits });
      const inOrder = ({ limits, ...subject }: { limits: { id: string }[] }) => ({
        ...subject,
        limits: limits.toSorted((a, b) => a.id.localeCompare(b.id)),
      });
      expect(inOrder((await read(scope!, subject_id!)).body)).toEqual(inOrder(put.body));
    }
    expect((await read("user", "ext:limited")).body.limits).toHaveLength(2);
  });

  test("have times as all our answers do", async () => {
    const { id } = await world.tenant();
    const { body } = await asAdmin<Limits>(world, "PUT", "limits", {
      scope: "tenant",
      subject_id: id,
      limits: [ANNUAL],
    });
    expect(body.limits[0]).toMatchObject({ created_at: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test("are replaced as a whole, each scope by itself", async () => {
    const { id } = await world.tenant();
    const put = (scope: string, limits: object[]) => world.admin("PUT", "limits", { scope, subject_id: id, limits });
    await put("tenant", [ANNUAL, FULL]);
    await put("each_user", [FULL]);
    await put("tenant", [ANNUAL]);
    expect((await read("tenant", id)).body.limits).toHaveLength(1);
    expect((await read("each_user", id)).body.limits).toHaveLength(1);
    await put("tenant", []);
    expect((await read("tenant", id)).body.limits).toEqual([]);
  });

  test("may name their subject in the query, as they are read", async () => {
    const answer = await asAdmin(world, "PUT", `limits?scope=key&subject_id=${tenant.keyId}`, { limits: [ANNUAL] });
    expect(answer.body).toMatchObject({ subject_id: tenant.keyId, limits: [ANNUAL] });
  });

  test("bear on requests within seconds", async () => {
    const { id, key } = await world.tenant();
    expect((await say(world, { key })).status).toBe(200);
    await world.admin("PUT", "limits", {
      scope: "tenant",
      subject_id: id,
      limits: [{ metric: "requests", window: "lifetime", amount: 0 }],
    });
    await soon(async () => expectRefusal(await say(world, { key }), { status: 402, code: "quota_exhausted" }));
  });

  test("of subjects that there are none of are not found", async () => {
    for (const [scope, ref] of [
      ["tenant", "ten_x"],
      ["each_user", "ten_x"],
      ["user", "usr_x"],
      ["key", "key_x"],
      ["key", "ext:x"],
      ["user", tenant.id],
    ]) {
      const missing = { status: 404, code: "not_found" };
      expectRefusal(await read(scope!, ref!), missing);
      expectRefusal(await asAdmin(world, "PUT", "limits", { scope, subject_id: ref, limits: [] }), missing);
    }
  });

  test.each([
    ["scope", { scope: "galaxy" }],
    ["scope", { scope: undefined }],
    ["subject_id", { subject_id: undefined }],
    ["limits", { limits: undefined }],
    ["limits", { limits: {} }],
    ["limits: has two", { limits: [ANNUAL, { ...ANNUAL, amount: 1 }] }],
    ["limits.0.metric", { limits: [{ ...ANNUAL, metric: "euros" }] }],
    ["limits.0.window", { limits: [{ ...ANNUAL, window: "year" }] }],
    ["limits.0.amount", { limits: [{ ...ANNUAL, amount: -1 }] }],
    ["limits.0.amount", { limits: [{ ...ANNUAL, amount: 0.5 }] }],
    ["limits.1.models.0", { limits: [FULL, { ...ANNUAL, models: ["a b"] }] }],
    ["limits.0.enforcement", { limits: [{ ...ANNUAL, enforcement: "gentle" }] }],
    ["limits.0.alert_at.0", { limits: [{ ...ANNUAL, alert_at: [0] }] }],
    ["limits.0.raise.until", { limits: [{ ...ANNUAL, raise: { amount: 1, until: "soon" } }] }],
    ["per", { limits: [{ ...ANNUAL, per: "user" }] }],
    ["limit", { limits: [ANNUAL], limit: FULL }],
  ])("with a bad or unknown %s are refused by its name", async (field, fields) => {
    expectRefusal(
      await asAdmin(world, "PUT", "limits", { scope: "tenant", subject_id: tenant.id, limits: [], ...fields }),
      wrong(field),
    );
  });
});
