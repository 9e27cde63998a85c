import type { findings } from "../db/schema.ts";
import { iso } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { type FindingKind, kindOf } from "./kinds.ts";

export type FindingRow = typeof findings.$inferSelect;
export type Figures = Readonly<Record<string, unknown>>;

/** What a step of a proof has found. */
export interface NewFinding {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly tenant_id: TenantId | null;
  readonly local: Figures | null;
  readonly remote: Figures | null;
  readonly rows?: readonly string[];
  readonly touches?: readonly string[];
}

/** A finding is the same in another run by its kind and its subject. */
export const fingerprint = ({ kind, subject }: Pick<FindingRow, "kind" | "subject">): string => `${kind} ${subject}`;

export const presentFinding = ({ created_at, touches: _, ...row }: FindingRow) => ({
  ...row,
  meaning: kindOf(row.kind)?.meaning ?? null,
  created_at: iso(created_at),
});
