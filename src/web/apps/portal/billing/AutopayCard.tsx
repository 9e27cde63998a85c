import { Badge, Button, Group, NumberInput, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Confirm } from "../../shared/Confirm.tsx";
import { price } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { ofOrder } from "./checkout.ts";
import { useTell } from "./notice.tsx";
import { useBilling, useMandates, useRefresh } from "./queries.ts";
import type { Mandate, Mandates, Method } from "./types.ts";
import { usePurchase } from "./use-purchase.ts";
import { METHODS, paidBy } from "./words.ts";

/** The right to debit what is used beyond the plan, within a limit that the customer sets. Mandates exist in rupees only. */
export function AutopayCard() {
  const { data: billing } = useBilling();
  const { data: mandates, error, refetch } = useMandates();
  if (billing && billing.currency !== "INR") return null;
  const confirmed = mandates?.data.findLast(({ status }) => status === "confirmed");
  return (
    <section className={classes.card} aria-labelledby="autopay-title">
      <Group justify="space-between">
        <Title order={2} size="h4" id="autopay-title">
          Autopay
        </Title>
        {confirmed && <Badge variant="light">On</Badge>}
      </Group>
      <Text c="dimmed" size="sm">
        What you use beyond your plan is debited by itself, never more than the limit you set. Without it you get a
        payment link for each invoice.
      </Text>
      {!mandates ? (
        error ? (
          <Trouble error={error} title="Autopay cannot be shown" onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={120} mt="md" role="status" aria-label="Loading" />
        )
      ) : confirmed ? (
        <Confirmed mandate={confirmed} />
      ) : (
        <SetUp methods={mandates.methods} />
      )}
    </section>
  );
}

const SUGGESTED_RUPEES = 5_000;

function SetUp({ methods }: { readonly methods: Mandates["methods"] }) {
  const { api } = useSession();
  const { mutate, isPending, error } = usePurchase();
  const [method, setMethod] = useState<Method>("upi");
  const [limit, setLimit] = useState<number | string>(SUGGESTED_RUPEES);
  const { mandate_max_paise, unattended_max_paise } = methods[method];
  const max_amount_paise = typeof limit === "number" ? Math.round(limit * 100) : 0;
  const isTooMuch = max_amount_paise > mandate_max_paise;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({
      async prepare() {
        const made = await api.post("billing/mandate", { max_amount_paise, method });
        return {
          ...{ key: made.key_id, order_id: made.order_id, customer_id: made.razorpay_customer_id, recurring: "1" },
          description: `Autopay up to ${price(max_amount_paise, "INR")}`,
        };
      },
      verify: (answer) => api.post("billing/mandate/verify", ofOrder(answer)),
      done: { title: "Autopay is on", text: "The rupee it was registered with is given back." },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack mt="md" gap="sm" maw={460}>
        <SegmentedControl
          aria-label="Pay by"
          value={method}
          onChange={(next) => setMethod(next as Method)}
          data={(Object.keys(METHODS) as Method[]).map((value) => ({
            value,
            label: METHODS[value].split(" (")[0] ?? value,
          }))}
        />
        <NumberInput
          label="At most, for one debit, in rupees"
          description={
            unattended_max_paise < mandate_max_paise
              ? `Above ${price(unattended_max_paise, "INR")} your bank asks you each time, so you get a link instead.`
              : `Up to ${price(mandate_max_paise, "INR")}.`
          }
          error={isTooMuch && `At most ${price(mandate_max_paise, "INR")} by ${paidBy(method)}.`}
          min={1}
          clampBehavior="none"
          decimalScale={2}
          thousandSeparator
          thousandsGroupStyle="lakh"
          hideControls
          value={limit}
          onChange={setLimit}
        />
        {error && <Trouble error={error} title="Autopay could not be set up" />}
        <Group>
          <Button type="submit" loading={isPending} disabled={max_amount_paise < 100 || isTooMuch}>
            Set up autopay
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Confirmed({ mandate }: { readonly mandate: Mandate }) {
  const { api } = useSession();
  const refresh = useRefresh();
  const tell = useTell();
  const [asking, setAsking] = useState(false);
  const stop = useMutation({
    mutationFn: () => api.remove(`billing/mandate/${mandate.id}`),
    onSuccess: () => {
      setAsking(false);
      tell({ tone: "good", title: "Autopay is off" });
    },
    onSettled: refresh,
  });
  return (
    <Group mt="md" justify="space-between">
      <Text>
        By {paidBy(mandate.method)}, up to <b>{price(mandate.max_amount_paise, "INR")}</b> for one debit
      </Text>
      <Button variant="default" size="sm" onClick={() => setAsking(true)}>
        Turn off
      </Button>
      <Confirm
        opened={asking}
        title="Turn autopay off?"
        act="Turn off"
        danger
        busy={stop.isPending}
        error={stop.error}
        onConfirm={() => stop.mutate()}
        onClose={() => setAsking(false)}
      >
        Then you pay each invoice by its link, and less can be used beyond your plan. A debit that is under way still
        goes through.
      </Confirm>
    </Group>
  );
}
