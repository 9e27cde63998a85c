import { Badge, Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { day, instant, instantAlsoIn, micros } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { ThisMonth } from "../usage/ThisMonth.tsx";
import { GrantBar, GrantRow, Legend, merged } from "./Gauge.tsx";
import { RecentInvoices } from "./InvoicesCard.tsx";
import { useBilling, useQuota, useSubscription } from "./queries.ts";
import { SubscriptionFacts } from "./SubscriptionFacts.tsx";
import type { Billing, Quota } from "./types.ts";
import { amountInUnits } from "./words.ts";

/** What is left, where it comes from, and when it begins anew. */
export function Overview() {
  const billing = useBilling();
  const quota = useQuota();
  const subscription = useSubscription();
  const error = billing.error ?? quota.error;
  if (!billing.data || !quota.data) {
    if (error) {
      const retry = () => void Promise.all([billing.refetch(), quota.refetch()]);
      return <Trouble error={error} title="What is left cannot be shown" onRetry={retry} />;
    }
    return (
      <SimpleGrid cols={{ base: 1, sm: 2 }} role="status" aria-label="Loading">
        <Skeleton height={260} radius="lg" />
        <Skeleton height={260} radius="lg" />
      </SimpleGrid>
    );
  }
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Left billing={billing.data} quota={quota.data} />
        <PlanCard billing={billing.data} subscription={subscription.data ?? null} />
      </SimpleGrid>
      <ThisMonth />
      <RecentInvoices />
    </Stack>
  );
}

function Left({ billing, quota }: { readonly billing: Billing; readonly quota: Quota }) {
  const { grants, currency, plan, cycle } = billing;
  const { timezone } = useSession().me.tenant;
  const total = grants.reduce((sum, { amount_micros }) => sum + amount_micros, 0);
  return (
    <section className={classes.card} aria-labelledby="left-title">
      <Title order={2} size="h5" c="dimmed" fw={550} id="left-title">
        Left to use
      </Title>
      <p className={classes.figure} data-testid="remaining">
        {micros(quota.remaining_micros, currency)}
      </p>
      <Text size="sm" c="dimmed">
        {plan?.unit && `About ${amountInUnits(quota.remaining_micros, plan.unit)}. `}
        {cycle?.end
          ? `The cycle ends ${instantAlsoIn(cycle.end, timezone)}.`
          : "Nothing resets: credit stays until it is used."}
      </Text>
      {quota.blocked_by?.kind === "limit" && (
        <Text size="sm" c="red" mt={4}>
          A limit of this account is reached
          {quota.resets_at ? `; it resets ${instant(quota.resets_at)}.` : "."}
        </Text>
      )}
      {total > 0 ? (
        <Stack gap="sm" mt="md">
          <GrantBar
            used={sum(grants.map(({ used_micros }) => used_micros))}
            held={sum(grants.map(({ held_micros }) => held_micros))}
            amount={total}
          />
          <Legend />
          {merged(grants).map((grant) => (
            <GrantRow key={grant.id} grant={grant} currency={currency} cycleEnd={cycle?.end ?? null} />
          ))}
        </Stack>
      ) : (
        <Text size="sm" mt="md">
          There is no credit yet. Choose a plan, or top up to begin.
        </Text>
      )}
      <Group mt="lg" gap="sm">
        <Button component="a" href="#credit" variant={plan ? "filled" : "default"}>
          Top up
        </Button>
        <Button component="a" href="#plan" variant={plan ? "default" : "filled"}>
          {plan ? "See plans" : "Choose a plan"}
        </Button>
      </Group>
    </section>
  );
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

function PlanCard({
  billing,
  subscription,
}: {
  readonly billing: Billing;
  readonly subscription: NonNullable<ReturnType<typeof useSubscription>["data"]> | null;
}) {
  const { plan, cycle, standing } = billing;
  return (
    <section className={classes.card} aria-labelledby="plan-title">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div>
          <Title order={2} size="h5" c="dimmed" fw={550} id="plan-title">
            Plan
          </Title>
          <Text size="xl" fw={650} mt={4}>
            {plan?.name ?? "No plan"}
          </Text>
        </div>
        {(plan || standing !== "ok") && <StandingBadge standing={standing} />}
      </Group>
      {cycle && (
        <Text size="sm" c="dimmed" mt={2}>
          This cycle: {day(cycle.start)}
          {cycle.end && ` to ${day(cycle.end)}`}
        </Text>
      )}
      <SubscriptionFacts billing={billing} subscription={subscription} />
    </section>
  );
}

const STANDINGS = {
  ok: ["Served", "gate"],
  unsubscribed: ["No subscription", "gray"],
  halted: ["Halted", "red"],
  suspended: ["Suspended", "red"],
} as const;

function StandingBadge({ standing }: { readonly standing: Billing["standing"] }) {
  const [label, color] = STANDINGS[standing];
  return (
    <Badge color={color} variant="light" size="lg" data-testid="standing">
      {label}
    </Badge>
  );
}
