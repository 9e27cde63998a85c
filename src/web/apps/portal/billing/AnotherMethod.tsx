import { Button } from "@mantine/core";
import { Trouble } from "../../shared/Trouble.tsx";
import { useSession } from "../session.tsx";
import { usePurchase } from "./use-purchase.ts";

/** Opens Checkout to pay the subscription by another card or account; what is open is then charged at once. */
export function AnotherMethod({ size, variant }: { readonly size: "sm"; readonly variant?: "default" }) {
  const { api } = useSession();
  const { mutate, isPending, error } = usePurchase();
  const change = () =>
    mutate({
      async prepare() {
        const { key_id, subscription_id } = await api.post("billing/subscription/payment_method");
        return {
          ...{ key: key_id, subscription_id, subscription_card_change: true },
          description: "Pay by another method",
        };
      },
      verify: (answer) => api.post("billing/subscription/verify", answer),
      done: { title: "Your payment method is changed", text: "It is used from now on." },
    });
  return (
    <>
      <Button size={size} variant={variant} onClick={change} loading={isPending}>
        Pay another way
      </Button>
      {error && <Trouble error={error} />}
    </>
  );
}
