import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/db/database.ts";
import { claimSqlite } from "../../src/db/sqlite.ts";

const SERVER = `
  const { claimSqlite } = await import(process.argv[1]);
  try {
    const letGo = claimSqlite(process.argv[2]);
    process.send("claimed");
    process.once("SIGTERM", letGo); // and keeps the claim: one that is forgotten is let go
    setInterval(() => {}, 1_000);
  } catch (error) {
    process.send(error.message);
    process.disconnect();
  }
`;

/** One server serves a file; on Postgres there may be many. */
describe("a claim on a database file", () => {
  let folder: string;
  let url: string;
  const servers: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tollgate-claim-"));
    url = `file:${path.join(folder, "new folder", "test.db")}`;
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await ended(server);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another process that claims the file, and what it says. */
  async function serve(): Promise<{ server: ChildProcess; said: string }> {
    const source = new URL("../../src/db/sqlite.ts", import.meta.url).href;
    const server = spawn(process.execPath, ["--input-type=module", "-e", SERVER, source, url], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    servers.push(server);
    const [said] = (await once(server, "message")) as [string];
    return { server, said };
  }

  async function ended(server: ChildProcess): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
  }

  test("is refused while this process serves the file, and free once it lets go", () => {
    const letGo = claimSqlite(url);
    expect(() => claimSqlite(url)).toThrow(/another Tollgate is serving .*test\.db/);
    letGo();
    claimSqlite(url)();
  });

  test("is refused to another process, and the other way round", async () => {
    const letGo = claimSqlite(url);
    expect((await serve()).said).toMatch(/another Tollgate is serving/);
    letGo();
    const { server, said } = await serve();
    expect(said).toBe("claimed");
    expect(() => claimSqlite(url)).toThrow(/another Tollgate/);
    await ended(server);
  });

  test("is free after a server was killed without a word", async () => {
    const { server, said } = await serve();
    expect(said).toBe("claimed");
    await ended(server);
    claimSqlite(url)();
  });

  test("does not stand in the way of the database itself, nor of another file", async () => {
    const letGo = claimSqlite(url);
    await (await openDatabase(url)).close();
    claimSqlite(url.replace("test.db", "other.db"))();
    letGo();
  });
});
