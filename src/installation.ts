import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { ensureAdminToken } from "./admins/bootstrap.ts";
import { SEED_SOURCE } from "./catalog/seed.ts";
import { seedPriceBook } from "./catalog/store.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import { dialectOf } from "./db/dialect.ts";
import { installation } from "./db/schema.ts";
import { sqlitePath } from "./db/sqlite.ts";
import { type Clock, instant, movableClock, systemClock } from "./kernel/clock.ts";
import { type Secrets, secretsFrom } from "./tenants/seal.ts";

/** The configuration fits its database no longer: the process ends with exit code 2. */
export class Unusable extends Error {}

/** The root secret: the configured one, or the file beside the SQLite database, made at the first start and readable by its owner alone. */
export function openSecrets(config: Config): Secrets {
  if (config.TOLLGATE_SECRET) return secretsFrom(config.TOLLGATE_SECRET);
  if (dialectOf(config.DATABASE_URL) === "postgres") throw new Unusable("TOLLGATE_SECRET: must be set with Postgres");
  const file = join(dirname(sqlitePath(config.DATABASE_URL)), "secret");
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  }
  return secretsFrom(readFileSync(file, "utf8").trim());
}

/**
 * Brings a migrated database to what this build expects: its mode (live and sandbox are never mixed), the shipped prices, the admin
 * token. Returns the token when it was made just now.
 */
export async function prepareInstallation(
  { db, clock }: { db: Database; clock: Clock },
  config: Pick<Config, "sandbox" | "TOLLGATE_ADMIN_TOKEN">,
): Promise<{ newAdminToken: string | null }> {
  const mode = config.sandbox ? "sandbox" : "live";
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(installation).where(eq(installation.name, "mode"));
    if (row && row.value !== mode) {
      throw new Unusable(
        `DATABASE_URL: this database is a ${row.value} one and Tollgate was started in ${mode} mode. ${
          mode === "sandbox" ? "Set ANTHROPIC_API_KEY, or use" : "Use"
        } another database.`,
      );
    }
    if (!row) await tx.insert(installation).values({ name: "mode", value: mode });
    await seedPriceBook(tx, { source: SEED_SOURCE, created_at: clock.wall() });
    return { newAdminToken: await ensureAdminToken(tx, config.TOLLGATE_ADMIN_TOKEN) };
  });
}

/** How far the sandbox's clock was moved ahead, in ms: a restart does not turn it back. */
async function keptClock(db: Database): Promise<number> {
  const [row] = await db.read.select().from(installation).where(eq(installation.name, "clock_ahead_ms"));
  return row ? Number(row.value) : 0;
}

/** The time that business goes by: in the sandbox, ahead by what it was moved on. */
export const clockOf = async (db: Database, { sandbox }: Pick<Config, "sandbox">): Promise<Clock> =>
  sandbox ? movableClock(instant(systemClock.now() + (await keptClock(db)))) : systemClock;

export const keepClock = (db: Database, ahead_ms: number): Promise<void> =>
  keep(db, "clock_ahead_ms", String(Math.max(0, Math.round(ahead_ms))));

/** What the simulators know stands in the database whose customers and calls it is about: a restart or a restored backup has both or neither. */
export const keeperOf = (db: Database, name: Exclude<Kept, "clock_ahead_ms">) => ({
  async load(): Promise<string | null> {
    const [row] = await db.read.select().from(installation).where(eq(installation.name, name));
    return row?.value ?? null;
  },
  save: (text: string): Promise<void> => keep(db, name, text),
});

type Kept = "clock_ahead_ms" | "razorpay_books" | "anthropic_reports";

async function keep(db: Database, name: Kept, value: string): Promise<void> {
  await db.transaction((tx) =>
    tx.insert(installation).values({ name, value }).onConflictDoUpdate({ target: installation.name, set: { value } }),
  );
}
