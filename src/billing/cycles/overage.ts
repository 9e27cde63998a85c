import { netOfGst } from "../../catalog/plan.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { type Micros, micros, type Paise, paise } from "../../kernel/money.ts";

/** What one automatic debit can carry: cards of Indian banks and UPI stop at ₹15,000 without their owner. */
export const UNATTENDED_MAX_PAISE = paise(1_500_000);

/** The most that may be owed and not collected, net: the plan's cap, and what one debit of the mandate brings. */
export function exposureCap(
  { overage, collection, price_paise, tax }: Pick<PlanTerms, "overage" | "collection" | "price_paise" | "tax">,
  mandate: { readonly max_amount_paise: Paise; readonly method: "upi" | "card" | "emandate" } | null,
): Micros {
  if (!overage.enabled) return micros(0);
  if (!mandate) return overage.cap_micros;
  const debit =
    mandate.method === "emandate" ? mandate.max_amount_paise : Math.min(mandate.max_amount_paise, UNATTENDED_MAX_PAISE);
  // Where base and usage go in one debit, the base takes its part of it.
  const base = collection !== "mandate" ? 0 : tax === "inclusive" ? netOfGst(price_paise) : price_paise * 10_000;
  return micros(Math.max(0, Math.min(overage.cap_micros, netOfGst(paise(debit)) - base)));
}

/**
 * How large the overage line of a cycle may be, over the whole cycle: the plan's cap, and no more than what is billed already and what may stand
 * out beside open invoices. Never less than what is used and held.
 */
export function overageAllowed(state: {
  readonly cap_micros: Micros;
  readonly exposure_micros: Micros;
  /** Of this cycle, invoiced so far. */
  readonly billed_micros: Micros;
  /** Net of all open invoices for usage, this cycle's among them. */
  readonly open_micros: Micros;
  readonly used: Micros;
  readonly held: Micros;
  readonly serving: boolean;
}): Micros {
  const { cap_micros, exposure_micros, billed_micros, open_micros, used, held, serving } = state;
  const taken = used + held;
  if (!serving) return micros(taken);
  const allowed = Math.min(cap_micros, billed_micros + Math.max(0, exposure_micros - open_micros));
  return micros(Math.max(taken, allowed));
}

const EARLY_SHARE_PPM = 800_000;

/** At how much overage that is not billed a bill is cut before the cycle's end. */
export const earlyBillAt = ({ early_bill_micros }: Pick<PlanTerms, "early_bill_micros">, exposure: Micros): Micros =>
  early_bill_micros ?? micros(Math.max(1, Math.floor((exposure / 1_000_000) * EARLY_SHARE_PPM)));
