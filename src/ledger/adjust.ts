import type { Tier } from "../db/schema.ts";
import type { CustomerId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Draw, Grant, Outcome } from "./books.ts";
import { draw } from "./grants.ts";

/** A change to what was settled, after the fact: its price turned out to be wrong. */
export interface Change {
  /** What the call and its earlier adjustments came to, in their order. */
  readonly so_far: readonly Outcome[];
  /** How much more is owed than that; negative for less. */
  readonly more: Micros;
  /** Its tenant is metered and never refused: what grants do not cover is spend all the same. */
  readonly observe: boolean;
  readonly at: number;
}

/** A change with whose grants it bears on. Where its plan has tiers, `more` is at list. */
export interface Adjustment extends Change {
  readonly customer_id: CustomerId;
  readonly tiered?: { readonly counter_id: string; readonly tiers: readonly Tier[] } | null;
}

/**
 * What a change comes to; its outcome is added to what was settled, so it is negative where less is owed. More is drawn from the
 * grants that are active now, and what they do not cover is the operator's. Less first takes back what the operator bore, and then
 * gives back to the grants it was drawn from, the newest draw first. Limits stay as they are: they bounded what was admitted then.
 */
export function changed(grants: readonly Grant[], { so_far, more, observe, at }: Change): Outcome {
  if (more >= 0) {
    const { draws, missing } = draw(grants, more, at);
    const uncovered_micros = observe ? micros(0) : missing;
    return { spend_micros: micros(more - uncovered_micros), uncovered_micros, draws };
  }
  const sum = (of: (outcome: Outcome) => number) => so_far.reduce((total, outcome) => total + of(outcome), 0);
  const uncovered = Math.min(
    -more,
    Math.max(
      0,
      sum((outcome) => outcome.uncovered_micros),
    ),
  );
  const spend = -more - uncovered;
  const open = openDraws(so_far.flatMap(({ draws }) => draws));
  // What an observed tenant spent and no grant covered comes off before anything is given back.
  const undrawn = sum((outcome) => outcome.spend_micros) - open.reduce((total, { amount }) => total + amount, 0);
  return {
    spend_micros: micros(-spend || 0),
    uncovered_micros: micros(-uncovered || 0),
    draws: givenBack(open, spend - Math.min(spend, Math.max(0, undrawn)), grants),
  };
}

/** The draws that still stand, oldest first: what was given back took off the newest of its grant. */
function openDraws(draws: readonly Draw[]): Draw[] {
  const open: Draw[] = [];
  for (const { grant_id, amount } of draws) {
    if (amount > 0) open.push({ grant_id, amount });
    let back = Math.max(0, -amount);
    for (let at = open.length - 1; at >= 0 && back > 0; at--) {
      const part = open[at]!;
      if (part.grant_id !== grant_id) continue;
      const taken = Math.min(back, part.amount);
      open[at] = { grant_id, amount: micros(part.amount - taken) };
      back -= taken;
    }
  }
  return open;
}

/** Gives `amount` back, the newest draw first, and to no grant more than it has used. */
function givenBack(open: readonly Draw[], amount: number, grants: readonly Grant[]): Draw[] {
  const used = new Map(grants.map((grant) => [grant.id, grant.used as number]));
  const back = new Map<Draw["grant_id"], number>();
  let left = amount;
  for (const part of open.toReversed()) {
    const given = Math.min(left, part.amount, used.get(part.grant_id) ?? 0);
    if (given <= 0) continue;
    used.set(part.grant_id, used.get(part.grant_id)! - given);
    back.set(part.grant_id, (back.get(part.grant_id) ?? 0) + given);
    left -= given;
  }
  return [...back].map(([grant_id, given]) => ({ grant_id, amount: micros(-given) }));
}
