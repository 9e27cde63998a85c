import { usageOfCycle } from "../../billing/cycles/usage-lines.ts";
import { DAY, iso } from "../../kernel/clock.ts";
import type { NewFinding } from "../finding.ts";
import type { Step } from "../step.ts";
import { eventsWholeFrom, listClosed, listNotClosed } from "./store.ts";

const ROWS_MAX = 20;
/** Longer than a cycle waits for its last calls. */
const CLOSE_MS = 2 * DAY;
const FIGURES = ["requests", "spend_micros", "uncovered_micros", "cost_micros_usd", "input_tokens", "output_tokens"];

/** The frozen totals of a closed cycle are what its events come to; and a cycle that is over is closed. */
export const proveCycles: Step = async ({ db, clock }, { from_at: from, to_at: to }, { cursor }) => {
  const page = await listClosed(db.read, { from, to }, cursor ?? "", ROWS_MAX);
  const findings: NewFinding[] = [];
  const wholeFrom = await eventsWholeFrom(db.read);
  for (const cycle of page) {
    if (cycle.start_at < wholeFrom) continue;
    const { tokens, ...usage } = await usageOfCycle(db.read, cycle);
    const now: Readonly<Record<string, unknown>> = { ...usage, ...tokens };
    const then = cycle.totals ?? {};
    const differing = FIGURES.filter((name) => now[name] !== then[name]);
    if (!differing.length) continue;
    const only = (figures: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(differing.map((name) => [name, figures[name] ?? null]));
    const { id, tenant_id, customer_id } = cycle;
    findings.push({
      ...{ kind: "cycle_totals_differ", subject: id, tenant_id, rows: [id], touches: [tenant_id, customer_id] },
      ...{ local: only(now), remote: only(then) },
    });
  }
  if (cursor === null) {
    for (const { id, tenant_id, customer_id, end_at, state } of await listNotClosed(db.read, clock.now() - CLOSE_MS)) {
      findings.push({
        ...{ kind: "cycle_not_closed", subject: id, tenant_id, rows: [id], touches: [customer_id] },
        ...{ local: { state, end_at: iso(end_at) }, remote: null },
      });
    }
  }
  const next = page.length < ROWS_MAX ? null : (page.at(-1)?.id ?? null);
  return { findings, next, looked_at: { cycles: page.length } };
};
