import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findSoldPlan, listPlans } from "../../src/catalog/store.ts";
import { listRecentAudit } from "../../src/db/audit.ts";
import { DAY, HOUR, iso, SECOND } from "../../src/kernel/clock.ts";
import { windowAt } from "../../src/kernel/windows.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, expectRefusal } from "../http/ask.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Shown {
  readonly version: number;
  readonly included_micros: number;
  readonly archived_at: string | null;
  readonly next_version: { readonly version: number; readonly valid_from: string } | null;
}
interface Whole extends Shown {
  readonly versions: readonly { readonly version: number; readonly withdrawn_at: string | null }[];
}

const inDays = (days: number): number => Math.trunc(shop.clock.now() + days * DAY);
const patch = (plan: string, fields: object) => shop.admin<Shown>("PATCH", `plans/${plan}`, fields);
const tried = (plan: string, fields: object) => asAdmin(shop, "PATCH", `plans/${plan}`, fields);
const shown = (plan: string) => shop.admin<Whole>("GET", `plans/${plan}`);
const withdraw = (plan: string, version: number | string) =>
  asAdmin(shop, "DELETE", `plans/${plan}/versions/${version}`);
const PREPAID = { included_micros: 1_000_000 };

const versionOf = async ({ api }: Customer) =>
  (await api<{ plan: { version: number } | null }>("GET", "billing")).plan?.version;

describe("a version with a date", () => {
  test("is sold from that instant on, and the one before it until then", async () => {
    const plan = await shop.plan(PREPAID);
    const at = inDays(3);
    expect(await patch(plan, { included_micros: 2_000_000, valid_from: iso(at) })).toMatchObject({
      ...{ version: 1, included_micros: 1_000_000 },
      next_version: { version: 2, included_micros: 2_000_000, valid_from: iso(at) },
    });
    const sold = async (instant: number) => {
      const [alone, listed] = [
        await findSoldPlan(shop.db.read, plan, instant),
        (await listPlans(shop.db.read, { limit: 1_000 }, { at: instant })).find(({ id }) => id === plan),
      ];
      expect(listed?.version).toEqual(alone?.version);
      return alone?.version.version;
    };
    expect([await sold(0), await sold(at - 1), await sold(at), await sold(at + DAY)]).toEqual([1, 1, 2, 2]);
    const { versions } = await shown(plan);
    expect(versions).toMatchObject([{ version: 1 }, { version: 2, valid_from: iso(at), withdrawn_at: null }]);
  });

  test("is what those get who subscribe when it has begun, and not those before", async () => {
    const plan = await shop.plan(PREPAID);
    const customers = [await shop.customer(), await shop.customer(), await shop.customer()] as const;
    const subscribe = ({ id }: Customer) => shop.admin("POST", `tenants/${id}/subscription`, { plan_id: plan });
    const offered = async () => {
      const { data } = await customers[0].api<{ data: Shown[] }>("GET", "plans?limit=1000");
      return (data as (Shown & { id: string })[]).find(({ id }) => id === plan)?.included_micros;
    };

    await patch(plan, { included_micros: 2_000_000, valid_from: iso(inDays(2)) });
    await subscribe(customers[0]);
    expect([await versionOf(customers[0]), await offered()]).toEqual([1, 1_000_000]);
    await shop.pass(DAY);
    await subscribe(customers[1]);
    await shop.pass(DAY);
    await subscribe(customers[2]);
    expect(await offered()).toBe(2_000_000);
    expect(await Promise.all(customers.map(versionOf))).toEqual([1, 1, 2]);
    expect(await shop.admin("POST", `plans/${plan}/migrate`, {})).toMatchObject({ to_version: 2, moves: 2 });
  });

  test("is not what a migration moves to before it has begun", async () => {
    const plan = await shop.plan(PREPAID);
    const { id } = await shop.customer();
    await shop.admin("POST", `tenants/${id}/subscription`, { plan_id: plan });
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(inDays(2)) });
    expect(await shop.admin("POST", `plans/${plan}/migrate`, {})).toMatchObject({ to_version: 1, moves: 0, data: [] });
  });

  test("begins those cycles of a default plan that begin after it, however late somebody looks", async () => {
    const plan = await shop.plan(PREPAID);
    const [early, late] = [
      await shop.customer({ tenant: { default_plan_id: plan } }),
      await shop.customer({ tenant: { default_plan_id: plan } }),
    ];
    expect([await versionOf(early), await versionOf(late)]).toEqual([1, 1]);
    const month = windowAt("month", shop.clock.now(), "Asia/Kolkata").end!;
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(month + 12 * HOUR) });
    shop.clock.advance(month + HOUR - shop.clock.now());
    expect(await versionOf(early)).toBe(1);
    shop.clock.advance(24 * HOUR);
    const newcomer = await shop.customer({ tenant: { default_plan_id: plan } });
    expect([await versionOf(early), await versionOf(late), await versionOf(newcomer)]).toEqual([1, 1, 2]);
    expect(await shop.admin("POST", `plans/${plan}/migrate`, {})).toMatchObject({ to_version: 2, by_default: 2 });
    const next = windowAt("month", shop.clock.now(), "Asia/Kolkata").end!;
    shop.clock.advance(next + HOUR - shop.clock.now());
    expect([await versionOf(early), await versionOf(late)]).toEqual([2, 2]);
  });

  test("begins from the terms that hold then, and several follow each other", async () => {
    const plan = await shop.plan({ ...PREPAID, grace_days: 3 });
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(inDays(2)) });
    await patch(plan, { grace_days: 9, valid_from: iso(inDays(5)) });
    const { versions, version } = await shown(plan);
    expect(version).toBe(1);
    expect(versions).toMatchObject([
      ...[{ version: 1, included_micros: 1_000_000, grace_days: 3 }],
      { version: 2, included_micros: 2_000_000, grace_days: 3 },
      { version: 3, included_micros: 2_000_000, grace_days: 9 },
    ]);
    await shop.pass(3 * DAY);
    expect(await shown(plan)).toMatchObject({ version: 2, next_version: { version: 3 } });
    await shop.pass(3 * DAY);
    expect(await shown(plan)).toMatchObject({ version: 3, next_version: null });
  });
});

