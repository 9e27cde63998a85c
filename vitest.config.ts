import { defineConfig } from "vitest/config";

/** Every room whose promises rest on a database is tested on both. */
const ON_POSTGRES = [
  ...["db", "ledger", "usage", "tenants", "catalog", "gateway", "http", "scenarios"],
  ...[
    "admins",
    "outgoing",
    "billing",
    "reports",
    "alerts",
    "desk",
    "reconcile",
    "import",
    "jobs",
    "simulation",
    "privacy",
  ],
];
/** Tests of what one engine has: several nodes and broken connections on Postgres, the claim of a file on SQLite. */
const ONLY_POSTGRES = "test/**/*postgres.test.ts";
const ONLY_SQLITE = "test/**/*.sqlite.test.ts";
/** Long stories that are told on SQLite alone, so that a whole run stays short: what they rest on is tested on both. */
const TOLD_ONCE = [
  ...["storm", "lost-answers", "crash-points", "sandbox-restart"].map((name) => `test/scenarios/${name}.test.ts`),
  "test/billing/bad-input-*.test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    // Half of a run was the import of the same modules for each file. No module of ours keeps state that a second world in its process would meet.
    isolate: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["test/**/*.test.ts"],
          exclude: [ONLY_POSTGRES],
          env: { DATABASE_URL: "file:unused.db" },
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          exclude: [ONLY_SQLITE, ...TOLD_ONCE],
          include: [ONLY_POSTGRES, ...ON_POSTGRES.map((room) => `test/${room}/**/*.test.ts`)],
          globalSetup: ["test/support/postgres.ts"],
          // Chooses the engine when src/db is imported; the databases are made one by one (test/support/postgres.ts).
          env: { DATABASE_URL: "postgres://unused/unused" },
        },
      },
    ],
  },
});
