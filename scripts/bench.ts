/**
 * `npm run bench`: what the gateway costs, as ratios against a bare `node:http` pipe proxy in the same interleaved run. CPU is the
 * proxy process's own (user + system), so a busy machine disturbs it little; time to first byte is one request at a time.
 * `npm run bench -- --quick` runs fewer rounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openSandboxAnthropic } from "../src/sandbox/anthropic/server.ts";
import { type Load, runLoad } from "./bench/load.ts";
import { type Subject, startBare, startGateway } from "./bench/subjects.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const ROUNDS = values.quick ? 3 : 9;

const kinds: readonly (Load & { readonly name: string; readonly per: "request" | "event" })[] = [
  {
    name: "JSON answer",
    per: "request",
    stream: false,
    prompt: "[[output_tokens=200]] x",
    requests: 600,
    concurrency: 32,
  },
  {
    name: "stream, 50 events in one burst",
    per: "request",
    stream: true,
    prompt: "[[burst]] [[output_tokens=170]] x",
    requests: 600,
    concurrency: 32,
  },
  {
    name: "stream, paced event by event",
    per: "event",
    stream: true,
    prompt: "[[pace_ms=8]] [[output_tokens=170]] x",
    requests: 96,
    concurrency: 32,
  },
];

const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
const upstream = await openSandboxAnthropic();
const bare = await startBare(upstream.url);
const gateway = await startGateway(upstream.url, `file:${join(folder, "bench.db")}`);

try {
  console.log(`${ROUNDS} interleaved rounds, medians; the gateway with JWT, hold, meter, durable settle and log\n`);
  console.log(["".padEnd(34), "bare".padStart(10), "gateway".padStart(10), "ratio".padStart(8)].join(""));
  for (const kind of kinds) {
    const costs = new Map<Subject, number[]>([
      [bare, []],
      [gateway, []],
    ]);
    // One round of each is not counted: code is compiled and connections are made in it.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const subject of round % 2 ? [bare, gateway] : [gateway, bare]) {
        const before = await subject.cpuMicros();
        const { events } = await runLoad(subject, kind);
        const spent = (await subject.cpuMicros()) - before;
        if (round > 0) costs.get(subject)!.push(spent / (kind.per === "event" ? events : kind.requests));
      }
    }
    row(`${kind.name}, CPU µs/${kind.per}`, median(costs.get(bare)!), median(costs.get(gateway)!));
  }

  const lone: Load = {
    stream: true,
    prompt: "[[output_tokens=20]] x",
    requests: values.quick ? 100 : 400,
    concurrency: 1,
  };
  const firstBytes = new Map<Subject, number[]>([
    [bare, []],
    [gateway, []],
  ]);
  for (let round = 0; round <= 2; round++) {
    for (const subject of [bare, gateway]) {
      const { firstByteMs } = await runLoad(subject, lone);
      if (round > 0) firstBytes.get(subject)!.push(...firstByteMs);
    }
  }
  const [without, withIt] = [median(firstBytes.get(bare)!), median(firstBytes.get(gateway)!)];
  row("time to first byte, unloaded, ms", without, withIt);
  console.log(`\nadded time to first byte, p50: ${(withIt - without).toFixed(2)} ms`);
} finally {
  await gateway.stop();
  await bare.stop();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
}

function row(name: string, a: number, b: number): void {
  console.log(
    [name.padEnd(34), a.toFixed(2).padStart(10), b.toFixed(2).padStart(10), `${(b / a).toFixed(2)} ×`.padStart(8)].join(
      "",
    ),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
