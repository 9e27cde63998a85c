import type { AccountId } from "../../db/schema/sellers.ts";
import { MINUTE } from "../../kernel/clock.ts";
import { newId, type TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import type { BillingParts } from "../parts.ts";
import type { Operation } from "../steps.ts";
import { RazorpayRefusal, RazorpayUnreachable } from "./errors.ts";
import type { Razorpay } from "./port.ts";
import { type ClaimRow, findClaim, insertClaim, leaseClaim, saveClaim } from "./store.ts";

/** Longer than a call may take: until then nobody else sends it. */
const LEASE_MS = 2 * MINUTE;

export interface Creation<T extends { readonly id: string }> {
  /** The occasion's own name: of one, there is one call. */
  readonly key: string;
  readonly account_id: AccountId;
  readonly tenant_id: TenantId;
  readonly operation: Operation;
  /** What is sent, for the record. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly send: (razorpay: Razorpay, request: Readonly<Record<string, unknown>>) => Promise<T>;
  /** Looks for what was made, by its reference; null where it is not to be seen. */
  readonly find: (razorpay: Razorpay, claim: ClaimRow) => Promise<T | null>;
  /** Business time after which its absence is believed, and it is sent again; `never` where that could charge somebody twice. */
  readonly resendAfterMs: number | "never";
}

/**
 * Creates something at Razorpay once for its key, which has no idempotency of its own. The claim is durable before the call; what comes back is
 * kept, so that asking again answers the same. After a lost answer it is looked for, and sent again only when its absence is certain enough.
 * Throws RazorpayRefusal where Razorpay says no (a later call tries anew), and `collector_unreachable` while nobody knows.
 */
export async function createOnce<T extends { readonly id: string }>(
  parts: BillingParts,
  creation: Creation<T>,
): Promise<T> {
  const { db, clock } = parts;
  const { key, account_id } = creation;
  const razorpay = await parts.collectors.of(account_id);
  const claim = await claimed(parts, creation);
  if (claim.state === "done") return claim.answer as T;

  const wall = clock.wall();
  if (!(await db.transaction((tx) => leaseClaim(tx, claim.id, { wall, until: wall + LEASE_MS })))) throw unknown();
  // Between the look and the lease another may have finished it.
  const current = (await findClaim(db.read, key)) ?? claim;
  if (current.state === "done") {
    await release(parts, claim.id);
    return current.answer as T;
  }

  try {
    if (current.state === "sent") {
      const found = await creation.find(razorpay, current);
      if (found) return await done(parts, current, found);
      const age = clock.now() - (current.sent_at ?? current.created_at);
      if (creation.resendAfterMs === "never" || age < creation.resendAfterMs) throw unknown();
    }
    await db.transaction((tx) =>
      saveClaim(tx, claim.id, {
        state: "sent",
        sent_at: clock.now(),
        attempts: current.attempts + 1,
        updated_at: clock.now(),
      }),
    );
    parts.step?.(`${creation.operation} sent`);
    const made = await creation.send(razorpay, current.request as Creation<T>["request"]);
    parts.step?.(`${creation.operation} answered`);
    await done(parts, current, made);
    parts.step?.(`${creation.operation} kept`);
    return made;
  } catch (error) {
    if (error instanceof RazorpayRefusal) {
      const { message, code, reason, field, status } = error;
      await db.transaction((tx) =>
        saveClaim(tx, claim.id, {
          ...{
            state: "refused",
            answer: { message, code, reason, field, status },
            leased_until: 0,
            updated_at: clock.now(),
          },
        }),
      );
      throw error;
    }
    await release(parts, claim.id);
    if (error instanceof RazorpayUnreachable) throw unknown(error);
    throw error;
  }
}

/** The claim of this occasion, made where it is new. */
async function claimed<T extends { readonly id: string }>(
  { db, clock, step }: BillingParts,
  { key, account_id, tenant_id, operation, request }: Creation<T>,
): Promise<ClaimRow> {
  const known = await findClaim(db.read, key);
  if (known) return known;
  const now = clock.now();
  const row: ClaimRow = {
    ...{ id: newId("claim", clock.wall()), key, account_id, tenant_id, operation, request },
    ...{ state: "claimed", remote_id: null, answer: null, attempts: 0, sent_at: null, leased_until: 0 },
    ...{ created_at: now, updated_at: now },
  };
  const claim = await db.transaction(async (tx) => ((await insertClaim(tx, row)) ? row : (await findClaim(tx, key))!));
  step?.(`${operation} claimed`);
  return claim;
}

async function done<T extends { readonly id: string }>(
  { db, clock }: BillingParts,
  claim: ClaimRow,
  made: T,
): Promise<T> {
  await db.transaction((tx) =>
    saveClaim(tx, claim.id, {
      state: "done",
      remote_id: made.id,
      answer: made,
      leased_until: 0,
      updated_at: clock.now(),
    }),
  );
  return made;
}

const release = ({ db }: BillingParts, id: string) => db.transaction((tx) => saveClaim(tx, id, { leased_until: 0 }));

const unknown = (cause?: unknown) => new Problem("collector_unreachable", { cause });
