import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cycles, grants } from "../../src/db/schema.ts";
import { MINUTE } from "../../src/kernel/clock.ts";
import { type GrantId, newId, type TenantId } from "../../src/kernel/id.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

/** What a plan includes, and how far it is used: told of by its marks. */

let world: World;
let plan: { readonly id: string };
const INCLUDED = 100_000;
beforeAll(async () => {
  world = await openWorld({ alertLooks: true });
  plan = await world.admin("POST", "plans", {
    ...{ name: "Starter", currency: "USD", included_micros: INCLUDED },
    pricing: { type: "markup", multiplier_ppm: 1_000_000 },
  });
});
afterAll(() => world.close());

interface Told {
  readonly type: string;
  readonly data: Record<string, unknown>;
}
const list = async ({ id }: TestTenant) => {
  const { data } = await world.admin<{ data: Told[] }>("GET", `alerts?tenant_id=${id}&type=quota.*`);
  return data.reverse();
};
const subscriber = () => world.tenant({ credit_micros: 0, fields: { default_plan_id: plan.id } });
const call = async ({ key }: TestTenant, max_tokens = 10) => {
  const answer = await world.messages(key, { max_tokens, messages: [{ role: "user", content: "Hello" }] });
  await answer.text();
  return answer.status;
};
const grantOf = async ({ id }: TestTenant) => {
  const rows = await world.db.read
    .select()
    .from(grants)
    .where(eq(grants.tenant_id, id as TenantId));
  return rows.find(({ kind }) => kind === "included")!;
};
/** As if so much had been used of it. */
const use = (id: GrantId, share: number) =>
  world.db.transaction(async (tx) => {
    await tx
      .update(grants)
      .set({ used: Math.round(INCLUDED * share) as never })
      .where(eq(grants.id, id));
  });
const look = () => world.pass(6 * MINUTE);

test("included credit is told of at each of its marks, once in its cycle; where nothing is left, the first refusal is told of too", async () => {
  const tenant = await subscriber();
  expect(await call(tenant)).toBe(200);
  const { id } = await grantOf(tenant);
  await use(id, 0.79);
  await look();
  expect(await list(tenant)).toEqual([]);
  await use(id, 0.8);
  await look();
  await look();
  const first = {
    type: "quota.threshold",
    data: { grant_id: id, metric: "spend_micros", window: "cycle", amount: INCLUDED, used: 80_000, threshold: 0.8 },
  };
  expect(await list(tenant)).toMatchObject([first]);
  await use(id, 1);
  expect(await call(tenant)).toBe(402);
  await look();
  const told = await list(tenant);
  expect(told[0]).toMatchObject(first);
  expect(told.slice(1).sort((a, b) => (a.type < b.type ? -1 : 1))).toMatchObject([
    { type: "quota.exhausted", data: { blocked_by: { kind: "grants" } } },
    { type: "quota.threshold", data: { grant_id: id, threshold: 1 } },
  ]);
});

test("the marks are a setting, and a kind that is switched off is not told of", async () => {
  const tenant = await subscriber();
  await call(tenant);
  const { id } = await grantOf(tenant);
  await use(id, 0.95);
  await world.admin("PUT", "alert_settings", { included: { enabled: false } });
  await look();
  expect(await list(tenant)).toEqual([]);
  await world.admin("PUT", "alert_settings", { included: { alert_at: [0.9, 0.5] } });
  await look();
  expect((await list(tenant)).map(({ data }) => data.threshold)).toEqual([0.5, 0.9]);
  await world.admin("PUT", "alert_settings", {});
});

test("a tenant's marks may be its own, and it may be left out or looked at where others are not", async () => {
  const [own, off, other] = [await subscriber(), await subscriber(), await subscriber()];
  for (const tenant of [own, off, other]) {
    await call(tenant);
    await use((await grantOf(tenant)).id, 0.85);
  }
  const put = (tenant: { readonly id: string }, body: object) =>
    world.admin("PUT", `tenants/${tenant.id}/alert_settings`, body);
  expect(await put(own, { included: { alert_at: [0.3] } })).toMatchObject({
    own: { included: { alert_at: [0.3] } },
    in_force: { included: { enabled: true, alert_at: [0.3] }, spend_anomaly: { weeks: 8 } },
  });
  await put(off, { included: { enabled: false } });
  await look();
  const marks = async (tenant: typeof own) => (await list(tenant)).map(({ data }) => data.threshold);
  expect([await marks(own), await marks(off), await marks(other)]).toEqual([[0.3], [], [0.8]]);
  await world.admin("PUT", "alert_settings", { included: { enabled: false } });
  await put(off, { included: { enabled: true, alert_at: [0.5] } });
  await look();
  expect(await marks(off)).toEqual([0.5]);
  await put(own, {});
  expect(await world.admin("GET", `tenants/${own.id}/alert_settings`)).toMatchObject({
    ...{ own: {}, in_force: { included: { enabled: false } } },
  });
  await expect(put(own, { spend_anomaly: { weeks: 2 } })).rejects.toThrow(/400.*must not be more than weeks/);
  await expect(put(own, { renewals: { days: 3 } })).rejects.toThrow(/400.*renewals/);
  await world.admin("PUT", "alert_settings", {});
});

test("what a cycle included before it was given another plan's is not told of", async () => {
  const tenant = await subscriber();
  await call(tenant);
  const { id, cycle_id, ...row } = await grantOf(tenant);
  const instead = newId("grant", world.clock.wall());
  await world.db.transaction(async (tx) => {
    await tx.insert(grants).values({ ...row, id: instead, cycle_id, source: `instead of ${id}` });
    await tx.update(cycles).set({ included_grant_id: instead }).where(eq(cycles.id, cycle_id!));
    await tx.update(grants).set({ amount: row.used }).where(eq(grants.id, id));
  });
  await look();
  expect(await list(tenant)).toEqual([]);
});