describe("a version that has not begun", () => {
  test("can be withdrawn, which is written down, and its number is not used again", async () => {
    const plan = await shop.plan(PREPAID);
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(inDays(2)) });
    const since = shop.clock.wall();
    expect((await withdraw(plan, 2)).status).toBe(204);
    expect((await withdraw(plan, 2)).status).toBe(204);
    expect(await listRecentAudit(shop.db.read, since)).toMatchObject([
      {
        ...{ action: "plan.version_withdrawn", subject_id: plan, tenant_id: null },
        ...{ before: { version: 2, withdrawn_at: null }, after: { version: 2, withdrawn_at: expect.any(String) } },
      },
    ]);
    expect(await shown(plan)).toMatchObject({ version: 1, next_version: null });
    await shop.pass(3 * DAY);
    expect(await shown(plan)).toMatchObject({ version: 1, included_micros: 1_000_000 });
    expect(await patch(plan, { included_micros: 3_000_000 })).toMatchObject({ version: 3, included_micros: 3_000_000 });
  });

  test("stays when it has begun, or is about to", async () => {
    const plan = await shop.plan(PREPAID);
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(shop.clock.now() + 5 * SECOND) });
    const begun = { status: 409, code: "conflict", says: /Version \d has begun/ } as const;
    expectRefusal(await withdraw(plan, 2), begun);
    expectRefusal(await withdraw(plan, 1), begun);
    for (const unknown of [3, 0, -1, "x", "1.5"])
      expectRefusal(await withdraw(plan, unknown), { status: 404, code: "not_found" });
    expectRefusal(await withdraw("pln_unknown", 1), { status: 404, code: "not_found" });
  });
});

describe("a date that makes no sense is refused, and changes nothing:", () => {
  test.each([
    ["one that is past", { included_micros: 5, valid_from: "2020-01-01T00:00:00Z" }, /valid_from: lies in the past/],
    ["none at all", { included_micros: 5, valid_from: "soon" }, /valid_from/],
    ["one without a zone", { included_micros: 5, valid_from: "2099-01-01T00:00:00" }, /valid_from/],
    ["of terms that stay", { included_micros: 1_000_000, valid_from: "2099-01-01T00:00:00Z" }, /none of them does/],
    ["of a name", { name: "Then", valid_from: "2099-01-01T00:00:00Z" }, /name: changes at once/],
    ["of limits", { limits: [], valid_from: "2099-01-01T00:00:00Z" }, /limits: changes at once/],
    ["of being seen", { visibility: "hidden", valid_from: "2099-01-01T00:00:00Z" }, /visibility: changes at once/],
    ["of being sold again", { archived: false, valid_from: "2099-01-01T00:00:00Z" }, /archived: a plan is sold again/],
    ["of nothing", { valid_from: "2099-01-01T00:00:00Z" }, /none of them does/],
  ])("%s", async (_what, fields, says) => {
    const plan = await shop.plan(PREPAID);
    const before = await shown(plan);
    expectRefusal(await tried(plan, fields), { status: 400, code: "invalid_request", says });
    expect(await shown(plan)).toEqual(before);
  });

  test("one before that of a version to come, which would undo it", async () => {
    const plan = await shop.plan(PREPAID);
    await patch(plan, { included_micros: 2_000_000, valid_from: iso(inDays(4)) });
    const refusal = { status: 409, code: "conflict", says: /version 2 holds from .* withdraw it first/ } as const;
    expectRefusal(await tried(plan, { included_micros: 3_000_000 }), refusal);
    expectRefusal(await tried(plan, { included_micros: 3_000_000, valid_from: iso(inDays(3)) }), refusal);
    const renamed = `Renamed ${shop.clock.wall()}`;
    expect(await patch(plan, { name: renamed })).toMatchObject({ name: renamed, version: 1 });
    expect((await withdraw(plan, 2)).status).toBe(204);
    expect(await patch(plan, { included_micros: 3_000_000 })).toMatchObject({ version: 3 });
  });
});

test("a plan that is archived with a date is sold until then", async () => {
  const plan = await shop.plan(PREPAID);
  const [first, second] = [await shop.customer(), await shop.customer()];
  const at = iso(inDays(2));
  expect(await patch(plan, { archived: true, valid_from: at })).toMatchObject({ archived_at: at, version: 1 });
  const subscribe = ({ id }: Customer) => asAdmin(shop, "POST", `tenants/${id}/subscription`, { plan_id: plan });
  const isOffered = async () =>
    (await first.api<{ data: { id: string }[] }>("GET", "plans?limit=1000")).data.some(({ id }) => id === plan);
  expect([(await subscribe(first)).status, await isOffered()]).toEqual([201, true]);
  await shop.pass(2 * DAY);
  expect(await isOffered()).toBe(false);
  expectRefusal(await subscribe(second), { status: 409, code: "conflict", says: /no longer sold/ });
  expect(await patch(plan, { archived: false })).toMatchObject({ archived_at: null });
  expect((await subscribe(second)).status).toBe(201);
});
