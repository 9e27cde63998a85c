import type { Dimension, RollupFilter } from "./dimensions.ts";

/*
 * Where there may be very many groups, those that lead (tenants, users, keys) come first in the order of rows, right after time, so that
 * a page of a hundred users is read by looking up a hundred users, however many there are.
 */

export type Leading = "tenant" | "user" | "key";

export interface Grouped {
  readonly filter: RollupFilter;
  readonly by: readonly Dimension[];
}

/** What leads in a report, and in which order: at most a tenant and a user or key of it. */
export function leadsOf({ filter, by }: Grouped): readonly Leading[] {
  // What one user or key used is found by it.
  if (filter.user !== undefined || filter.key !== undefined) return [];
  const subject = by.find((dimension): dimension is "user" | "key" => dimension === "user" || dimension === "key");
  const isTenantFirst = by.includes("tenant") && (!subject || by.indexOf("tenant") < by.indexOf(subject));
  const tenant = isTenantFirst && filter.tenant === undefined ? (["tenant"] as const) : [];
  return subject ? [...tenant, subject] : tenant;
}

/** The dimensions of a report, in the order of its rows. */
export function inOrder(grouped: Grouped): readonly Dimension[] {
  const leads = leadsOf(grouped);
  return [...leads, ...grouped.by.filter((dimension) => !(leads as readonly Dimension[]).includes(dimension))];
}

/** Some of those that lead, by the names of `leadsOf`: from the one after `after` (or from itself, where it is not done with) up to `upto`. */
export interface LeadRange {
  readonly after?: readonly string[];
  readonly isAgain?: boolean;
  readonly upto?: readonly string[];
}

/** Or these alone. */
export interface LeadList {
  readonly ids: readonly string[];
}
export type Lead = LeadRange | LeadList;

/** Which subjects are looked up for leads: those of the last of them. */
export const subjectOf = (leads: readonly Leading[]): Leading => leads.at(-1)!;
