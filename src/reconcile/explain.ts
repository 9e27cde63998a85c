import type { FindingId } from "../kernel/id.ts";
import type { FindingRow } from "./finding.ts";
import { type FindingKind, kindOf, OF_ROLLUPS } from "./kinds.ts";

export interface Explained {
  /** Findings that come under a truer name, with what several of them say together. */
  readonly renamed: ReadonlyMap<FindingId, FindingKind>;
  /** Findings that follow from another one. */
  readonly causes: ReadonlyMap<FindingId, FindingId>;
}

const numberIn = (figures: FindingRow["local"], name: string): number => Number(figures?.[name] ?? 0);

/**
 * One damage shows in several places. A rollup and a grant that both remember other events than there are say that it is the events that are wrong;
 * and what follows from a finding is put under it.
 */
export function explain(findings: readonly FindingRow[]): Explained {
  const renamed = eventsThatAreWrong(findings);
  const kindNow = (finding: FindingRow) => renamed.get(finding.id) ?? finding.kind;
  const causes = new Map<FindingId, FindingId>();
  for (const cause of findings) {
    const explains = kindOf(kindNow(cause))?.explains ?? [];
    if (!explains.length) continue;
    const touched = new Set([cause.subject, ...cause.touches]);
    for (const finding of findings) {
      if (finding.id === cause.id || causes.has(finding.id) || causes.get(cause.id) === finding.id) continue;
      if (!explains.includes(kindNow(finding))) continue;
      // Two rows that are part of the same one do not explain each other.
      const own = OF_ROLLUPS.includes(kindNow(finding)) ? [] : finding.touches;
      if ([finding.subject, ...own].some((one) => touched.has(one))) causes.set(finding.id, cause.id);
    }
  }
  return { renamed, causes };
}

/** The rollup is off by as much as the grants of its tenant are: two witnesses against the events. */
function eventsThatAreWrong(findings: readonly FindingRow[]): Map<FindingId, FindingKind> {
  const off = (finding: FindingRow, name: string) => numberIn(finding.remote, name) - numberIn(finding.local, name);
  const renamed = new Map<FindingId, FindingKind>();
  const grants = findings.filter(({ kind }) => kind === "grant_used_differs");
  const rollups = findings.filter(({ kind }) => kind === "rollup_differs");
  for (const tenant of new Set(grants.map(({ tenant_id }) => tenant_id))) {
    const drawn = grants
      .filter((grant) => grant.tenant_id === tenant)
      .reduce((sum, grant) => sum + off(grant, "used"), 0);
    const own = rollups.filter((rollup) => rollup.tenant_id === tenant && off(rollup, "spend_micros") !== 0);
    if (own.reduce((sum, rollup) => sum + off(rollup, "spend_micros"), 0) !== drawn) continue;
    for (const rollup of own) {
      const requests = off(rollup, "requests");
      const kind = requests > 0 ? "usage_event_missing" : requests < 0 ? "usage_event_surplus" : "usage_event_changed";
      renamed.set(rollup.id, kind);
    }
  }
  return renamed;
}
