import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openSandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const ADMIN = "chaos-admin-token-0123456789";
const UPSTREAM_KEY = "sk-ant-sandbox";

export interface ChaosOptions {
  readonly databaseUrl: string;
  readonly kills: number;
  /** Clients that ask one question after the other, half of them streamed. */
  readonly clients: number;
  readonly onKill?: (count: number) => void;
}

/** What the books say against what the provider served, after all the kills. Tokens are output tokens. */
export interface ChaosFigures {
  readonly kills: number;
  readonly served: { readonly calls: number; readonly tokens: number; readonly complete: number };
  readonly recorded: {
    readonly calls: number;
    readonly tokens: number;
    readonly reported: number;
    readonly recovered: number;
  };
  /** Streams that were recovered from a checkpoint, and what their checkpoints missed of what was served, in all. */
  readonly checkpointed: number;
  readonly missed_tokens: number;
  /** Recovered calls of which nothing was known, all of which must be listed as unreconciled. */
  readonly unknown: number;
  readonly unknown_listed: number;
  readonly doubled: number;
  readonly open_holds: number;
  readonly held_micros: number;
  /** Spend of the events, against what the grants say was used. */
  readonly spend_micros: number;
  readonly used_micros: number;
}

interface Event {
  readonly request_id: string;
  readonly source: string;
  readonly output_tokens: number;
  readonly spend_micros: number;
  readonly unreconciled: boolean;
  readonly raw_usage: unknown;
  readonly upstream_request_id: string | null;
}

/** Kills a serving node with SIGKILL again and again under load, starts it again each time, and holds the books against the tally. */
export async function runChaos({ databaseUrl, kills, clients, onKill }: ChaosOptions): Promise<ChaosFigures> {
  const sandbox = await openSandboxAnthropic({ paceMs: 10 });
  const settings = {
    DATABASE_URL: databaseUrl,
    ANTHROPIC_API_KEY: UPSTREAM_KEY,
    ANTHROPIC_BASE_URL: sandbox.url,
    TOLLGATE_ADMIN_TOKEN: ADMIN,
    TOLLGATE_SECRET: "chaos root secret, thirty-two characters and more",
    TOLLGATE_NODE_ID: "chaos",
    LOG_LEVEL: "info",
  };
  let server = await startServer(settings);
  const { id } = await server.call<{ id: string }>(ADMIN, "POST", "admin/tenants", { name: "Chaos", currency: "USD" });
  await server.call(ADMIN, "POST", `admin/tenants/${id}/credits`, { amount_micros: 10_000_000_000, reason: "chaos" });
  const { secret } = await server.call<{ secret: string }>(ADMIN, "POST", `admin/tenants/${id}/keys`, {
    name: "chaos",
  });

  let over = false;
  const clientLoop = async (index: number) => {
    for (let count = 0; !over; count++) {
      const at = server;
      try {
        await ask(at, secret, { stream: index % 2 === 0, tokens: randomInt(50, 1_500), name: `${index}.${count}` });
      } catch {
        // The node died, or is not there yet: this client tries again like any other.
        await sleep(50);
      }
    }
  };
  const running = Array.from({ length: clients }, (_, index) => clientLoop(index));
  for (let count = 1; count <= kills; count++) {
    await sleep(randomInt(800, 2_500));
    await server.end("SIGKILL");
    server = await startServer(settings);
    onKill?.(count);
  }
  await sleep(1_000);
  over = true;
  await Promise.all(running);

  const figures = await compare(server, id, sandbox.tally, kills);
  await server.end("SIGTERM");
  await sandbox.close();
  return figures;
}

async function ask(
  server: ServerProcess,
  key: string,
  { stream, tokens, name }: { stream: boolean; tokens: number; name: string },
) {
  const answer = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({
      model: "claude-sonnet-5-5",
      max_tokens: 2_000,
      stream,
      messages: [{ role: "user", content: `[[output_tokens=${tokens}]] ${name}` }],
    }),
  });
  await answer.text();
}

async function compare(
  server: ServerProcess,
  tenant: string,
  tally: Awaited<ReturnType<typeof openSandboxAnthropic>>["tally"],
  kills: number,
): Promise<ChaosFigures> {
  while (tally.inFlight) await sleep(50);
  const list = async <T>(path: string) => {
    const rows: T[] = [];
    for (let after = ""; ; ) {
      const page = await server.call<{ data: T[]; has_more: boolean; last_id: string }>(
        ADMIN,
        "GET",
        `admin/${path}limit=1000${after}`,
      );
      rows.push(...page.data);
      if (!page.has_more) return rows;
      after = `&after_id=${page.last_id}`;
    }
  };
  let open: unknown[] = [];
  // A dead node's holds are settled at the next start; on Postgres its lease may have to run out first.
  for (let tries = 0; tries < 60; tries++) {
    open = await list("holds?");
    if (!open.length) break;
    await sleep(500);
  }
  const events = await list<Event>(`events?tenant_id=${tenant}&`);
  const credits = await list<{ used_micros: number; held_micros: number }>(`tenants/${tenant}/credits?`);
  const sum = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0);

  const recovered = events.filter((event) => event.source === "recovered");
  const unknown = recovered.filter((event) => event.raw_usage === null);
  const complete = tally.requests.filter((entry) => entry.ended === "complete");
  const reported = events.filter((event) => event.source === "reported");
  const checkpointedEvents = recovered.filter((event) => event.raw_usage !== null);
  const missed = sum(
    checkpointedEvents,
    (event) => tally.find(event.upstream_request_id!)!.outputTokens - event.output_tokens,
  );
  const servedTokens = sum(tally.requests, (entry) => entry.outputTokens);
  const recordedTokens = sum(events, (event) => event.output_tokens);
  return {
    kills,
    served: { calls: tally.requests.length, tokens: servedTokens, complete: complete.length },
    recorded: { calls: events.length, tokens: recordedTokens, reported: reported.length, recovered: recovered.length },
    checkpointed: checkpointedEvents.length,
    missed_tokens: missed,
    unknown: unknown.length,
    unknown_listed: unknown.filter((event) => event.unreconciled).length,
    doubled: events.length - new Set(events.map((event) => event.request_id)).size,
    open_holds: open.length,
    held_micros: sum(credits, (credit) => credit.held_micros),
    spend_micros: sum(events, (event) => event.spend_micros),
    used_micros: sum(credits, (credit) => credit.used_micros),
  };
}
