import { useMutation } from "@tanstack/react-query";
import { sentence } from "../../shared/format.ts";
import { useSession } from "../session.tsx";
import { type CheckoutAnswer, type CheckoutAsked, checkout } from "./checkout.ts";
import { useTell } from "./notice.tsx";
import { useProfileFirst } from "./profile-first.tsx";
import { useRefresh } from "./queries.ts";
import type { Profile } from "./types.ts";

/** Something that is bought at Checkout: made at the gateway, paid by the person, and verified. */
export interface Purchase {
  /** Makes what is to be paid; null where nothing has to be; or what is to be done first, and on which tab. */
  prepare(): Promise<Omit<CheckoutAsked, "name" | "prefill"> | FirstThis | null>;
  verify(answer: CheckoutAnswer): Promise<unknown>;
  readonly done: { readonly title: string; readonly text?: string };
}

export interface FirstThis {
  readonly instead: { readonly title: string; readonly text: string };
  readonly at: string;
}

/** Takes a person through a purchase, from the billing profile to the proof of payment. True when it was bought. */
export function usePurchase() {
  const { me } = useSession();
  const profileFirst = useProfileFirst();
  const refresh = useRefresh();
  const tell = useTell();

  return useMutation({
    mutationFn: async ({ prepare, verify, done }: Purchase): Promise<boolean> => {
      tell(null);
      const profile = await profileFirst();
      if (!profile) return false;
      const asked = await prepare();
      if (asked && "instead" in asked) {
        location.hash = asked.at;
        tell({ tone: "plain", ...asked.instead });
        return false;
      }
      if (asked) {
        const outcome = await checkout({ ...asked, name: me.tenant.name, prefill: prefillOf(profile) });
        if (!outcome.paid) {
          const { failure } = outcome;
          tell(
            failure
              ? {
                  tone: "bad",
                  title: "The payment failed",
                  text: `${sentence(failure)} Nothing was charged; you can try again.`,
                }
              : {
                  tone: "plain",
                  title: "Not paid yet",
                  text: "You closed Checkout before paying. Nothing was charged.",
                },
          );
          return false;
        }
        await verify(outcome.paid);
      }
      tell({ tone: "good", ...done });
      return true;
    },
    onSettled: refresh,
  });
}

const prefillOf = ({ name, email, contact }: Profile) => ({ name, email, contact });
