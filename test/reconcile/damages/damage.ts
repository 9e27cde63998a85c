import type { FindingKind } from "../../../src/reconcile/kinds.ts";
import type { Month } from "../month.ts";
import type { Undo } from "../plant.ts";

export interface Damage {
  readonly what: string;
  /** The name that it is to be found under. */
  readonly found: FindingKind;
  /** It is safe to put right, and a second run is clean. */
  readonly repaired?: true;
  readonly plant: (month: Month) => Promise<Undo>;
}

/** Changes of a row, as `altered` takes them. */
export const more = (name: string, by: number) => (row: Record<string, unknown>) => ({
  [name]: Number(row[name]) + by,
});
export const become = (name: string, value: unknown) => () => ({ [name]: value });

/** The provider was used with two models in the month: this is the lesser. */
export const OTHER_MODEL = "claude-haiku-4-5";
