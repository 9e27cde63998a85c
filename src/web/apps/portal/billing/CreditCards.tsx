import { Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../shared/api.ts";
import { micros, price } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { ofOrder } from "./checkout.ts";
import { useTell } from "./notice.tsx";
import { useBilling, useRefresh } from "./queries.ts";
import { usePurchase } from "./use-purchase.ts";

/** Credit that is bought, and credit that is given. */
export const CreditCards = () => (
  <SimpleGrid cols={{ base: 1, sm: 2 }}>
    <TopUpCard />
    <PromotionCard />
  </SimpleGrid>
);

const AMOUNTS = [500, 1_000, 5_000];
const AMOUNT_MAX = 1_000_000;
const MICROS = 1_000_000;

function TopUpCard() {
  const { api, me } = useSession();
  const currency = useBilling().data?.currency ?? me.tenant.currency;
  const { mutate, isPending, error } = usePurchase();
  const [amount, setAmount] = useState<number | string>(AMOUNTS[1] ?? 0);
  const credit_micros = typeof amount === "number" ? Math.round(amount * 100) * (MICROS / 100) : 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({
      async prepare() {
        const { order_id, key_id } = await api.post("billing/topups", { credit_micros });
        return { key: key_id, order_id, description: `${micros(credit_micros, currency)} of credit` };
      },
      verify: (answer) => api.post("billing/topups/verify", ofOrder(answer)),
      done: { title: `${micros(credit_micros, currency)} of credit is yours`, text: "Its invoice is under Invoices." },
    });
  };
  return (
    <section className={classes.card} aria-labelledby="topup-title">
      <Title order={2} size="h4" id="topup-title">
        Top up
      </Title>
      <Text c="dimmed" size="sm">
        Credit is there as soon as it is paid, and is used when the plan's own is used up.
      </Text>
      <form onSubmit={submit}>
        <Stack mt="md" gap="sm">
          <Group gap="xs">
            {AMOUNTS.map((choice) => (
              <Button
                key={choice}
                size="sm"
                variant={amount === choice ? "light" : "default"}
                aria-pressed={amount === choice}
                onClick={() => setAmount(choice)}
              >
                {price(choice * 100, currency)}
              </Button>
            ))}
          </Group>
          <NumberInput
            label={`Credit in ${currency}`}
            description="GST is added at Checkout."
            min={1}
            max={AMOUNT_MAX}
            clampBehavior="none"
            decimalScale={2}
            thousandSeparator
            thousandsGroupStyle={currency === "INR" ? "lakh" : "thousand"}
            hideControls
            inputMode="decimal"
            value={amount}
            onChange={setAmount}
          />
          {error && <Trouble error={error} title="The top-up did not go through" />}
          <Button
            type="submit"
            loading={isPending}
            disabled={credit_micros < MICROS || credit_micros > AMOUNT_MAX * MICROS}
          >
            Pay for {micros(credit_micros, currency)} of credit
          </Button>
        </Stack>
      </form>
    </section>
  );
}

function PromotionCard() {
  const { api } = useSession();
  const refresh = useRefresh();
  const tell = useTell();
  const [code, setCode] = useState("");
  const redeem = useMutation({
    mutationFn: () => api.post("billing/promotions", { code }),
    onSuccess: ({ credit_micros, currency }) => {
      setCode("");
      tell({
        tone: "good",
        title: `${micros(credit_micros, currency)} of credit is yours`,
        text: "The code is redeemed.",
      });
    },
    onSettled: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    redeem.mutate();
  };
  const { error } = redeem;
  const isOfCode = error instanceof ApiError && error.status > 0 && error.status < 500;
  return (
    <section className={classes.card} aria-labelledby="promotion-title">
      <Title order={2} size="h4" id="promotion-title">
        Promotion code
      </Title>
      <Text c="dimmed" size="sm">
        Turns into credit at once.
      </Text>
      <form onSubmit={submit}>
        <Stack mt="md" gap="sm">
          <TextInput
            label="Code"
            value={code}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            error={isOfCode && (error.issues.code ?? error.message)}
            onChange={(event) => {
              redeem.reset();
              setCode(event.currentTarget.value);
            }}
          />
          {error && !isOfCode && <Trouble error={error} />}
          <Group>
            <Button type="submit" variant="default" loading={redeem.isPending} disabled={code.trim() === ""}>
              Redeem
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
