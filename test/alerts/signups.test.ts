import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AlertSettings, boundsOf } from "../../src/alerts/settings.ts";
import { lookAtSignups } from "../../src/alerts/signups.ts";
import { HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { micros, paise } from "../../src/kernel/money.ts";
import { type Lookout, openLookout } from "./lookout.ts";

let out: Lookout;
let free: string;
beforeAll(async () => {
  out = await openLookout();
  free = (await out.plan({ included_micros: micros(5_000_000) })).plan_id;
});
afterAll(() => out.close());
beforeEach(() => out.clear());

const settings = AlertSettings.parse({ signups: { hour_min: 20, ratio_min: 5 } });
const look = () => lookAtSignups(out, boundsOf("signups", settings, new Map()));
const minutesAgo = (minutes: number) => out.clock.wall() - minutes * MINUTE;

test("many new users within an hour on a free plan are told of, once a day", async () => {
  const tenant_id = await out.tenant({ billing: "user", default_plan_id: free });
  await out.insert.users(19, { tenant_id, at: minutesAgo(30) });
  await look();
  expect(await out.raised()).toEqual([]);
  await out.insert.users(1, { tenant_id, at: minutesAgo(5) });
  await look();
  await out.insert.users(30, { tenant_id, at: minutesAgo(1) });
  await look();
  expect(await out.raised()).toEqual([
    { type: "signups.surge", tenant_id, data: { users: 20, usual_per_hour: 0, plan_id: free } },
  ]);
});

test("what is usual for a tenant is not, nor what was before the hour", async () => {
  const popular = await out.tenant({ billing: "user", default_plan_id: free });
  for (let hour = 2; hour < 100; hour++)
    await out.insert.users(20, { tenant_id: popular, at: out.clock.wall() - hour * HOUR });
  await out.insert.users(50, { tenant_id: popular, at: minutesAgo(20) });
  const earlier = await out.tenant({ billing: "user", default_plan_id: free });
  await out.insert.users(50, { tenant_id: earlier, at: minutesAgo(70) });
  await look();
  expect(await out.raised()).toEqual([]);
});

test("users of a tenant that pays for all of them, or who pay themselves, may come by the hundred", async () => {
  const { plan_id } = await out.plan({ collection: "subscription", price_paise: paise(50_000) });
  for (const tenant_id of [
    await out.tenant({ billing: "tenant", default_plan_id: free }),
    await out.tenant({ billing: "user", default_plan_id: plan_id }),
    await out.tenant({ billing: "user", default_plan_id: null }),
  ])
    await out.insert.users(50, { tenant_id, at: minutesAgo(10) });
  await look();
  expect(await out.raised()).toEqual([]);
});
