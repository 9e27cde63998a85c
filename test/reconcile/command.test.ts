import { type ChildProcess, execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as t from "../../src/db/schema.ts";
import { DAY, systemClock } from "../../src/kernel/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import { NO_FIGURES } from "../../src/reconcile/books/rollups/figures.ts";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import type { Figure } from "../../src/usage/rollups/figures.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { QUICK_START } from "../support/quick-start.ts";
import { ROOT_SECRET } from "../support/secrets.ts";
import { ADMIN_KEY, SANDBOX_KEY } from "../support/world.ts";

let database: TestDatabase;
let provider: SandboxAnthropic;
/** A provider that takes a question and never answers. */
let silent: Server;
let asked = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  provider = await openSandboxAnthropic({ keys: [SANDBOX_KEY] });
  silent = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await provider.close();
  await database.close();
});

const midnight = systemClock.now() - (systemClock.now() % DAY);
const day = (before: number) => new Date(midnight - before * DAY).toISOString().slice(0, 10);
const span = ["--from", day(4), "--to", day(2)];

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `tollgate …`, in a process of its own. */
function tollgate(args: readonly string[], base_url = provider.url): { child: ChildProcess; ended: Promise<Ended> } {
  const cli = join(import.meta.dirname, "../../src/cli.ts");
  const env = {
    ...{ ...QUICK_START, PATH: process.env.PATH, DATABASE_URL: database.url, TOLLGATE_SECRET: ROOT_SECRET },
    ...{ ANTHROPIC_API_KEY: SANDBOX_KEY, ANTHROPIC_ADMIN_KEY: ADMIN_KEY, ANTHROPIC_BASE_URL: base_url },
  };
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(process.execPath, [cli, ...args], { env }, (error, out, err) =>
    resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
  );
  return { child, ended };
}
const run = (...args: string[]) => tollgate(args).ended;

/** A rollup of events that never were. */
const plant = () =>
  database.db.transaction(async (tx) => {
    const of = { tenant_id: newId("tenant", systemClock.wall()), zone: "UTC" };
    await tx.insert(t.usageZones).values(of);
    await tx.insert(t.usageSubjects).values({
      ...{
        tenant_id: of.tenant_id,
        kind: "user",
        subject_id: "",
        currency: "USD",
        grain: t.SUBJECT_GRAINS.day,
        at: midnight - 3 * DAY,
      },
      ...{ requests: 1, input_tokens: 1, output_tokens: 5, cost_micros_usd: micros(0), spend_micros: micros(0) },
      ...{ uncovered_micros: micros(0), errors: 0 },
    });
    const figures = NO_FIGURES as { readonly [F in Figure]: (typeof t.usageDetail.$inferInsert)[F] };
    await tx.insert(t.usageDetail).values({
      ...{ ...of, part: "" as const, slice: "", grain: t.GRAINS.slot, at: midnight - 3 * DAY, user_id: "", key_id: "" },
      ...{ model: "claude-haiku-4-5", plan_version_id: "", currency: "USD" },
      ...{ ...figures, requests: 1, input_tokens: 1, output_tokens: 5 },
    });
  });

test("tollgate reconcile exits with 1 where something differs, and says what; --repair puts it right; then it exits with 0", async () => {
  await plant();
  const found = await run("reconcile", ...span);
  expect(found.out).toContain("warning rollup_differs");
  expect(found.out).toContain("left out: collector");
  expect(found.code).toBe(1);

  const repaired = await run("--json", "reconcile", ...span, "--repair");
  expect(JSON.parse(repaired.out)).toMatchObject({
    status: "done",
    repair: true,
    findings: [{ kind: "rollup_differs", repaired: true }],
  });
  expect(await run("reconcile", ...span)).toMatchObject({ code: 0, out: expect.stringContaining("No finding") });
});

test("… and with 2 where the span is none", async () => {
  const { code, err } = await run("reconcile", "--from", day(2), "--to", day(4));
  expect(err).toContain("must be later than from");
  expect(code).toBe(2);
});

test("a run whose process is killed in the middle is finished by the next, and finds what the first would have found", async () => {
  await plant();
  const first = tollgate(["reconcile", ...span], `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(0);
  first.child.kill("SIGKILL");
  await first.ended;
  const underWay = (await database.db.read.select().from(t.reconciliations)).filter(({ state }) => state === "running");
  expect(underWay).toMatchObject([{ plan: expect.arrayContaining([`provider.day ${day(4)}`]) }]);
  const { id, plan, step } = underWay[0]!;
  expect(plan[step]).toBe(`provider.day ${day(4)}`);

  // The dead process's lease runs out.
  await database.db.transaction(async (tx) => {
    await tx.update(t.reconciliations).set({ leased_until: 0 });
  });
  const second = await run("--json", "reconcile", ...span);
  expect(JSON.parse(second.out)).toMatchObject({
    ...{ id, status: "done", sides: ["books", "provider"], findings: [{ kind: "rollup_differs" }] },
    progress: { done: plan.length, of: plan.length },
  });
  expect(second.code).toBe(1);
});
