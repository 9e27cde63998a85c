/** The process that is killed: a gateway as in `openWorld`, told of business time by its parent, that ends itself by SIGKILL at a step. */
import { pino } from "pino";
import { openApp } from "../../src/app.ts";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import type { Step } from "../../src/billing/steps.ts";
import { openDatabase } from "../../src/db/database.ts";
import { openClaude } from "../../src/gateway/upstream.ts";
import { instant, movableClock } from "../../src/kernel/clock.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { later } from "./later.ts";
import { RAZORPAY, ROOT_SECRET, WEBHOOK_SECRET } from "./secrets.ts";
import { serve } from "./serve.ts";

export interface Settings {
  readonly database_url: string;
  readonly anthropic_url: string;
  readonly razorpay_url: string;
  /** Business time at the start. */
  readonly now: number;
  /** By how much real time seems to be later. */
  readonly laterMs: number;
}

/** Business time comes with every request, too. */
export const NOW_HEADER = "x-test-now";

async function live(settings: Settings): Promise<void> {
  const clock = movableClock(instant(settings.now));
  const seeming = later(clock, settings.laterMs);
  const follow = (now: number) => clock.advance(Math.max(0, now - clock.now()));
  let listening: Step | undefined;
  const step = (name: Step) => {
    if (name === listening) process.kill(process.pid, "SIGKILL");
  };

  const db = await openDatabase(settings.database_url, { migrate: false });
  const secrets = secretsFrom(ROOT_SECRET);
  const claude = openClaude({
    ...{ baseUrl: settings.anthropic_url, apiKey: "sk-ant-sandbox", timeoutMs: 60_000 },
    ...{ retriesMax: 0, connectionsMax: 20 },
  });
  const collectors = openCollectors({
    ...{ db, clock: seeming, secrets, base_url: settings.razorpay_url },
    operator: { ...RAZORPAY, webhook_secrets: [WEBHOOK_SECRET] },
  });
  const app = await openApp({
    ...{ db, clock: seeming, claude, secrets, collectors, step },
    ...{ log: pino({ level: "silent" }), nodeName: "mortal", sandbox: true, allowPrivateKeySets: true },
    // What watches from outside tells of every death, as it should: the stories are not about that.
    ...{ reconcileNightly: false, alertLooks: false },
    concurrency: { insideMax: 20, tenantInsideMax: 20, tenantWaitingMax: 20, waitMs: 30_000 },
    defaults: { onDisconnect: "abort", model: "claude-sonnet-5-5", max_tokens: 1_024, retriesMax: 2 },
  });
  const { port } = await serve((req, res) => {
    follow(Number(req.headers[NOW_HEADER] ?? 0));
    app.handler(req, res);
  });

  process.on("message", async ({ id, ask, now, dieAt }: { id: number; ask: string; now: number; dieAt?: Step }) => {
    follow(now);
    listening = ask === "listen" ? dieAt : listening;
    const error = ask === "run" ? await app.jobs.runDue().then(() => undefined, String) : undefined;
    process.send!({ done: id, error });
  });
  process.once("SIGTERM", () => process.exit(0));
  process.once("disconnect", () => process.exit(1));
  process.send!({ port });
}

if (import.meta.main) await live(JSON.parse(process.argv[2]!) as Settings);
