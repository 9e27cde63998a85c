import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertPrices } from "../../src/catalog/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { QUICK_START } from "../support/quick-start.ts";
import { ROOT_SECRET } from "../support/world.ts";
import { priceOf } from "./book.ts";

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), "tollgate-prices-"));
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

/** `tollgate …`, in a process of its own. */
const tollgate = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const cli = join(import.meta.dirname, "../../src/cli.ts");
    const env = { ...QUICK_START, PATH: process.env.PATH, DATABASE_URL: database.url, TOLLGATE_SECRET: ROOT_SECRET };
    execFile(process.execPath, [cli, ...args], { env, cwd: folder }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });

test("tollgate prices check exits with 0 while the book is the shipped list", async () => {
  const { code, out } = await tollgate("prices", "check");
  expect(out).toMatch(/agree/);
  expect(code).toBe(0);
});

test("… and with 1 where it is not, with the differences, as JSON where that is asked for", async () => {
  const own = { ...priceOf("claude-opus-5-5", "input", "3.9"), valid_from: 1, source: "admin", created_at: 0 };
  await database.db.transaction((tx) => insertPrices(tx, [own]));
  const told = await tollgate("prices", "check");
  expect(told.out).toMatch(/claude-opus-5-5 \(standard\): input is 3\.9 in the book and 4 in the list/);
  expect(told.code).toBe(1);
  const { code, out } = await tollgate("--json", "prices", "check");
  expect(JSON.parse(out)).toMatchObject({ differences: [{ model: "claude-opus-5-5", book: "3.9", file: "4" }] });
  expect(code).toBe(1);
});

test("… and with 2 where the file cannot be read or is no price list", async () => {
  expect(await tollgate("prices", "check", "nowhere.json")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/nowhere\.json/),
  });
  writeFileSync(join(folder, "bad.json"), "[]]");
  expect(await tollgate("prices", "check", "bad.json")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/bad\.json: is not JSON/),
  });
});

test("tollgate rerate says what would change, and that nothing was posted", async () => {
  const range = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-02-01T00:00:00Z"];
  expect(await tollgate("rerate", ...range)).toMatchObject({
    code: 0,
    out: "0 of 0 calls would change; --post posts the differences.\n",
  });
  expect(await tollgate("rerate", "--from", "yesterday", "--to", "today")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/from/),
  });
});
