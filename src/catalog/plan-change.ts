import { isDeepStrictEqual } from "node:util";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { type Clock, iso, SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { startOf } from "./new-prices.ts";
import { type Plan, type PlanPatch, type PlanVersion, patchedTerms, type SoldPlan, versionIdOf } from "./plan.ts";

/**
 * The version that is sold at an instant, of a plan's versions in their order: each holds from its `valid_from` on, until the next does, and
 * one that was withdrawn never does.
 */
export const soldAt = (versions: readonly PlanVersion[], at: number): PlanVersion | undefined =>
  versions.findLast(({ valid_from, withdrawn_at }) => withdrawn_at === null && valid_from <= at);

/** The versions that are to come, the next first. */
export const comingOf = (versions: readonly PlanVersion[], now: number): PlanVersion[] =>
  versions.filter(({ valid_from, withdrawn_at }) => withdrawn_at === null && valid_from > now);

const COMING_MAX = 12;

/** A plan as it becomes, and the version that is made of it, if any. */
export interface PlanChange {
  readonly plan: Plan;
  readonly version: PlanVersion | null;
}

/**
 * What a change comes to, now or from its `valid_from` on. It begins from the terms that hold then. A version never holds from earlier on than one
 * that is there already, which would undo it unseen: that one is withdrawn first.
 */
export function changeOf(
  { plan, version: present }: SoldPlan,
  versions: readonly PlanVersion[],
  patch: PlanPatch,
  clock: Clock,
): PlanChange {
  const [now, wall] = [clock.now(), clock.wall()];
  const valid_from = startOf(patch.valid_from, now);
  const base = soldAt(versions, valid_from) ?? present;
  const terms = patchedTerms(base.terms, plan.currency, patch);
  const isNew = !isSame(terms, base.terms);
  const coming = comingOf(versions, now);
  if (isNew) assertAfter(coming, valid_from);
  if (!isNew && valid_from > now && patch.archived === undefined) {
    throw new Problem("invalid_request", { message: "valid_from: says when terms change, and none of them does" });
  }
  const number = plan.version + 1;
  return {
    plan: {
      ...plan,
      name: patch.name ?? plan.name,
      visibility: patch.visibility ?? plan.visibility,
      version: isNew ? number : plan.version,
      archived_at: patch.archived === undefined ? plan.archived_at : patch.archived ? valid_from : null,
      updated_at: laterThan(plan.updated_at, wall),
    },
    version: isNew
      ? {
          ...{ id: versionIdOf(plan.id, number), plan_id: plan.id, version: number, terms },
          ...{ valid_from, withdrawn_at: null, created_at: wall },
        }
      : null,
  };
}

function assertAfter(coming: readonly PlanVersion[], valid_from: number): void {
  const last = coming.at(-1);
  if (last && last.valid_from >= valid_from) {
    throw new Problem("conflict", {
      message: `valid_from: version ${last.version} holds from ${iso(last.valid_from)} on and would undo this change: withdraw it first (DELETE plans/{id}/versions/${last.version}), or let this one begin later`,
    });
  }
  if (coming.length >= COMING_MAX) {
    throw new Problem("conflict", { message: `A plan has at most ${COMING_MAX} versions that are still to come.` });
  }
}

/** Other nodes look at plans every few seconds: what is withdrawn later than this before it holds may hold for somebody. */
const WITHDRAW_BEFORE_MS = 10 * SECOND;

/** A version that has not begun is taken back. The plan is changed with it, so that nobody builds on that version meanwhile. */
export function withdrawnOf(plan: Plan, version: PlanVersion, clock: Clock): Plan {
  if (version.valid_from - clock.now() <= WITHDRAW_BEFORE_MS) {
    throw new Problem("conflict", {
      message: `Version ${version.version} has begun, or does so in a moment. What it changed is changed back by a new version.`,
    });
  }
  return { ...plan, updated_at: laterThan(plan.updated_at, clock.wall()) };
}

/** The instant of a change: never that of the one before, by which two at once are told apart. */
const laterThan = (before: number, wall: number): number => Math.max(wall, before + 1);

/** Whatever order an engine gives the fields of what it stored. */
const isSame = (a: PlanTerms, b: PlanTerms): boolean => isDeepStrictEqual(plain(a), plain(b));
const plain = (terms: PlanTerms): unknown => JSON.parse(JSON.stringify(terms));
