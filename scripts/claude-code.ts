/**
 * `npm run claude-code [-- --version 2.1.329 --prompt "Say hello"]`: Claude Code itself, from the npm registry, asks a Tollgate of
 * its own with the simulated provider behind it. Prints the answer and what it cost; fails where there is no answer, or the books differ
 * from what the provider served. It is large and may not be redistributed, so it is no dependency: it goes into a folder that is
 * thrown away, which also is its home.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openSandboxAnthropic, type Tally } from "../src/sandbox/anthropic/server.ts";
import { Failure, npm } from "./bootstrap/npm.mjs";
import { type ServerProcess, startServer } from "./support/server-process.ts";

const ADMIN = "claude-code-admin-token-0123456789";
const UPSTREAM_KEY = "sk-ant-sandbox";
const ANSWER_MS_MAX = 120_000;
const SETTLED_MS_MAX = 15_000;

interface Event {
  readonly request_id: string;
  readonly upstream_request_id: string;
  readonly model: string;
  readonly ended: string;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly cost_micros_usd: number;
}

const { values } = parseArgs({
  options: {
    version: { type: "string", default: "latest" },
    prompt: { type: "string", default: "Say hello" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "tollgate-claude-code-"));
const say = (text: string) => console.log(text);

try {
  const claude = await install(values.version);
  say(`Claude Code ${claude.version} asks: ${values.prompt}\n`);
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  const sandbox = await openSandboxAnthropic();
  const server = await startServer({
    DATABASE_URL: `file:${join(folder, "tollgate.db")}`,
    ANTHROPIC_API_KEY: UPSTREAM_KEY,
    ANTHROPIC_BASE_URL: sandbox.url,
    TOLLGATE_ADMIN_TOKEN: ADMIN,
  });
  try {
    const { id, key } = await openTenant(server);
    const answer = await ask(claude.program, {
      ...{ url: server.url, key, prompt: values.prompt },
      signal: interrupted.signal,
    });
    say(`${answer}\n`);
    compare(await settledEvents(server, id, sandbox.tally), sandbox.tally);
  } finally {
    await server.end("SIGTERM");
    await sandbox.close();
  }
} catch (error) {
  console.error(error instanceof Failure ? `claude-code: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The program for this machine. It comes in a package of its own, so that no install script needs to run. */
async function install(version: string): Promise<{ program: string; version: string }> {
  const cwd = join(folder, "package");
  mkdirSync(cwd);
  await npm(["install", "--prefix", cwd, "--ignore-scripts", `@anthropic-ai/claude-code@${version}`], {
    cwd,
    node: process.execPath,
    claim: () => {},
    missing: `there is no Claude Code ${version}`,
  });
  const scope = join(cwd, "node_modules", "@anthropic-ai");
  const programs = readdirSync(scope)
    .flatMap((name) => [join(scope, name, "claude"), join(scope, name, "claude.exe")])
    .filter((path) => existsSync(path));
  if (programs.length !== 1) throw new Failure(`Claude Code ${version} has no program for this machine`);
  const installed = JSON.parse(readFileSync(join(scope, "claude-code", "package.json"), "utf8")) as { version: string };
  return { program: programs[0]!, version: installed.version };
}

async function openTenant(server: ServerProcess): Promise<{ id: string; key: string }> {
  const admin = <T>(path: string, body: unknown) => server.call<T>(ADMIN, "POST", `admin/${path}`, body);
  const { id } = await admin<{ id: string }>("tenants", { name: "Claude Code", currency: "USD" });
  await admin(`tenants/${id}/credits`, { amount_micros: 100_000_000, reason: "Claude Code" });
  const { secret: key } = await admin<{ secret: string }>(`tenants/${id}/keys`, { name: "Claude Code" });
  return { id, key };
}

/** One question without a terminal, as a stranger to this machine: nothing of its settings, no telemetry, no updates. */
function ask(
  program: string,
  { url, key, prompt, signal }: { url: string; key: string; prompt: string; signal: AbortSignal },
): Promise<string> {
  const home = join(folder, "home");
  const cwd = join(folder, "work");
  for (const path of [home, cwd]) mkdirSync(path);
  const env = {
    PATH: process.env.PATH,
    SystemRoot: process.env.SystemRoot,
    HOME: home,
    USERPROFILE: home,
    TMPDIR: folder,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    DISABLE_TELEMETRY: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  return new Promise((resolve, reject) => {
    const options = { cwd, env, signal, timeout: ANSWER_MS_MAX };
    const child = execFile(program, ["-p", prompt], options, (error, stdout, stderr) => {
      const answer = stdout.trim();
      if (error) {
        const why = signal.aborted
          ? "was interrupted"
          : error.killed
            ? `did not answer within ${ANSWER_MS_MAX / 1000} s`
            : `ended with ${error.code}`;
        reject(new Failure([`Claude Code ${why}`, answer, stderr.trim()].filter(Boolean).join("\n")));
      } else if (!answer) reject(new Failure(`Claude Code gave no answer: ${stderr.trim()}`));
      else resolve(answer);
    });
    child.stdin!.end();
  });
}

/** The usage events of the tenant, once nothing is under way or held any more. */
async function settledEvents(server: ServerProcess, tenant: string, tally: Tally): Promise<Event[]> {
  const list = async <T>(path: string) => (await server.call<{ data: T[] }>(ADMIN, "GET", `admin/${path}`)).data;
  const until = performance.now() + SETTLED_MS_MAX;
  while (tally.inFlight || (await list("holds")).length) {
    if (performance.now() > until) throw new Failure("something is still held after the answer");
    await sleep(50);
  }
  return (await list<Event>(`events?tenant_id=${tenant}&limit=1000`)).reverse();
}

/** Prints what each call cost; fails where it is not what the provider served. */
function compare(events: readonly Event[], tally: Tally): void {
  for (const event of events) {
    const input =
      event.input_tokens + event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;
    say(
      `${event.request_id}  ${event.model}  ${input} tokens in, ${event.output_tokens} out  ${dollars(event.cost_micros_usd)}`,
    );
    const served = tally.find(event.upstream_request_id);
    const same =
      served?.inputTokens === event.input_tokens &&
      served.cacheRead === event.cache_read_tokens &&
      served.cacheWrite5m === event.cache_write_5m_tokens &&
      served.cacheWrite1h === event.cache_write_1h_tokens &&
      served.outputTokens === event.output_tokens &&
      served.webSearches === event.web_searches;
    if (!same) throw new Failure(`the books say ${JSON.stringify(event)}, the provider ${JSON.stringify(served)}`);
  }
  const served = tally.requests.filter(({ ended }) => ended !== "errored");
  if (events.length !== served.length)
    throw new Failure(`the provider served ${served.length} calls, and ${events.length} are in the books`);
  if (!events.length) throw new Failure("no call is in the books");
  const cost = events.reduce((sum, { cost_micros_usd }) => sum + cost_micros_usd, 0);
  say(`${dollars(cost)} in all, and the books balance.`);
}

function dollars(micros: number): string {
  return `USD ${(micros / 1_000_000).toFixed(6)}`;
}
