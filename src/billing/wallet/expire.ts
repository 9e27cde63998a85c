import type { Reader, Tx } from "../../db/database.ts";
import type { GrantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import type { GrantRow } from "../../ledger/store.ts";
import { hasOpenHolds, lockedCustomer, lockedGrants, saveGrant } from "../cycles/store.ts";
import { credit, debit, post } from "../journal/journal.ts";
import { hasTransfer, sumBySource } from "../journal/store.ts";
import { accountOf } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { creditSource } from "./credit.ts";
import { listLapsed } from "./store.ts";

const ROWS_MAX = 200;

/**
 * Lets lapse what is left of credit whose time is over, once no call that was admitted before may still draw on it. What was prepaid is no longer owed, and so
 * is revenue (its tax was paid when it was bought); what was a gift just ends.
 */
export async function expireCredit(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const rows = await listLapsed(db.read, clock.now(), after, ROWS_MAX);
    for (const row of rows) {
      try {
        await db.transaction((tx) => lapse(tx, parts, row));
        parts.step?.("credit lapsed");
      } catch (error) {
        log.error({ err: error, grant: row.id }, "what is left of a grant could not lapse");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.id;
  }
}

async function lapse(tx: Tx, parts: BillingParts, { id, tenant_id, customer_id }: GrantRow): Promise<void> {
  const { clock } = parts;
  await lockedCustomer(tx, customer_id);
  const grant = (await lockedGrants(tx, [id])).get(id);
  const now = clock.now();
  if (!grant || grant.expires_at === null || grant.expires_at > now || grant.held > 0) return;
  const left = micros(grant.amount - grant.used);
  if (left <= 0) return;
  if (await hasOpenHolds(tx, { tenant_id, customer_id, start_at: grant.starts_at, end_at: grant.expires_at })) return;
  await saveGrant(tx, id, { amount: grant.used });
  if (grant.kind === "prepaid") await recognise(tx, parts, grant, left);
  await told(tx, clock, {
    ...{ type: "credit.expired", dedupe: `credit.expired ${id} ${now}`, tenant_id },
    data: {
      ...{ grant_id: id, customer_id, kind: grant.kind, amount_micros: left, currency: grant.currency },
      reason: grant.reason,
    },
  });
}

async function recognise(tx: Tx, { clock }: BillingParts, grant: GrantRow, left: Micros): Promise<void> {
  const { id, tenant_id, customer_id, currency, source } = grant;
  // What was never booked as owed is none of the wallet's.
  if (!source?.startsWith("topup:") && !(await hasTransfer(tx, creditSource(grant)))) return;
  const at = clock.now();
  await post(
    tx,
    {
      ...{ source: `${prefixOf(id)}${at}`, kind: "breakage", account_id: await accountOf(tx, tenant_id) },
      ...{ tenant_id, customer_id, at, memo: "Prepaid credit expired" },
      entries: [debit("wallet", currency, left), credit("revenue.breakage", currency, left)],
    },
    clock.wall(),
  );
}

/** What lapsed of a grant and was not given back since: its money was not earned by any service. */
export async function lapsedOf(read: Reader, { id, tenant_id, customer_id }: GrantRow): Promise<Micros> {
  const of = { tenant_id, customer_id, ledger_account: "revenue.breakage", source_prefix: prefixOf(id) };
  return micros(-(await sumBySource(read, of)));
}

/** The money of lapsed credit goes back: it is owed again, and no revenue. Once for its source. */
export async function unlapse(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  { id, tenant_id, customer_id, currency }: GrantRow,
  { amount, source }: { readonly amount: Micros; readonly source: string },
): Promise<void> {
  await post(
    tx,
    {
      ...{ source: `${prefixOf(id)}back:${source}`, kind: "breakage", account_id: await accountOf(tx, tenant_id) },
      ...{ tenant_id, customer_id, at: clock.now(), memo: "Expired credit is given back" },
      entries: [debit("revenue.breakage", currency, amount), credit("wallet", currency, amount)],
    },
    clock.wall(),
  );
}

const prefixOf = (id: GrantId): string => `breakage:${id}:`;
