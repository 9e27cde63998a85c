import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { auditAdminDescribed } from "./admins/audit/described.ts";
import { adminKeyDescribed } from "./admins/keys/described.ts";
import { WRITES } from "./admins/role.ts";
import { adminSessionDescribed, adminSignInDescribed } from "./admins/sessions/described.ts";
import { alertAdminDescribed } from "./alerts/described.ts";
import { mandateAdminDescribed, mandateDescribed } from "./billing/collection/described.ts";
import { billingDescribed, cycleAdminDescribed } from "./billing/cycles/described.ts";
import { documentAdminDescribed, documentDescribed } from "./billing/documents/described.ts";
import { exportAdminDescribed } from "./billing/exports/described.ts";
import { gstReturnAdminDescribed } from "./billing/gst-return/described.ts";
import { invoiceAdminDescribed, invoiceDescribed, statementAdminDescribed } from "./billing/invoices/described.ts";
import { creditLiabilityAdminDescribed } from "./billing/liability/described.ts";
import { profileAdminDescribed, profileDescribed, sellerAdminDescribed } from "./billing/parties/described.ts";
import { refundAdminDescribed } from "./billing/payments/described.ts";
import { razorpayAdminDescribed, webhookDescribed } from "./billing/razorpay/described.ts";
import { selfInvoiceAdminDescribed } from "./billing/self-invoices/described.ts";
import * as subscriptions from "./billing/subscriptions/described.ts";
import * as wallet from "./billing/wallet/described.ts";
import { catalogAdminDescribed, ownPlansDescribed, planAdminDescribed } from "./catalog/described.ts";
import { deskAdminDescribed } from "./desk/described.ts";
import { gatewayDescribed } from "./gateway/described.ts";
import { type OpenApi, openApiOf } from "./http/openapi.ts";
import { type Chapter, media } from "./http/operation.ts";
import { jobAdminDescribed } from "./jobs/described.ts";
import { ledgerAdminDescribed, quotaDescribed } from "./ledger/described.ts";
import { outgoingAdminDescribed } from "./outgoing/described.ts";
import { privacyAdminDescribed } from "./privacy/described.ts";
import { reconcileAdminDescribed } from "./reconcile/described.ts";
import { reportAdminDescribed } from "./reports/described.ts";
import { planPreviewDescribed } from "./reports/plans/described.ts";
import { pricePreviewDescribed } from "./reports/prices/described.ts";
import { sandboxAdminDescribed } from "./sandbox/described.ts";
import * as tenants from "./tenants/described.ts";
import { usageAdminDescribed, usageDescribed } from "./usage/described.ts";

const status = z.object({ status: z.string() });
const operationsDescribed: Chapter = {
  ...{ tag: "Operations", for: "anybody", under: "" },
  operations: {
    "GET /healthz": { summary: "Say whether the process answers", answers: { 200: status } },
    "GET /readyz": {
      summary: "Say whether it can work: its database is there, with its tables",
      answers: { 200: status },
    },
    "GET /metrics": { summary: "Metrics, for Prometheus", answers: { 200: media("text/plain") } },
  },
};

/** All that Tollgate can be asked, in the order in which a reader meets it. */
const CHAPTERS: readonly Chapter[] = [
  ...gatewayDescribed,
  ...[tenants.ownTenantDescribed, tenants.ownKeysDescribed, quotaDescribed, usageDescribed, ownPlansDescribed],
  ...[billingDescribed, profileDescribed, subscriptions.subscriptionDescribed, mandateDescribed],
  ...[wallet.walletSettingsDescribed, wallet.walletDescribed, documentDescribed, invoiceDescribed],
  ...[adminSignInDescribed, adminSessionDescribed, adminKeyDescribed],
  ...[tenants.tenantAdminDescribed, tenants.userAdminDescribed, privacyAdminDescribed, tenants.keyAdminDescribed],
  ...[ledgerAdminDescribed, usageAdminDescribed, catalogAdminDescribed, planAdminDescribed],
  ...[subscriptions.planMigrationAdminDescribed, cycleAdminDescribed, profileAdminDescribed],
  ...[subscriptions.subscriptionAdminDescribed, mandateAdminDescribed, statementAdminDescribed],
  ...[wallet.creditAdminDescribed, wallet.walletSettingsAdminDescribed, documentAdminDescribed, invoiceAdminDescribed],
  ...[refundAdminDescribed, wallet.promotionAdminDescribed, sellerAdminDescribed, razorpayAdminDescribed],
  ...[
    reportAdminDescribed,
    planPreviewDescribed,
    pricePreviewDescribed,
    creditLiabilityAdminDescribed,
    gstReturnAdminDescribed,
    exportAdminDescribed,
    selfInvoiceAdminDescribed,
    reconcileAdminDescribed,
    alertAdminDescribed,
  ],
  ...[
    outgoingAdminDescribed,
    deskAdminDescribed,
    jobAdminDescribed,
    auditAdminDescribed,
    sandboxAdminDescribed,
    webhookDescribed,
    operationsDescribed,
  ],
];

/** The OpenAPI document of this version: what `/openapi.json` serves and `tollgate openapi` prints. */
export const openApiDocument = (): OpenApi => openApiOf(CHAPTERS, { version: packageJson.version, roleFor });

/** The least role that may write there; everybody reads. */
function roleFor(route: string): string | null {
  if (route.startsWith("GET ")) return null;
  return Object.entries(WRITES).find(([, routes]) => routes.includes(route))?.[0] ?? "owner";
}
