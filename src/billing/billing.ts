import type { Router } from "express";
import { DAY, HOUR, MINUTE, SECOND } from "../kernel/clock.ts";
import type { MailAttachment } from "../outgoing/mails.ts";
import type { CustomerRow, TenantRow } from "../tenants/store.ts";
import { collectDue } from "./collection/collect.ts";
import { dunDue } from "./collection/dunning.ts";
import { applyToken } from "./collection/mandate.ts";
import { mandateAdminRoutes, mandateRoutes } from "./collection/routes.ts";
import { billBases } from "./cycles/base.ts";
import { billEarly, closeDueCycles } from "./cycles/close.ts";
import { ensureInForce, rollDueCycles } from "./cycles/in-force.ts";
import { billingRoutes, cycleAdminRoutes } from "./cycles/routes.ts";
import type { SubscriptionRow } from "./cycles/store.ts";
import { bookUnplanned } from "./cycles/unplanned.ts";
import { attachmentOf } from "./documents/attachment.ts";
import { openPrinter } from "./documents/printer.ts";
import { documentAdminRoutes, documentRoutes } from "./documents/routes.ts";
import { exportAdminRoutes } from "./exports/admin-routes.ts";
import { gstReturnAdminRoutes } from "./gst-return/admin-routes.ts";
import { invoiceAdminRoutes, invoiceRoutes, statementAdminRoutes } from "./invoices/routes.ts";
import { creditLiabilityAdminRoutes } from "./liability/admin-routes.ts";
import { profileAdminRoutes, profileRoutes, sellerAdminRoutes } from "./parties/routes.ts";
import type { BillingParts } from "./parts.ts";
import { applyCharges, applyOrder, applyPayment, applyPaymentLink } from "./payments/apply.ts";
import { applyDispute } from "./payments/dispute.ts";
import { giveBackDue } from "./payments/give-back.ts";
import { applyRefundTold } from "./payments/refund-told.ts";
import { refundAdminRoutes } from "./payments/routes.ts";
import { razorpayAdminRoutes } from "./razorpay/admin-routes.ts";
import { type Appliers, applyWebhooks } from "./razorpay/inbox.ts";
import { selfInvoiceAdminRoutes } from "./self-invoices/admin-routes.ts";
import { cutSelfInvoices } from "./self-invoices/cut.ts";
import { completeChanges } from "./subscriptions/complete-change.ts";
import { planMigrationAdminRoutes } from "./subscriptions/migrate-routes.ts";
import { moveOwn } from "./subscriptions/own.ts";
import { subscriptionAdminRoutes, subscriptionRoutes } from "./subscriptions/routes.ts";
import { syncSubscription } from "./subscriptions/sync.ts";
import { sweep } from "./sweep.ts";
import { sendProposals } from "./wallet/auto-top-up.ts";
import { creditAdminRoutes } from "./wallet/credit-routes.ts";
import { expireCredit } from "./wallet/expire.ts";
import { promotionAdminRoutes, promotionRoutes } from "./wallet/promotion-routes.ts";
import { repeatCredit } from "./wallet/repeat.ts";
import { walletRoutes } from "./wallet/routes.ts";
import { walletSettingsAdminRoutes, walletSettingsRoutes } from "./wallet/settings-routes.ts";
import { expireTopups } from "./wallet/store.ts";
import { watchWallets } from "./wallet/watch.ts";
import { watch } from "./watch.ts";

export interface TimedStep {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
  /** See Job. */
  readonly waitMaxMs?: number;
}

/** Billing as a whole: its routes, its timed work, and what the hot path asks of it. */
export interface Billing {
  readonly adminRoutes: readonly Router[];
  readonly customerRoutes: readonly Router[];
  readonly timed: readonly TimedStep[];
  inForce(tenant: TenantRow, customer: CustomerRow): Promise<CustomerRow>;
  /** The PDF of an invoice or a credit note, for a mail. */
  attachmentOf(id: string): Promise<MailAttachment | null>;
  /** What makes our rows agree with an entity at Razorpay. */
  readonly appliers: Appliers;
  /** The charges of a subscription that were not seen. */
  charges(row: SubscriptionRow): Promise<void>;
  close(): Promise<void>;
}

