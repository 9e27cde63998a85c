import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AlertSettings, boundsOf } from "../../src/alerts/settings.ts";
import { keepDays, lookAtSpend } from "../../src/alerts/spend.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { at, type Lookout, openLookout, rupees } from "./lookout.ts";

/** Wednesday noon in India. */
const NOON = at("2027-02-17T12:00:00+05:30");
const MORNING = at("2027-02-17T09:00:00+05:30");

let out: Lookout;
let tenant: TenantId;
beforeAll(async () => {
  out = await openLookout(NOON);
});
afterAll(() => out.close());
beforeEach(async () => {
  await out.clear();
  tenant = await out.tenant();
});

const settings = (fields: object) =>
  boundsOf("spend_anomaly", AlertSettings.parse({ spend_anomaly: fields }), new Map());
const look = (fields: object = {}) => lookAtSpend(out, settings(fields), keepDays());
const spend = (amount: number, hour: number = MORNING, who = tenant) =>
  out.used(who, hour, { spend_micros: rupees(amount) });
/** The same weekday of so many weeks, about a hundred rupees each. */
const usual = async (weeks: number, who = tenant) => {
  for (let week = 1; week <= weeks; week++) await spend(100 + (week % 3), MORNING - week * 7 * DAY, who);
};

test("a day that comes to five times its weekday is told of, once, with what is usual", async () => {
  await usual(8);
  await spend(500);
  await look();
  await look();
  expect(await out.raised()).toEqual([
    {
      type: "spend.anomaly",
      tenant_id: tenant,
      data: {
        ...{ day_from: "2027-02-16T18:30:00.000Z", day_to: "2027-02-17T18:30:00.000Z", currency: "INR" },
        ...{ spend_micros: rupees(500), usual_micros: rupees(101), ratio: 4.95, score: 39.5, weeks: 8 },
      },
    },
  ]);
});

test("a usual day is not", async () => {
  await usual(8);
  await spend(150);
  await look();
  expect(await out.raised()).toEqual([]);
});

test("a tenant without enough history is left alone, however much it spends", async () => {
  await usual(3);
  await spend(50_000);
  await look();
  expect(await out.raised()).toEqual([]);
});

test("weekends are held against weekends", async () => {
  // Every day but Wednesday is a busy one; a busy Wednesday is news all the same.
  for (let day = 1; day <= 56; day++) await spend(day % 7 === 0 ? 10 : 1_000, MORNING - day * DAY);
  await spend(1_000);
  await look();
  expect(await out.raised()).toMatchObject([{ data: { usual_micros: rupees(10) } }]);
});

test("what is little money is not told of, whatever is usual", async () => {
  await out.rate(85_000_000, 0);
  for (let week = 1; week <= 8; week++) await spend(1, MORNING - week * 7 * DAY);
  await spend(84);
  await look();
  expect(await out.raised()).toEqual([]);
  await spend(1, MORNING + HOUR);
  await look();
  expect(await out.raised()).toHaveLength(1);
});

test("another tenant's spend is no history, and the settings decide what stands out", async () => {
  const other = await out.tenant();
  await usual(8, other);
  await spend(500);
  await look();
  expect(await out.raised()).toEqual([]);
  await spend(500, MORNING, other);
  await look({ ratio_min: 10 });
  expect(await out.raised()).toEqual([]);
  await look();
  expect(await out.raised()).toMatchObject([{ tenant_id: other }]);
});
