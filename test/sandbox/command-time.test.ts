import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepClock } from "../../src/installation.ts";
import { DAY, systemClock } from "../../src/kernel/clock.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { ROOT_SECRET } from "../support/secrets.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a command goes by the time that the sandbox was moved on to", async () => {
  await keepClock(database.db, 40 * DAY);
  const cli = join(import.meta.dirname, "../../src/cli.ts");
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, TOLLGATE_SECRET: ROOT_SECRET };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "--json", "report", "usage"], { env });
  const { to } = JSON.parse(stdout) as { to: string };
  expect(Date.parse(to)).toBeGreaterThan(systemClock.now() + 39 * DAY);
});
