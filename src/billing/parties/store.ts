import { and, asc, eq } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { billingProfiles, razorpayAccounts, razorpayCustomers, sellers } from "../../db/schema.ts";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";

export type SellerRow = typeof sellers.$inferSelect;
export type ProfileRow = typeof billingProfiles.$inferSelect;

/** On whose account a tenant's customers pay: its own where it has one, else the operator's. */
export async function accountOf(read: Reader, tenant_id: TenantId): Promise<AccountId> {
  const [own] = await read
    .select({ id: razorpayAccounts.id })
    .from(razorpayAccounts)
    .where(eq(razorpayAccounts.id, tenant_id));
  return own?.id ?? "operator";
}

export async function findSeller(read: Reader, account_id: AccountId): Promise<SellerRow | undefined> {
  const [row] = await read.select().from(sellers).where(eq(sellers.id, account_id));
  return row;
}

/** Who supplies on this account; without that nothing can be invoiced, and so nothing sold. */
export async function sellerOf(read: Reader, account_id: AccountId): Promise<SellerRow> {
  const row = await findSeller(read, account_id);
  if (row) return row;
  throw new Problem("conflict", {
    message: "Nothing can be sold yet: the operator sets who supplies with PUT /api/admin/sellers.",
  });
}

export const listSellers = (read: Reader): Promise<SellerRow[]> => read.select().from(sellers).orderBy(asc(sellers.id));

export async function saveSeller(tx: Tx, row: SellerRow): Promise<void> {
  const { id: _, created_at: __, ...set } = row;
  await tx.insert(sellers).values(row).onConflictDoUpdate({ target: sellers.id, set });
}

export async function findProfile(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
): Promise<ProfileRow | undefined> {
  const [row] = await read
    .select()
    .from(billingProfiles)
    .where(and(eq(billingProfiles.tenant_id, tenant_id), eq(billingProfiles.customer_id, customer_id)));
  return row;
}

/** Who buys; its State decides the tax, so it comes before everything that costs money. */
export async function profileOf(read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<ProfileRow> {
  const row = await findProfile(read, tenant_id, customer_id);
  if (row) return row;
  throw new Problem("conflict", {
    message: "Set the billing profile first (PUT /api/billing/profile): its State decides the tax.",
    details: { missing: "billing_profile" },
  });
}

export async function saveProfile(tx: Tx, row: ProfileRow): Promise<void> {
  const { customer_id: _, created_at: __, ...set } = row;
  await tx.insert(billingProfiles).values(row).onConflictDoUpdate({ target: billingProfiles.customer_id, set });
}

export async function findRazorpayCustomer(
  read: Reader,
  account_id: AccountId,
  customer_id: CustomerId,
): Promise<string | undefined> {
  const [row] = await read
    .select({ id: razorpayCustomers.razorpay_customer_id })
    .from(razorpayCustomers)
    .where(and(eq(razorpayCustomers.account_id, account_id), eq(razorpayCustomers.customer_id, customer_id)));
  return row?.id;
}

export async function insertRazorpayCustomer(
  tx: Tx,
  row: {
    account_id: AccountId;
    customer_id: CustomerId;
    tenant_id: TenantId;
    razorpay_customer_id: string;
    created_at: number;
  },
): Promise<void> {
  await tx.insert(razorpayCustomers).values(row).onConflictDoNothing();
}
