import { SellerFields } from "../billing/parties/party.ts";
import { saveSeller } from "../billing/parties/store.ts";
import { NewPlan, type Plan, termsOf } from "../catalog/plan.ts";
import { insertPlan } from "../catalog/store.ts";
import type { Tx } from "../db/database.ts";
import type { Instant } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { ONE_PPM } from "../kernel/money.ts";

const RUPEE = 1_000_000;
const SELLER = {
  ...{ legal_name: "Sandbox Seller Pvt Ltd", gstin: "29ABCDE1234F1ZW", state_code: "29" },
  address: { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" },
};
/** One of each kind: what stops when it is used up, what goes on and is billed, and what is paid by autopay alone. */
const PLANS = [
  { name: "Starter", price_paise: 49_900, included_micros: 450 * RUPEE },
  {
    ...{ name: "Growth", price_paise: 199_900, included_micros: 1_900 * RUPEE },
    overage: { enabled: true, cap_micros: 5_000 * RUPEE },
  },
  {
    ...{ name: "Scale", price_paise: 799_900, included_micros: 7_800 * RUPEE, collection: "mandate" },
    overage: { enabled: true, cap_micros: 6_000 * RUPEE },
  },
];

/** Somebody who sells, and something to be bought: so that the portal can be tried as soon as it is open. */
export async function stockShop(tx: Tx, at: Instant): Promise<void> {
  const seller = SellerFields.parse(SELLER);
  await saveSeller(tx, { ...seller, id: "operator", tenant_id: null, created_at: at, updated_at: at });
  for (const fields of PLANS) {
    const { name, visibility, ...rest } = NewPlan.parse({
      ...fields,
      pricing: { type: "markup", multiplier_ppm: ONE_PPM },
    });
    const plan: Plan = {
      ...{ id: newId("plan", at), name, visibility, currency: rest.currency, version: 1 },
      ...{ archived_at: null, created_at: at, updated_at: at },
    };
    await insertPlan(tx, plan, termsOf(rest));
  }
}