export function openBilling(parts: BillingParts): Billing {
  const printer = openPrinter();
  const documents = { ...parts, printer };
  const appliers = appliersOf(parts);
  const charges = (row: SubscriptionRow) => applyCharges(parts, row);
  const looks = { payment: appliers.payment, link: appliers.payment_link };
  return {
    adminRoutes: [
      ...[documentAdminRoutes(documents), selfInvoiceAdminRoutes(documents), gstReturnAdminRoutes(parts)],
      exportAdminRoutes(parts),
      ...[sellerAdminRoutes(parts), profileAdminRoutes(parts), subscriptionAdminRoutes(parts, { charges })],
      ...[mandateAdminRoutes(parts), cycleAdminRoutes(parts), invoiceAdminRoutes(parts), statementAdminRoutes(parts)],
      planMigrationAdminRoutes(parts),
      ...[refundAdminRoutes(parts), promotionAdminRoutes(parts), razorpayAdminRoutes(parts)],
      ...[creditAdminRoutes(parts), walletSettingsAdminRoutes(parts), creditLiabilityAdminRoutes(parts)],
    ],
    customerRoutes: [
      documentRoutes(documents),
      ...[profileRoutes(parts), subscriptionRoutes(parts, { charges }), walletRoutes(parts), mandateRoutes(parts)],
      ...[promotionRoutes(parts), invoiceRoutes(parts), billingRoutes(parts), walletSettingsRoutes(parts)],
    ],
    timed: [
      { name: "billing.webhooks", everyMs: SECOND, run: () => drained(() => applyWebhooks(parts, appliers)) },
      { name: "billing.poll", everyMs: 15 * MINUTE, run: () => watch(parts, appliers) },
      { name: "billing.sweep", everyMs: DAY, run: () => sweep(parts, appliers) },
      { name: "billing.subscriptions", everyMs: MINUTE, run: () => moveOwn(parts) },
      { name: "billing.changes", everyMs: MINUTE, run: () => completeChanges(parts, charges) },
      { name: "billing.close", everyMs: MINUTE, run: () => closeDueCycles(parts) },
      { name: "billing.roll", everyMs: MINUTE, run: () => rollDueCycles(parts) },
      { name: "billing.bases", everyMs: MINUTE, run: () => billBases(parts) },
      { name: "billing.early", everyMs: MINUTE, run: () => billEarly(parts) },
      {
        name: "billing.topups",
        everyMs: 15 * MINUTE,
        run: () => parts.db.transaction((tx) => expireTopups(tx, parts.clock.now())),
      },
      { name: "billing.unplanned", everyMs: 12 * HOUR, run: () => bookUnplanned(parts) },
      { name: "billing.self_invoices", everyMs: HOUR, run: () => cutSelfInvoices(parts) },
      { name: "billing.credits", everyMs: MINUTE, run: () => repeatCredit(parts) },
      { name: "billing.expiry", everyMs: 15 * MINUTE, run: () => expireCredit(parts) },
      { name: "billing.wallets", everyMs: MINUTE, run: () => watchWallets(parts) },
      { name: "billing.proposals", everyMs: MINUTE, run: () => sendProposals(parts) },
      { name: "billing.collect", everyMs: MINUTE, run: () => collectDue(parts, looks) },
      { name: "billing.refunds", everyMs: MINUTE, run: () => giveBackDue(parts) },
      { name: "billing.dun", everyMs: 15 * MINUTE, run: () => dunDue(parts) },
    ],
    inForce: (tenant, customer) => ensureInForce(parts, tenant, customer),
    attachmentOf: (id) => attachmentOf(documents, id),
    ...{ appliers, charges },
    close: () => printer.close(),
  };
}

/** Goes on while there is something to do. */
async function drained(work: () => Promise<number>): Promise<void> {
  while ((await work()) > 0);
}

const appliersOf = (parts: BillingParts): Appliers => ({
  async subscription(account_id, id) {
    const { applied, row } = await syncSubscription(parts, account_id, id, "webhook");
    if (row) await applyCharges(parts, row);
    return applied;
  },
  payment: (account_id, id) => applyPayment(parts, account_id, id),
  order: (account_id, id) => applyOrder(parts, account_id, id),
  token: (account_id, id) => applyToken(parts, account_id, id),
  payment_link: (account_id, id) => applyPaymentLink(parts, account_id, id),
  // Razorpay's invoices belong to charges, which tell of themselves.
  invoice: async () => "ignored",
  refund: (account_id, id) => applyRefundTold(parts, account_id, id),
  dispute: (account_id, id) => applyDispute(parts, account_id, id),
});
