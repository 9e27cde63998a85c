import { type FindingRow, fingerprint } from "./finding.ts";

export interface Compared {
  /** In the later run alone. */
  readonly appeared: readonly FindingRow[];
  /** In the earlier run alone. */
  readonly gone: readonly FindingRow[];
  readonly still: readonly FindingRow[];
}

/** What has changed between two runs, by kind and subject. What one of them put right is gone after it. */
export function compareRuns(earlier: readonly FindingRow[], later: readonly FindingRow[]): Compared {
  const standing = (findings: readonly FindingRow[]) => findings.filter(({ explained_by }) => explained_by === null);
  const before = new Set(standing(earlier).map(fingerprint));
  const after = new Set(standing(later).map(fingerprint));
  return {
    appeared: standing(later).filter((finding) => !before.has(fingerprint(finding))),
    gone: standing(earlier).filter((finding) => !after.has(fingerprint(finding))),
    still: standing(later).filter((finding) => before.has(fingerprint(finding))),
  };
}
