import { sql } from "drizzle-orm";
import { dump } from "../privacy/dump.ts";
import type { World } from "./world.ts";

type Runner = Readonly<Partial<Record<"run" | "execute", (query: unknown) => unknown>>>;

/** While `work` runs nothing can be written to the audit log. */
export async function withoutAuditLog<T>({ db }: Pick<World, "db">, work: () => Promise<T>): Promise<T> {
  const renamed = (from: string, to: string) =>
    db.transaction(async (tx) => {
      const runner = tx as unknown as Runner;
      const query = sql.raw(`alter table ${from} rename to ${to}`);
      await (runner.run ? runner.run(query) : runner.execute?.(query));
    });
  await renamed("audit", "audit_away");
  try {
    return await work();
  } finally {
    await renamed("audit_away", "audit");
  }
}

/** What goes on by itself, whoever asks for what. */
const RESTLESS = ["nodes", "jobs", "outcome_minutes", "idempotency", "idempotency (unsealed)"];

/** Everything that is stored, but for what moves by itself. */
export async function everything(world: World): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = [...(await dump(world))].filter(([name]) => !RESTLESS.includes(name));
  return Object.fromEntries(tables.map(([name, rows]) => [name, [...rows].sort()]));
}
