import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordAlert } from "../../src/db/alerts.ts";
import { openCostAlerts } from "../../src/gateway/cost-alert.ts";
import { DAY, HOUR, instant } from "../../src/kernel/clock.ts";
import { micros } from "../../src/kernel/money.ts";
import { asAdmin, expectRefusal, soon } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { promptOf, says } from "./books.ts";

/** The operator hears, once, of each multiple of the threshold that a day's cost passes. */

const THRESHOLD = micros(1_000);

let world: World;
let tenant: TestTenant;
let logged: { passed_micros_usd: number }[];
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ fields: { timezone: "UTC" } });
  // Noon, so that no test meets midnight unawares.
  world.clock.advance(DAY + 12 * HOUR - (world.clock.now() % DAY));
});
afterAll(() => world.close());

function openAlerts() {
  logged = [];
  const log = pino({ level: "warn" }, { write: (line) => logged.push(JSON.parse(line)) });
  const onError = (error: unknown) => expect.unreachable(String(error));
  return openCostAlerts({ db: world.db, clock: world.clock, log, threshold_micros_usd: THRESHOLD, onError });
}

/** 104 × 2 + 50 × 10 micro-USD */
const COST = 708;
const spend = async (calls: number) => {
  for (let i = 0; i < calls; i++) {
    const answer = await world.messages(tenant.key, { messages: says(promptOf(400, "[[output_tokens=50]]")) });
    expect(answer.status).toBe(200);
  }
};

interface AlertRow {
  readonly id: string;
  readonly type: string;
  readonly tenant_id: string | null;
  readonly data: Record<string, unknown>;
  readonly created_at: string;
}
const alerts = async (query = "") =>
  (await world.admin<{ data: AlertRow[]; has_more: boolean; last_id: string }>("GET", `alerts${query}`)).data;

test("nothing is said below the threshold, and each multiple of it is said once, by whichever node looks first", async () => {
  const nodes = [openAlerts(), openAlerts()];
  const look = () => Promise.all(nodes.map((node) => node.look()));

  await spend(1);
  await look();
  expect(await alerts()).toEqual([]);

  await spend(1);
  await look();
  await look();
  const day = new Date(world.clock.now()).toISOString().slice(0, 10);
  expect(await alerts()).toEqual([
    {
      id: expect.stringMatching(/^alt_/),
      ...{ type: "cost.threshold", severity: "warning", tenant_id: null },
      ...{ acknowledged_at: null, acknowledged_by: null, note: null },
      data: {
        day,
        cost_micros_usd: 2 * COST,
        cost_usd: "0.001416",
        threshold_micros_usd: 1_000,
        passed_micros_usd: 1_000,
      },
      created_at: expect.stringMatching(`^${day}`),
    },
  ]);

  await spend(3);
  await look();
  expect((await alerts()).map(({ data }) => data.passed_micros_usd)).toEqual([3_000, 1_000]);
  expect(logged.map(({ passed_micros_usd }) => passed_micros_usd).filter((passed) => passed === 3_000)).toHaveLength(1);
  for (const node of nodes) await node.close();
});

test("another day begins at nothing", async () => {
  const node = openAlerts();
  world.clock.advance(DAY);
  const before = await alerts();
  await spend(1);
  await node.look();
  expect(await alerts()).toEqual(before);
  await spend(1);
  await node.look();
  expect((await alerts())[0]!.data).toMatchObject({ cost_micros_usd: 2 * COST, passed_micros_usd: 1_000 });
  expect(await alerts()).toHaveLength(before.length + 1);
  await node.close();
});

test("it looks by itself", async () => {
  const node = openAlerts();
  world.clock.advance(DAY);
  await spend(2);
  const day = new Date(world.clock.now()).toISOString().slice(0, 10);
  await soon(async () => expect((await alerts())[0]!.data.day).toBe(day));
  await node.close();
});

test("alerts are listed by type and tenant, page by page, newest first", async () => {
  const at = { wall: world.clock.wall(), now: world.clock.now() };
  const write = (dedupe: string, wall: number) =>
    world.db.transaction((tx) =>
      recordAlert(tx, {
        dedupe,
        tenant_id: tenant.id as never,
        type: "quota.exhausted",
        data: { dedupe },
        at: { ...at, wall: instant(wall) },
      }),
    );
  expect(await write("a", at.wall)).toBe(true);
  expect(await write("b", at.wall + 1)).toBe(true);
  expect(await write("a", at.wall + 2)).toBe(false);

  const mine = await alerts(`?tenant_id=${tenant.id}`);
  expect(mine.map(({ data }) => data.dedupe)).toEqual(["b", "a"]);
  expect(await alerts(`?type=quota.exhausted&limit=1&after_id=${mine[0]!.id}`)).toEqual([mine[1]]);
  expect((await alerts("?type=cost.threshold")).every(({ type }) => type === "cost.threshold")).toBe(true);
  expect(await alerts("?type=nothing")).toEqual([]);
  expectRefusal(await asAdmin(world, "GET", "alerts?tenant_id=ten_nobody"), { status: 404, code: "not_found" });
});
