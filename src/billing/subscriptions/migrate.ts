import { z } from "zod";
import type { PlanVersion, SoldPlan } from "../../catalog/plan.ts";
import { findSoldPlan, listVersions } from "../../catalog/store.ts";
import { type Actor, recordAudit } from "../../db/audit.ts";
import { Ref } from "../../http/fields.ts";
import { isoOrNull } from "../../kernel/clock.ts";
import type { CustomerId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { findMandate, lockedCustomer } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import { type PlanMove, planMoveOf } from "./plan-move.ts";
import { countOnDefault, insertMoves, listOnOlderVersions } from "./store.ts";

const ROWS_MAX = 1_000;

/** A dry run, unless it says otherwise; of some customers, or of all, a part at a time. */
export const Migration = z.strictObject({
  dry_run: z.boolean().default(true),
  customer_ids: z.array(Ref).min(1).max(ROWS_MAX).optional(),
  limit: z.int().min(1).max(ROWS_MAX).default(ROWS_MAX),
  after_id: Ref.optional(),
});

type Found = Awaited<ReturnType<typeof listOnOlderVersions>>[number];
type Judged = Found & { readonly becomes: PlanMove };

/**
 * Moves the customers of a plan from its older versions to its present one, each when its next cycle begins: a running cycle stays as it is. Those
 * whose payer would have to approve it are told, and left alone. Doing it again changes nothing.
 */
export async function migratePlan(
  parts: BillingParts,
  plan_id: string,
  asked: z.infer<typeof Migration>,
  actor: Actor,
) {
  const { db, clock } = parts;
  const found = await findSoldPlan(db.read, plan_id, clock.now());
  if (!found) throw new Problem("not_found", { message: "There is no such plan." });
  const { plan, version: present } = found;
  const versions = new Map((await listVersions(db.read, plan.id)).map((version) => [version.id, version]));
  const present_version_id = present.id;
  const of = { plan_id: plan.id, present_version_id, customer_ids: asked.customer_ids as CustomerId[] | undefined };
  const rows = await listOnOlderVersions(db.read, of, { after_id: asked.after_id, limit: asked.limit + 1 });
  const page: Judged[] = [];
  for (const row of rows.slice(0, asked.limit)) {
    page.push({ ...row, becomes: await judged(parts, row, versions, present_version_id) });
  }
  const moving = page.filter(({ becomes }) => becomes.action === "moves");
  if (!asked.dry_run) {
    const unnoted = moving.filter(({ move }) => move !== present_version_id);
    await noted(parts, found, { moving: unnoted, versions, actor });
  }

  const counted = (action: PlanMove["action"]) => page.filter(({ becomes }) => becomes.action === action).length;
  return {
    ...{ plan_id: plan.id, to_version: present.version, dry_run: asked.dry_run },
    ...{ moves: counted("moves"), must_approve: counted("must_approve"), ends: counted("ends") },
    /** On it as their tenant's default plan: they move with their next cycle in any case. */
    by_default: asked.customer_ids ? null : await countOnDefault(db.read, of),
    data: page.map(({ subscription, customer, move, becomes }) => {
      const moves = becomes.action === "moves";
      const noted = moves && !asked.dry_run ? present_version_id : move;
      return {
        ...{ customer_id: customer.id, tenant_id: customer.tenant_id, user_id: customer.user_id },
        ...{ subscription_id: subscription.id, status: subscription.status },
        from_version: versions.get(subscription.plan_version_id)?.version ?? null,
        ...becomes,
        ...(moves && { at: isoOrNull(customer.cycle_end) }),
        /** The version that it will be on from its next cycle; null while it stays on its own. */
        noted_version: noted === null ? null : (versions.get(noted)?.version ?? null),
      };
    }),
    ...{ has_more: rows.length > page.length, last_id: page.at(-1)?.subscription.id ?? null },
  };
}

async function judged(
  { db, clock }: BillingParts,
  { subscription }: Found,
  versions: ReadonlyMap<string, PlanVersion>,
  present_version_id: string,
): Promise<PlanMove> {
  const { tenant_id, customer_id, plan_version_id, collection } = subscription;
  const [from, to] = [plan_version_id, present_version_id].map((id) => versions.get(id)?.terms);
  if (!from || !to) throw new Error(`a version of the plan of ${subscription.id} is missing`);
  const at = clock.now();
  const mandate = collection === "mandate" && (await findMandate(db.read, { tenant_id, customer_id, at }));
  return planMoveOf(subscription, { from, to, mandate: mandate || null });
}

/** Writes down who moves, with the customers held: a cycle of theirs that begins meanwhile is of one version or the other. */
async function noted(
  { db, clock }: BillingParts,
  { plan, version: present }: SoldPlan,
  {
    moving,
    versions,
    actor,
  }: {
    readonly moving: readonly Judged[];
    readonly versions: ReadonlyMap<string, PlanVersion>;
    readonly actor: Actor;
  },
): Promise<void> {
  if (!moving.length) return;
  await db.transaction(async (tx) => {
    for (const id of [...new Set(moving.map(({ customer }) => customer.id))].sort()) await lockedCustomer(tx, id);
    await insertMoves(
      tx,
      moving.map(({ subscription: { id, tenant_id, customer_id } }) => ({
        subscription_id: id,
        ...{ tenant_id, customer_id },
      })),
      { to_version_id: present.id, at: clock.now() },
    );
    await recordAudit(tx, {
      ...{ actor, action: "plan.migrated", tenant_id: null, subject_id: plan.id, at: clock.wall() },
      before: {
        subscriptions: moving.map(({ subscription: { id, plan_version_id } }) => ({
          ...{ id, version: versions.get(plan_version_id)?.version ?? null },
        })),
      },
      after: { to_version: present.version, subscriptions: moving.map(({ subscription }) => subscription.id) },
    });
  });
}
