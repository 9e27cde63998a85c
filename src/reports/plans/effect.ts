import type { PlanTerms } from "../../db/schema/catalog.ts";
import { divideHalfUp, type Micros, micros } from "../../kernel/money.ts";
import { netBase } from "../money/subscriptions.ts";
import type { Repriced } from "./repriced.ts";
import type { Bill, ModelUse } from "./used.ts";

/** How a cycle was billed: by a subscription to these terms, or without one. */
export interface BilledCycle {
  readonly subscription_id: string | null;
  readonly terms: PlanTerms;
}

/** What the cycle came to, as it was drawn. Who is on a plan by default pays no base. */
export function billBefore({ subscription_id, terms }: BilledCycle, used: readonly ModelUse[]): Bill {
  const sum = (of: (figures: ModelUse["figures"]) => number): Micros =>
    micros(used.reduce((total, { figures }) => total + of(figures), 0));
  const drawn = {
    included_micros: sum((figures) => figures.included_micros),
    promotional_micros: sum((figures) => figures.promotional_micros),
    prepaid_micros: sum((figures) => figures.prepaid_micros),
    overage_micros: sum((figures) => figures.overage_micros),
  };
  const use_micros = sum(({ spend_micros, uncovered_micros }) => spend_micros + uncovered_micros);
  const covered = Object.values(drawn).reduce((total, amount) => total + amount, 0);
  return billed({
    base_micros: subscription_id === null ? micros(0) : netBase(terms, false),
    ...{ use_micros, ...drawn, beyond_micros: micros(use_micros - covered) },
    cost_micros: sum(({ cost_micros }) => cost_micros),
  });
}

/**
 * What the same use of the same cycle would come to by other terms: first what they include, then gifts and prepaid credit as far as they were drawn,
 * then overage up to its cap. What goes further beyond all that than it did is refused, and costs nothing.
 */
export function billAfter(
  cycle: BilledCycle,
  terms: PlanTerms,
  before: Bill,
  { use_micros, cost_micros }: Repriced,
): Bill {
  const share = shareOf(cycle, terms);
  let left: number = Math.max(0, use_micros);
  const take = (most: number): Micros => {
    const taken = Math.min(left, Math.max(0, most));
    left -= taken;
    return micros(taken);
  };
  const drawn = {
    included_micros: take(share(terms.included_micros)),
    promotional_micros: take(before.promotional_micros),
    prepaid_micros: take(before.prepaid_micros),
    overage_micros: take(terms.overage.enabled ? overageMax(cycle.terms, before, share(terms.overage.cap_micros)) : 0),
  };
  const refused = Math.max(0, left - Math.max(0, before.beyond_micros));
  return billed({
    base_micros: cycle.subscription_id === null ? micros(0) : share(netBase(terms, false)),
    ...{ use_micros, ...drawn, beyond_micros: micros(left) },
    cost_micros: refused === 0 ? cost_micros : partOf(cost_micros, use_micros - refused, use_micros),
  });
}

function billed(parts: Omit<Bill, "pays_micros" | "margin_micros">): Bill {
  const pays_micros = micros(parts.base_micros + parts.prepaid_micros + parts.overage_micros);
  return { ...parts, pays_micros, margin_micros: micros(pays_micros - parts.cost_micros) };
}

/** A cap is on what is owed and not collected: whoever paid early bills went beyond it, and would again. */
function overageMax({ overage }: PlanTerms, before: Bill, cap: number): number {
  if (!overage.enabled) return cap;
  return Math.max(cap, cap + before.overage_micros - overage.cap_micros);
}

/** Twelfths of a day, so that a month is a whole number of them: what comes of a longer period counts for a cycle by its share. */
const LENGTH = { daily: 12, weekly: 84, monthly: 365, quarterly: 1_095, yearly: 4_380 } as const;
const lengthOf = ({ period, interval }: PlanTerms): number => LENGTH[period] * interval;

/** More than a cycle is sold for, whatever its period: so that the sums of a page are exact. */
const SHARE_MAX = 40_000_000_000_000;

/** The part of an amount of a period that falls to the cycle: all of it, unless the period changes. Without a subscription it is the month's. */
const shareOf =
  ({ subscription_id, terms }: BilledCycle, after: PlanTerms) =>
  (amount: number): Micros =>
    subscription_id === null ? micros(amount) : partOf(amount, lengthOf(terms), lengthOf(after));

function partOf(amount: number, part: number, whole: number): Micros {
  if (part === whole) return micros(amount);
  const exact = divideHalfUp(BigInt(amount) * BigInt(part), BigInt(whole));
  return micros(exact < SHARE_MAX ? exact : SHARE_MAX);
}
