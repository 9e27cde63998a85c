import type * as told from "../../shared/openapi.ts";

/** What the API says of billing, under the names that this page has for it. Amounts: micros net of tax, paise gross. */

export type { Billing, ChangePreview, Invoice, Mandate, Quota, Subscription } from "../../shared/openapi.ts";

export type Plan = told.OfferedPlan;
export type Profile = told.BillingProfile;
export type Terms = Pick<
  Plan,
  "period" | "interval" | "price_paise" | "tax" | "included_micros" | "overage" | "unit" | "collection"
>;
export type Grant = told.Billing["grants"][number];
export type OpenInvoice = told.Billing["open"][number];
/** One's subscription, what can be done with it now, and a change of plan that is to take its place. */
export type CurrentSubscription = told.SubscriptionStanding;
export type SubscriptionStatus = told.Subscription["status"];
export type Act = CurrentSubscription["possible"][number];
export type Method = told.Mandate["method"];
export type Mandates = told.Routes["GET /api/billing/mandate"]["answer"];
export type Address = Profile["address"];
