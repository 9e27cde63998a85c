import type { AccountId } from "../../db/schema/sellers.ts";
import { MINUTE } from "../../kernel/clock.ts";
import type { BillingParts } from "../parts.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { findRazorpayCustomer, insertRazorpayCustomer, type ProfileRow } from "./store.ts";

/** Under which id an account at Razorpay knows a customer: made there when it is first needed. */
export async function razorpayCustomerOf(
  parts: BillingParts,
  account_id: AccountId,
  { tenant_id, customer_id, name, email, contact, gstin }: ProfileRow,
): Promise<string> {
  const known = await findRazorpayCustomer(parts.db.read, account_id, customer_id);
  if (known) return known;
  const made = await createOnce(parts, {
    ...{ key: `customer:${account_id}:${customer_id}`, account_id, tenant_id, operation: "customer.create" },
    request: {
      ...{ name: name.slice(0, 50), email, contact, fail_existing: "0" },
      ...(gstin && { gstin }),
      notes: { tollgate: "1", tenant_id, customer_id },
    },
    send: (razorpay, request) => razorpay.createCustomer(request),
    // With `fail_existing: "0"` sending it again answers the same customer.
    find: async () => null,
    resendAfterMs: MINUTE,
  });
  await parts.db.transaction((tx) =>
    insertRazorpayCustomer(tx, {
      ...{ account_id, customer_id, tenant_id, razorpay_customer_id: made.id, created_at: parts.clock.now() },
    }),
  );
  return made.id;
}
