import type { Logger } from "pino";
import type { Billing } from "../billing/billing.ts";
import type { BillingParts } from "../billing/parts.ts";
import type { Appliers } from "../billing/razorpay/inbox.ts";
import type { reconciliations } from "../db/schema.ts";
import type { Secrets } from "../tenants/seal.ts";
import type { NewFinding } from "./finding.ts";
import type { ProviderAccess } from "./provider/port.ts";

export type RunRow = typeof reconciliations.$inferSelect;

/** What the proofs work with. */
export interface ReconcileParts extends BillingParts {
  readonly log: Logger;
  readonly secrets: Secrets;
  /** The provider's reports; null without an admin key. */
  readonly provider: ProviderAccess | null;
  /** What makes our rows agree with an entity at Razorpay: the repairs of that side. */
  readonly appliers: Appliers;
  readonly charges: Billing["charges"];
}

/** A part of a step, small enough to be done again: what it found, and where the next part begins (null: the step is done). */
export interface Chunk {
  readonly findings: readonly NewFinding[];
  readonly next: string | null;
  readonly looked_at?: Readonly<Record<string, number>>;
}

/** Writes down what was done of a run, whose lease is as it is in `own`; null where another process has it. */
export type Save = (own: RunRow) => Promise<RunRow | null>;

/** One step of a proof. `of` is what its name says behind the first word: a day, an account. */
export type Step = (
  parts: ReconcileParts,
  run: Pick<RunRow, "from_at" | "to_at">,
  at: { readonly of: string; readonly cursor: string | null },
) => Promise<Chunk>;

export const NOTHING_FOUND: Chunk = { findings: [], next: null };
