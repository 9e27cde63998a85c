import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

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
/** Each may have some twenty connections to the one Postgres. */
const WORKERS_MAX = 4;

export default defineConfig({
  test: {
    pool: "forks",
    // One more than there are cores, because a test waits for a third of its time: for Postgres, a browser, or a moment to come.
    maxWorkers: Math.min(availableParallelism() + 1, WORKERS_MAX),
    sequence: { sequencer: LongestFirst },
    // Half of a run was the import of the same modules for each file. No module of ours keeps state that a second world in its process would meet.
    isolate: false,
    testTimeout: 300_000,
    // What is waited for comes when it comes: a slow machine is no fault.
    expect: { poll: { timeout: 45_000 } },
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["test/**/*.test.ts"],
          exclude: [ONLY_POSTGRES],
          globalSetup: ["test/support/sqlite.ts"],
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
