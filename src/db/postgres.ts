import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { type Database, type DatabaseOptions, migrationsFolder, type Reader, type Tx } from "./database.ts";
import { sqlState } from "./errors.ts";

/** Serialization failure and deadlock: the transaction did not happen, and may be tried again. */
const RETRIED = new Set(["40001", "40P01"]);
const ATTEMPTS_MAX = 6;
/** Any number, as long as it is ours: one node migrates at a time. */
const MIGRATION_LOCK = 7_655_443;

/** A pool of connections; several nodes may share the database. Commits are durable (`synchronous_commit` is the server's default, on). */
export async function openPostgres(url: string, options: DatabaseOptions): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: options.connectionsMax ?? 10 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  if (options.migrate !== false) await migrateOnce(pool);
  const db = drizzle(pool);

  return {
    read: db as unknown as Reader,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        const client = await pool.connect();
        let broken: Error | undefined;
        try {
          await client.query("begin");
          const result = await work(drizzle(client) as unknown as Tx);
          await client.query("commit");
          return result;
        } catch (error) {
          // Where the connection is gone there is nothing to roll back, and the first error is the one that says why.
          await client.query("rollback").catch((error: Error) => {
            broken = error;
          });
          if (attempt === ATTEMPTS_MAX || !RETRIED.has(sqlState(error) ?? "")) throw error;
        } finally {
          client.release(broken);
        }
      }
    },
    close: () => pool.end(),
  };
}

async function migrateOnce(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    try {
      await migrate(drizzle(client), { migrationsFolder: migrationsFolder("postgres") });
    } finally {
      await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
    }
  } finally {
    client.release();
  }
}
