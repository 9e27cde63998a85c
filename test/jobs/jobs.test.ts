import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { jobs as jobRows } from "../../src/db/schema.ts";
import { openJobs } from "../../src/jobs/jobs.ts";
import { listJobs } from "../../src/jobs/store.ts";
import { HOUR, MINUTE, type MovableClock, movableClock } from "../../src/kernel/clock.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let clock: MovableClock;
const log = pino({ level: "silent" });

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clock = movableClock();
  await database.db.transaction((tx) => tx.delete(jobRows));
});

const node = (name: string) => ({ db: database.db, clock, log, nodeId: name });

test("a job runs when its business time has come, and again an interval later", async () => {
  let runs = 0;
  const jobs = await openJobs(node("a"), [{ name: "count", everyMs: HOUR, run: async () => ++runs }]);
  await jobs.runDue();
  await jobs.runDue();
  expect(runs).toBe(1);
  clock.advance(HOUR);
  expect(await jobs.runDue()).toEqual(["count"]);
  expect(runs).toBe(2);
  await jobs.close();
});

test("of two nodes one does what is due", async () => {
  const ran: string[] = [];
  const job = (who: string) => [{ name: "once", everyMs: HOUR, run: async () => ran.push(who) }];
  const [a, b] = [await openJobs(node("a"), job("a")), await openJobs(node("b"), job("b"))];
  await Promise.all([a.runDue(), b.runDue()]);
  expect(ran).toHaveLength(1);
  await Promise.all([a.close(), b.close()]);
});

test("a job that is under way on one node is not begun by another", async () => {
  const begun = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const a = await openJobs(node("a"), [
    {
      name: "long",
      everyMs: HOUR,
      run: () => {
        begun.resolve();
        return going.promise;
      },
    },
  ]);
  const running = a.runDue();
  await begun.promise;
  clock.advance(5 * HOUR);
  const b = await openJobs(node("b"), [{ name: "long", everyMs: HOUR, run: async () => {} }]);
  expect(await b.runDue()).toEqual([]);
  going.resolve();
  expect(await running).toEqual(["long"]);
  await Promise.all([a.close(), b.close()]);
});

test("what a node that died had taken is taken over once its lease has ended", async () => {
  const jobs = await openJobs(node("b"), [{ name: "left", everyMs: HOUR, run: async () => {} }]);
  await jobs.runDue();
  clock.advance(HOUR);
  await database.db.transaction((tx) =>
    tx.update(jobRows).set({ node_id: "dead", leased_until: clock.wall() + 10 * MINUTE }),
  );
  expect(await jobs.runDue()).toEqual([]);
  await database.db.transaction((tx) => tx.update(jobRows).set({ node_id: "dead", leased_until: clock.wall() - 1 }));
  expect(await jobs.runDue()).toEqual(["left"]);
  await jobs.close();
});

test("a job that fails says why, is tried again within a minute, and stops no other", async () => {
  let fails = true;
  const jobs = await openJobs(node("a"), [
    {
      name: "fragile",
      everyMs: 24 * HOUR,
      run: async () => {
        if (fails) throw new Error("no luck today");
      },
    },
    { name: "sound", everyMs: HOUR, run: async () => {} },
  ]);
  expect(await jobs.runDue()).toEqual(["fragile", "sound"]);
  expect(await listJobs(database.db.read)).toMatchObject([
    { name: "fragile", last_error: "no luck today", runs: 1 },
    { name: "sound", last_error: null, runs: 1 },
  ]);
  fails = false;
  clock.advance(MINUTE);
  expect(await jobs.runDue()).toEqual(["fragile"]);
  expect((await listJobs(database.db.read))[0]).toMatchObject({ last_error: null, runs: 2 });
  await jobs.close();
});

test("one that hangs on others keeps nobody waiting, and is not begun again before it has ended", async () => {
  const going = Promise.withResolvers<void>();
  const ran: string[] = [];
  const asks = {
    ...{ name: "asks", everyMs: HOUR, waitMaxMs: 1 },
    run: async () => {
      ran.push("asks");
      await going.promise;
    },
  };
  const after = { name: "after", everyMs: HOUR, run: async () => ran.push("after") };
  const jobs = await openJobs(node("a"), [asks, after]);
  expect(await jobs.runDue()).toEqual(["asks", "after"]);
  clock.advance(HOUR);
  expect(await jobs.runDue()).toEqual(["after"]);
  going.resolve();
  await expect.poll(async () => (await listJobs(database.db.read)).find(({ name }) => name === "asks")?.runs).toBe(1);
  expect(await jobs.runDue()).toEqual(["asks"]);
  expect(ran).toEqual(["asks", "after", "after", "asks"]);
  await jobs.close();
});
