import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { QUICK_START } from "../support/quick-start.ts";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tollgate-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a sandbox that cannot be served says why and ends: nothing that it had opened keeps it alive", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const env = { ...QUICK_START, PATH: process.env.PATH, PORT: `${port}`, DATABASE_URL: `file:${folder}/start.db` };
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(process.execPath, [MAIN], { cwd: folder, env }, (error, _, said) => resolve({ code: error?.code, said }));
  });
  taken.close();
  expect(said).toContain(`tollgate: PORT: ${port} is in use on 127.0.0.1`);
  expect(code).toBe(2);
});
