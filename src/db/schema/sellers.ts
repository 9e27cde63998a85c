import { sql } from "drizzle-orm";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/** Whose Razorpay account it is, and so who supplies: the operator, or a tenant that collects on its own. */
export type AccountId = "operator" | TenantId;

/** How a plan's money is collected. */
export type Collection = "subscription" | "mandate" | "prepaid";

export interface Address {
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
}

/** Who supplies, one for each Razorpay account: what an invoice says of its seller. */
export const sellers = c.table("sellers", {
  id: c.text<AccountId>().primaryKey(),
  /** Null for the operator. */
  tenant_id: c.text<TenantId>(),
  legal_name: c.text().notNull(),
  gstin: c.text(),
  address: c.json<Address>().notNull(),
  /** GST's two digits: 29 is Karnataka. */
  state_code: c.text().notNull(),
  sac: c.text().notNull(),
  /** Prefix of the document numbers, at most five characters. */
  invoice_series: c.text().notNull(),
  /** The letter of undertaking under which exports carry no tax. */
  lut: c.text(),
  created_at: c.int().notNull(),
  updated_at: c.int().notNull(),
});

/** A tenant's own Razorpay credentials, sealed to its id. The operator's are settings. */
export const razorpayAccounts = c.table("razorpay_accounts", {
  id: c.text<TenantId>().primaryKey(),
  tenant_id: c.text<TenantId>().notNull(),
  key_id: c.text().notNull(),
  key_secret_sealed: c.text().notNull(),
  webhook_secret_sealed: c.text().notNull(),
  /** The secret before the present one: retries of older events still carry it. */
  webhook_secret_before_sealed: c.text(),
  rotated_at: c.int(),
  created_at: c.int().notNull(),
  updated_at: c.int().notNull(),
});

/** What an invoice says of its recipient. The State is needed before anything is sold. */
export const billingProfiles = c.table(
  "billing_profiles",
  {
    customer_id: c.text<CustomerId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    name: c.text().notNull(),
    email: c.text().notNull(),
    contact: c.text().notNull(),
    address: c.json<Address>().notNull(),
    state_code: c.text().notNull(),
    gstin: c.text(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("billing_profiles_tenant").on(t.tenant_id),
    c.index("billing_profiles_email").on(sql`lower(${t.email})`),
  ],
);

/** Under which id a Razorpay account knows a customer. */
export const razorpayCustomers = c.table(
  "razorpay_customers",
  {
    account_id: c.text<AccountId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    razorpay_customer_id: c.text().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.primaryKey({ columns: [t.account_id, t.customer_id] }),
    c.index("razorpay_customers_remote").on(t.razorpay_customer_id, t.account_id),
  ],
);

/** Under which id a Razorpay account knows a version of a plan: made there when it is first sold. */
export const razorpayPlans = c.table(
  "razorpay_plans",
  {
    account_id: c.text<AccountId>().notNull(),
    plan_version_id: c.text().notNull(),
    tenant_id: c.text<TenantId>(),
    razorpay_plan_id: c.text().notNull(),
    amount_paise: c.int().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.account_id, t.plan_version_id] })],
);
