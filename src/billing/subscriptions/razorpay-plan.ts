import { type PlanVersion, planIdOf } from "../../catalog/plan.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { HOUR } from "../../kernel/clock.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { supplyOf } from "../invoices/issue.ts";
import { gstOf, taxOn } from "../invoices/tax.ts";
import { profileOf, sellerOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { createOnce } from "../razorpay/outbox.ts";
import type { Buyer } from "./offer.ts";
import { findRazorpayPlan, insertRazorpayPlan } from "./store.ts";

/** What a period of a plan costs a customer with its tax: by its billing profile, or by one that it is to have. */
export async function grossOf(
  { db }: Pick<BillingParts, "db">,
  { terms }: Pick<PlanVersion, "terms">,
  { tenant, customer }: Payer,
  account_id: AccountId,
  buyer?: Buyer,
): Promise<Paise> {
  if (terms.tax === "inclusive") return terms.price_paise;
  const profile = buyer ?? (await profileOf(db.read, tenant.id, customer.id));
  const tax = taxOn(terms.price_paise, supplyOf(await sellerOf(db.read, account_id), profile));
  return paise(terms.price_paise + gstOf(tax));
}

/**
 * The plan at Razorpay that a version is charged by, made there when it is first sold. Plans there carry the gross amount, so that there is one
 * for each that occurs (exports carry no tax).
 */
export async function razorpayPlanOf(
  parts: BillingParts,
  version: PlanVersion,
  sale: {
    readonly name: string;
    readonly currency: string;
    readonly gross_paise: Paise;
    readonly account_id: AccountId;
    readonly payer: Payer;
  },
): Promise<string> {
  const { terms } = version;
  if (terms.razorpay_plan_id) return terms.razorpay_plan_id;
  const { account_id, gross_paise, currency, payer } = sale;
  const key = `${version.id}:${gross_paise}`;
  const known = await findRazorpayPlan(parts.db.read, account_id, key);
  if (known) return known;
  const tenant_id = payer.tenant.id;
  const made = await createOnce(parts, {
    ...{ key: `plan:${account_id}:${key}`, account_id, tenant_id, operation: "plan.create" },
    request: {
      ...{ period: terms.period, interval: terms.interval },
      item: { name: sale.name, amount: gross_paise, currency },
      notes: { tollgate: "1", plan_id: planIdOf(version.id), plan_version: version.id },
    },
    send: (razorpay, request) => razorpay.createPlan(request),
    // A second plan costs nothing: nobody is charged by it.
    find: async () => null,
    resendAfterMs: HOUR / 60,
  });
  await parts.db.transaction((tx) =>
    insertRazorpayPlan(tx, {
      ...{ account_id, plan_version_id: key, tenant_id: account_id === "operator" ? null : tenant_id },
      ...{ razorpay_plan_id: made.id, amount_paise: gross_paise, created_at: parts.clock.now() },
    }),
  );
  return made.id;
}
