import { type Paise, paise } from "../../kernel/money.ts";
import { type MandateMethod, METHODS } from "../collection/methods.ts";

/** How a subscription is paid at Razorpay. A card is told apart by where its bank is: the two are allowed very different things. */
export const SUBSCRIPTION_METHODS = ["card_domestic", "card_international", "upi", "emandate"] as const;
export type SubscriptionMethod = (typeof SUBSCRIPTION_METHODS)[number];

/** Whether Razorpay does something for a method, and in its own words why it does not. */
export type Cell = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

export interface MethodRules {
  /** Another plan, quantity or count on the running subscription. Where it is refused, a change of plan is a new subscription. */
  readonly update: Cell;
  /** An amount on top of the next invoice: why overage has a mandate or a link of its own. */
  readonly addon: Cell;
  readonly pause: Cell;
  readonly resume: Cell;
  /** Whether we may resume what the customer paused in an app of the bank's. */
  readonly resume_customers_pause: Cell;
  readonly cancel_now: Cell;
  readonly cancel_at_cycle_end: Cell;
  /** What the customer can change to, on the hosted page or at Checkout. */
  readonly change_method_to: readonly SubscriptionMethod[];
  /** The most that is charged without the customer; null for no bound of Razorpay's or the Reserve Bank's. */
  readonly unattended_max_paise: Paise | null;
}

const yes: Cell = { allowed: true };
const no = (why: string): Cell => ({ allowed: false, why });
const EVERYWHERE = { pause: yes, resume: yes, cancel_now: yes, cancel_at_cycle_end: yes } as const;
const CARDS: readonly SubscriptionMethod[] = ["card_domestic", "card_international"];
const UNATTENDED = paise(1_500_000);

/** Method × action: what Razorpay allows. Shown to the operator, and each cell is tried against the simulator in a test. */
export const METHOD_RULES: Readonly<Record<SubscriptionMethod, MethodRules>> = {
  card_domestic: {
    ...EVERYWHERE,
    update: no("Only offers can be updated for subscriptions when payment mode is domestic card"),
    addon: no("Addons can't be added for subscriptions when payment mode is domestic card"),
    ...{ resume_customers_pause: yes, change_method_to: SUBSCRIPTION_METHODS, unattended_max_paise: UNATTENDED },
  },
  card_international: {
    ...EVERYWHERE,
    ...{ update: yes, addon: yes },
    ...{ resume_customers_pause: yes, change_method_to: SUBSCRIPTION_METHODS, unattended_max_paise: null },
  },
  upi: {
    ...EVERYWHERE,
    update: no("subscriptions cannot be updated when payment mode is UPI"),
    addon: no("Add-ons can't be added for Subscriptions when payment mode is upi"),
    resume_customers_pause: no("Subscription was paused by the customer and can be resumed by the customer only"),
    ...{ change_method_to: CARDS, unattended_max_paise: UNATTENDED },
  },
  emandate: {
    ...EVERYWHERE,
    update: no("subscriptions cannot be updated when payment mode is eMandate"),
    addon: no("Add-ons are supported for cards only"),
    ...{ resume_customers_pause: yes, change_method_to: CARDS, unattended_max_paise: paise(1_000_000_000) },
  },
};

/** Razorpay's word for a method, in ours. Where nobody knows yet where a card's bank is, it counts as Indian: that is allowed less. */
export function methodOf(payment_method: string | null, international: boolean): SubscriptionMethod | null {
  if (payment_method === null) return null;
  if (payment_method === "card") return international ? "card_international" : "card_domestic";
  return payment_method === "upi" ? "upi" : "emandate";
}

export const rulesOf = (method: string | null): MethodRules | null =>
  METHOD_RULES[method as SubscriptionMethod] ?? null;

/** The mandates that are registered by the same method; none are by cards of banks abroad, because mandates exist in INR only. */
const MANDATE_OF: Readonly<Record<SubscriptionMethod, MandateMethod | null>> = {
  ...{ card_domestic: "card", card_international: null, upi: "upi", emandate: "emandate" },
};

/** The whole table, method by method: what a subscription may, and what a mandate may. */
export const methodTable = () =>
  SUBSCRIPTION_METHODS.map((method) => {
    const mandate = MANDATE_OF[method];
    return { method, subscription: METHOD_RULES[method], mandate: mandate && { method: mandate, ...METHODS[mandate] } };
  });
