import type { Actor } from "../db/audit.ts";
import { parse } from "../http/parse.ts";
import { iso, SECOND } from "../kernel/clock.ts";
import { presentFinding } from "./finding.ts";
import { beginRun, finishRun, presentRun, RunAsked } from "./run.ts";
import type { ReconcileParts, RunRow } from "./step.ts";
import { allFindings, findRun } from "./store.ts";

const LOOK_MS = SECOND;

export type Reconciled = Awaited<ReturnType<typeof reconcileOnce>>;

interface Listening {
  readonly actor: Actor;
  readonly onProgress?: (progress: ReturnType<typeof presentRun>["progress"]) => void;
  /** Hears, once, that somebody else has taken the run: a server, which finishes it, or a process that died with it. */
  readonly onWaiting?: (why: string) => void;
}

/** Proves a span from its beginning to its end, or goes on with the same that was left: what the command does. */
export async function reconcileOnce(
  parts: ReconcileParts,
  asked: Readonly<Record<"from" | "to", string>> & { readonly repair: boolean },
  { actor, onProgress = () => {}, onWaiting = () => {} }: Listening,
) {
  const begun = await beginRun(parts, parse(RunAsked, asked), { actor });
  const told = (at: RunRow) => onProgress(presentRun(at).progress);
  let run: RunRow = begun;
  let waiting = false;
  while (run.state === "running") {
    const own = await finishRun(parts, begun.id, { onProgress: told });
    run = own ?? (await findRun(parts.db.read, begun.id)) ?? begun;
    told(run);
    if (own || run.state !== "running") continue;
    if (!waiting)
      onWaiting(`${run.id} has been taken by another process; ${iso(run.leased_until)} is when it is free again`);
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const findings = (await allFindings(parts.db.read, run.id)).filter(({ explained_by }) => explained_by === null);
  return { ...presentRun(run), findings: findings.map(presentFinding) };
}

const figures = (of: Readonly<Record<string, unknown>> | null): string =>
  of === null
    ? "nothing"
    : Object.entries(of)
        .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
        .join(", ");

/** A run in words. */
export function tellRun({ id, from, to, status, sides, left_out, looked_at, findings }: Reconciled): string {
  const lines = [`${id}: ${from} to ${to}, ${sides.join(", ")}: ${status}`];
  for (const [side, why] of Object.entries(left_out)) lines.push(`left out: ${side} (${why})`);
  lines.push(`looked at: ${figures(looked_at)}`);
  for (const { kind, severity, subject, local, remote, action, repaired } of findings) {
    lines.push("", `${severity} ${kind}${repaired ? " (repaired)" : ""}: ${subject}`);
    lines.push(`  here:  ${figures(local)}`, `  there: ${figures(remote)}`, ...(repaired ? [] : [`  ${action}`]));
  }
  lines.push("", findings.length ? `${findings.length} findings` : "No finding: everything agrees.");
  return lines.join("\n");
}
