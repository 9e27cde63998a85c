import { madeOf } from "../../shared/change.ts";
import { useSession } from "../session.tsx";
import type { CheckoutAsked } from "./checkout.ts";
import type { Subscription } from "./types.ts";
import { type Purchase, usePurchase } from "./use-purchase.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Signs up for a plan, or changes to another: approved at Checkout, or at once where there is nothing to be approved. */
export function useSubscribe() {
  const { api } = useSession();
  const purchase = usePurchase();
  const approved = (plan: Named, make: () => Promise<Subscription>, done: Purchase["done"]): Purchase => ({
    async prepare() {
      const made = await make();
      return waitsForAutopay(made) ? AUTOPAY_FIRST : approvalOf(made, plan.name);
    },
    verify: (answer) => api.post("billing/subscription/verify", answer),
    done,
  });
  return {
    ...purchase,
    subscribe: (plan: Named) =>
      purchase.mutate(
        approved(plan, () => api.post("billing/subscription", { plan_id: plan.id }), {
          ...{ title: `You are on ${plan.name}`, text: "Its invoice follows in a moment." },
        }),
      ),
    change: (plan: Named, when: "now" | "cycle_end", onDone: () => void) =>
      purchase.mutate(
        approved(
          plan,
          async () => madeOf(await api.post("billing/subscription/change", { plan_id: plan.id, when })),
          when === "now"
            ? { title: `You are on ${plan.name}` }
            : { title: `${plan.name} follows at the end of the cycle` },
        ),
        { onSuccess: onDone },
      ),
    /** Takes up an approval that was left at Checkout. */
    approve: (plan: Named, waiting: Subscription) =>
      purchase.mutate(
        approved(plan, async () => waiting, {
          title: isLater(waiting) ? `${plan.name} follows at the end of the cycle` : `You are on ${plan.name}`,
        }),
      ),
  };
}

const isLater = ({ replace_when }: Subscription): boolean => replace_when === "cycle_end";

export const waitsForAutopay = ({ status, collection }: Subscription): boolean =>
  status === "created" && collection === "mandate";

const AUTOPAY_FIRST = {
  instead: { title: "One step is left", text: "The plan begins as soon as autopay is set up." },
  at: "credit",
} as const;

/** What Checkout is opened with; null where nothing waits for an approval. */
function approvalOf(made: Subscription, description: string): Omit<CheckoutAsked, "name" | "prefill"> | null {
  const { status, razorpay_subscription_id: subscription_id, key_id: key } = made;
  if (status !== "created" || subscription_id === null || key === null) return null;
  return { key, subscription_id, description };
}
