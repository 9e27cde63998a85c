import { presentCollection, presentMandate } from "../billing/collection/routes.ts";
import { listMandates, pageOfCollections } from "../billing/collection/store.ts";
import { listSubscriptions, type SubscriptionRow } from "../billing/cycles/store.ts";
import { presentCreditNote, presentInvoice } from "../billing/invoices/routes.ts";
import { lastCreditNotes, listInvoices } from "../billing/invoices/store.ts";
import type { BillingParts } from "../billing/parts.ts";
import { presentPayment, presentRefund } from "../billing/payments/routes.ts";
import { lastPayments, pageOfRefunds } from "../billing/payments/store.ts";
import { listChanges } from "../billing/subscriptions/store.ts";
import { presentGrant } from "../billing/wallet/credit-routes.ts";
import type { Reader } from "../db/database.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { presentHold } from "../ledger/admin-routes.ts";
import { listOpenHolds, pageOfGrants } from "../ledger/store.ts";
import { findCustomerById, findTenant, findUser } from "../tenants/store.ts";
import { newsOf } from "./news.ts";
import { standingNow } from "./standing.ts";
import { statementTail } from "./statement-tail.ts";

/** Of each list so many, newest first; the rest is behind its link. */
const ROWS_MAX = 10;
const CHANGES_MAX = 20;

/** One page of a list, one row more than is shown, which tells that there are more. */
const PAGE = { limit: ROWS_MAX };

const some = <R, T>(rows: readonly R[], link: string, present: (row: R) => T, rowsMax = ROWS_MAX) => ({
  data: rows.slice(0, rowsMax).map(present),
  has_more: rows.length > rowsMax,
  link,
});

/** All there is to know of a customer when it calls: who it is, how it stands, what was sold, paid and refused, and what is under way. */
export async function story(parts: BillingParts, customer_id: string) {
  const { read } = parts.db;
  const customer = await findCustomerById(read, customer_id);
  const tenant = await findTenant(read, customer.tenant_id);
  const user = customer.user_id === null ? null : await findUser(read, customer.user_id, tenant.id);
  const of = { tenant_id: tenant.id, customer_id: customer.id };
  const admin = "/api/admin";
  const door = user ? `${admin}/users/${user.id}` : `${admin}/tenants/${tenant.id}`;
  const whose = `customer_id=${customer.id}`;
  const mandates = (await listMandates(read, tenant.id, customer.id)).toReversed();

  return {
    ...(await standingNow(parts, { tenant, user, customer, door })),
    grants: some(await pageOfGrants(read, tenant.id, customer.id, PAGE), `${door}/credits`, presentGrant),
    mandates: some(mandates, `${door}/mandate`, presentMandate),
    subscriptions: await subscriptionsOf(read, of, `${door}/subscription`),
    invoices: some(await listInvoices(read, PAGE, of), `${admin}/invoices?${whose}`, presentInvoice),
    credit_notes: some(await lastCreditNotes(read, of, ROWS_MAX + 1), `${admin}/invoices?${whose}`, presentCreditNote),
    payments: some(await lastPayments(read, of, ROWS_MAX + 1), `${admin}/payments?${whose}`, presentPayment),
    refunds: some(await pageOfRefunds(read, PAGE, of), `${admin}/refunds?${whose}`, presentRefund),
    collections: some(await pageOfCollections(read, PAGE, of), `${admin}/collections?${whose}`, presentCollection),
    open_holds: some(await listOpenHolds(read, PAGE, of), `${admin}/holds?${whose}`, presentHold),
    ...(await newsOf(read, customer, ROWS_MAX)),
    statement: await statementTail(read, of, { rowsMax: ROWS_MAX, link: `${door}/statement` }),
  };
}

/** Each with what became of it, newest first. */
async function subscriptionsOf(
  read: Reader,
  { tenant_id, customer_id }: Pick<SubscriptionRow, "tenant_id" | "customer_id">,
  link: string,
) {
  const rows = await listSubscriptions(read, tenant_id, customer_id);
  const told = await Promise.all(
    rows.slice(0, ROWS_MAX).map(async (row) => {
      const changes = (await listChanges(read, row.id)).toReversed();
      const history = changes.slice(0, CHANGES_MAX).map(({ from_status, to_status, cause, at }) => ({
        ...{ from: from_status, to: to_status, cause, at: iso(at) },
      }));
      return { ...presentSubscription(row), history, has_more_history: changes.length > CHANGES_MAX };
    }),
  );
  return { data: told, has_more: rows.length > ROWS_MAX, link };
}

const presentSubscription = (row: SubscriptionRow) => ({
  ...{ id: row.id, plan_id: row.plan_id, plan_version_id: row.plan_version_id, collection: row.collection },
  ...{ status: row.status, method: row.method, razorpay_subscription_id: row.razorpay_subscription_id },
  ...{ paid_count: row.paid_count, remaining_count: row.remaining_count, cancel_at_cycle_end: row.cancel_at_cycle_end },
  ...{ current_start: isoOrNull(row.current_start), current_end: isoOrNull(row.current_end) },
  ...{ charge_at: isoOrNull(row.charge_at), pending_since: isoOrNull(row.pending_since) },
  ...{ replaces: row.replaces, replace_when: row.replace_when, adopted_at: isoOrNull(row.adopted_at) },
  ...{ ended_at: isoOrNull(row.ended_at), created_at: iso(row.created_at) },
});
