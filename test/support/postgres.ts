import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the test run's Postgres, as its superuser. */
    postgresUrl: string;
  }
}

/** A database of a test's own; `drop` also ends connections that are still open. */
export type TestDatabase = { url: string; drop(): Promise<void> };

/** Makes a database: empty, or a copy of the template (see `templateDatabase`). Only in the project `postgres`. */
export async function createDatabase(template = "template1"): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asSuperuser((client) => client.query(`create database "${name}" template "${template}"`));
  return {
    url: urlOf(name),
    drop: () =>
      asSuperuser(async (client) => void (await client.query(`drop database if exists "${name}" with (force)`))),
  };
}

/**
 * Prepares a database that others are copied from, once in a test run, whichever worker comes first, and answers its
 * name. `prepare` must close its connections: a database that is in use cannot be copied.
 */
export function templateDatabase(name: string, prepare: (url: string) => Promise<void>): Promise<string> {
  return asSuperuser(async (client) => {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount) return name;
    await client.query(`drop database if exists "${name}_unfinished" with (force)`);
    await client.query(`create database "${name}_unfinished"`);
    await prepare(urlOf(`${name}_unfinished`));
    await client.query(`alter database "${name}_unfinished" rename to "${name}"`);
    return name;
  });
}

async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

/** Vitest's global setup: starts the one Postgres of the run, and stops it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = spawn(process.execPath, [path.join(import.meta.dirname, "postgres-server.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // Ctrl-C is not for it: it stops when its standard input ends
  });
  const closed = once(server, "close");
  const [url] = await Promise.race([once(createInterface(server.stdout), "line"), closed.then(() => [])]);
  if (url === undefined) throw new Error("Postgres did not start; see above");
  project.provide("postgresUrl", url);
  return async () => {
    server.stdin.end();
    await closed;
  };
}
