import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A proxy under measurement, in a process of its own. */
export interface Subject {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** CPU of its process so far, user and system, in µs. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

const UPSTREAM_KEY = "sk-ant-sandbox";
const ADMIN_TOKEN = "bench-admin-token-0123456789";

export const startBare = (upstream: string): Promise<Subject> =>
  start("bare.ts", { BENCH_UPSTREAM: upstream }, { "x-api-key": UPSTREAM_KEY });

/** A gateway on a database of its own, and a JWT of one of its users. */
export async function startGateway(upstream: string, databaseUrl: string): Promise<Subject> {
  const subject = await start(
    "gateway.ts",
    {
      DATABASE_URL: databaseUrl,
      PORT: "0",
      LOG_FORMAT: "json",
      ANTHROPIC_API_KEY: UPSTREAM_KEY,
      ANTHROPIC_BASE_URL: upstream,
      TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    },
    {},
  );
  const post = async (path: string, body: unknown, token: string): Promise<Record<string, string>> => {
    const answer = await fetch(`${subject.url}/api/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const tenant = await post("admin/tenants", { name: "Bench", currency: "USD" }, ADMIN_TOKEN);
  await post(`admin/tenants/${tenant.id}/credits`, { amount_micros: 1_000_000_000_000, reason: "bench" }, ADMIN_TOKEN);
  const key = await post(
    `admin/tenants/${tenant.id}/keys`,
    { name: "bench", scopes: ["inference", "tokens:issue"] },
    ADMIN_TOKEN,
  );
  const { token } = await post("auth/token", { sub: "user-1", ttl_seconds: 3600 }, key.secret!);
  return { ...subject, headers: { authorization: `Bearer ${token}` } };
}

async function start(script: string, env: Record<string, string>, headers: Record<string, string>): Promise<Subject> {
  const child = fork(join(import.meta.dirname, script), {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { url } = (await answerOf(child, "url")) as { url: string };
  return {
    url,
    headers,
    async cpuMicros() {
      const answer = answerOf(child, "cpu");
      child.send("cpu");
      return ((await answer) as { cpu: number }).cpu;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function answerOf(child: ChildProcess, field: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
    };
    const onMessage = (message: object) => {
      if (!(field in message)) return;
      done();
      resolve(message);
    };
    const onExit = (code: number | null) => {
      done();
      reject(new Error(`the process ended with ${code}`));
    };
    child.on("message", onMessage);
    child.on("exit", onExit);
  });
}
