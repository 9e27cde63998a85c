import type { Catalog } from "../../catalog/catalog.ts";
import { planIdOf } from "../../catalog/plan.ts";
import type { Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { listCyclesAfter, listMoves, takeMove } from "./store.ts";

/**
 * Moves a customer's subscriptions to the version of their plan that was noted for them, each when it has no running cycle: so that its next one
 * begins by the new version. The customer's row is locked.
 */
export async function takeDueMoves(
  tx: Tx,
  { clock, catalog }: { readonly clock: Clock; readonly catalog: Catalog },
  customer: CustomerRow,
): Promise<void> {
  const moves = await listMoves(tx, customer);
  if (!moves.length) return;
  const now = clock.now();
  const running = (await listCyclesAfter(tx, customer.id, now)).filter(({ start_at }) => start_at <= now);
  for (const move of moves) {
    const runs = running.some(({ subscription_id }) => subscription_id === move.subscription_id);
    // A version that was made a moment ago may not be known here yet: then it waits for the next look.
    if (runs || !catalog.planVersion(move.to_version_id)) continue;
    await takeMove(tx, { ...move, plan_id: planIdOf(move.to_version_id) }, { now, wall: clock.wall() });
  }
}
