import { type GrantId, isId } from "../../kernel/id.ts";
import { micros } from "../../kernel/money.ts";
import type { Held } from "../../ledger/books.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts, Step } from "../step.ts";
import {
  drawnBy,
  type GrantRow,
  grantsOf,
  listCustomers,
  lockedGrants,
  type Owner,
  openHolds,
  saveHeld,
  tierCountersOf,
} from "./store.ts";

const CUSTOMERS_MAX = 50;

/** What was used of a grant is what events drew of it, and what is held of it is what open requests hold. */
export const proveGrants: Step = async (parts, _run, { cursor }) => {
  const { db } = parts;
  const owners = await listCustomers(db.read, cursor ?? "", CUSTOMERS_MAX);
  const ids = owners.map(({ id }) => id);
  const grants = Map.groupBy(await grantsOf(db.read, ids), ({ customer_id }) => customer_id);
  const tiers = Map.groupBy(await tierCountersOf(db.read, owners), ({ subject_id }) => subject_id);
  const held = heldOf(await openHolds(db.read));
  const findings: NewFinding[] = [];
  for (const owner of owners) {
    const own = grants.get(owner.id) ?? [];
    const counters = tiers.get(owner.id) ?? [];
    const { drawn, listed } = own.length || counters.length ? await drawnBy(db.read, owner) : NOTHING;
    for (const grant of own) findings.push(...bounds(grant));
    const suspects = own.filter(({ id, used, held: h }) => used !== (drawn.get(id) ?? 0) || h !== (held.get(id) ?? 0));
    if (suspects.length) findings.push(...(await again(parts, owner, suspects)));
    for (const { id, tenant_id, used } of counters) {
      const events = listed.get(id) ?? 0;
      if (used === events) continue;
      findings.push({
        ...{ kind: "tier_counter_differs", subject: id, tenant_id, rows: [id], touches: [tenant_id, owner.id] },
        ...{ local: { used_micros: events }, remote: { used_micros: used } },
      });
    }
  }
  const next = owners.length < CUSTOMERS_MAX ? null : (ids.at(-1) ?? null);
  return { findings, next, looked_at: { customers: owners.length } };
};

const NOTHING = { drawn: new Map<string, number>(), listed: new Map<string, number>() };

const bounds = ({ id, tenant_id, customer_id, amount, used, held, currency }: GrantRow): NewFinding[] =>
  used >= 0 && held >= 0 && used + held <= amount
    ? []
    : [
        {
          ...{ kind: "grant_overdrawn", subject: id, tenant_id, rows: [id], touches: [customer_id] },
          ...{ local: { used_micros: used, held_micros: held, currency }, remote: { amount_micros: amount } },
        },
      ];

/** With their rows locked, so that nobody draws between the two looks. */
function again({ db }: ReconcileParts, owner: Owner, suspects: readonly GrantRow[]): Promise<NewFinding[]> {
  return db.transaction(async (tx) => {
    const locked = await lockedGrants(
      tx,
      suspects.map(({ id }) => id),
    );
    const { drawn } = await drawnBy(tx, owner);
    const held = heldOf(await openHolds(tx));
    return [...locked.values()].flatMap((grant): NewFinding[] => {
      const { id, tenant_id, customer_id, cycle_id } = grant;
      const about = { tenant_id, rows: [id], touches: [customer_id, tenant_id, ...(cycle_id ? [cycle_id] : [])] };
      const [used, holding] = [drawn.get(id) ?? 0, held.get(id) ?? 0];
      return [
        ...(grant.used === used
          ? []
          : [
              {
                kind: "grant_used_differs" as const,
                subject: id,
                ...about,
                local: { used },
                remote: { used: grant.used },
              },
            ]),
        ...(grant.held === holding
          ? []
          : [
              {
                kind: "grant_held_differs" as const,
                subject: id,
                ...about,
                local: { held: holding },
                remote: { held: grant.held },
              },
            ]),
      ];
    });
  });
}

/** What open holds hold of each grant. */
function heldOf(open: readonly { readonly held: unknown }[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { held } of open)
    for (const { grant_id, amount } of (held as Held).draws) sums.set(grant_id, (sums.get(grant_id) ?? 0) + amount);
  return sums;
}

/** What nobody holds is free again. */
export async function repairGrantHeld({ db }: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  if (!isId("grant", subject)) return false;
  return db.transaction(async (tx) => {
    const grant = (await lockedGrants(tx, [subject as GrantId])).get(subject as GrantId);
    if (!grant) return false;
    const held = micros(heldOf(await openHolds(tx)).get(grant.id) ?? 0);
    if (grant.used + held > grant.amount) return false;
    await saveHeld(tx, grant.id, held);
    return true;
  });
}
