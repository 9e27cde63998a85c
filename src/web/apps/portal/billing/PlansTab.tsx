import { Badge, Button, Group, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Tick } from "../../shared/icons.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { ChangeDialog } from "./ChangeDialog.tsx";
import { useBilling, usePlans, useSubscription } from "./queries.ts";
import type { CurrentSubscription, Plan, Terms } from "./types.ts";
import { useSubscribe } from "./use-subscribe.ts";
import { periodOf, priceOf, promisesOf } from "./words.ts";

const canChange = ({ possible }: CurrentSubscription): boolean =>
  possible.includes("change_now") || possible.includes("change_at_cycle_end");

const LIVE = ["authenticated", "active", "pending", "halted", "paused"];

/** What is on sale, and the one that is in force. */
export function PlansTab() {
  const plans = usePlans();
  const { data: billing } = useBilling();
  const { data: subscription } = useSubscription();
  const { subscribe, isPending, variables, error } = useSubscribe();
  const [changing, setChanging] = useState<Plan | null>(null);
  if (!plans.data) {
    return plans.error ? (
      <Trouble error={plans.error} title="The plans cannot be shown" onRetry={() => void plans.refetch()} />
    ) : (
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} role="status" aria-label="Loading">
        {["a", "b", "c"].map((name) => (
          <Skeleton key={name} height={280} radius="lg" />
        ))}
      </SimpleGrid>
    );
  }
  if (plans.data.length === 0) {
    return (
      <section className={classes.card}>
        <Title order={2} size="h4">
          No plans are on sale
        </Title>
        <Text c="dimmed" size="sm" mt="xs">
          You can still top up credit and use it. Plans appear here when the operator publishes them.
        </Text>
      </section>
    );
  }
  const live = subscription && LIVE.includes(subscription.status) ? subscription : null;
  return (
    <Stack>
      {error && <Trouble error={error} title="The plan could not be bought" />}
      {/* Three in a row, unless that leaves one alone in the next. */}
      <SimpleGrid cols={{ base: 1, sm: 2, md: plans.data.length === 4 ? 2 : 3 }}>
        {plans.data.map((plan) => (
          <PlanCard
            key={plan.id}
            plan={plan}
            terms={billing?.plan?.id === plan.id ? billing.plan : plan}
            isCurrent={billing?.plan ? billing.plan.id === plan.id : plan.current}
            live={live}
            busy={isPending && variables?.done.title.endsWith(plan.name) === true}
            onChoose={() => (live ? setChanging(plan) : subscribe(plan))}
          />
        ))}
      </SimpleGrid>
      {live && changing && (
        <ChangeDialog key={changing.id} plan={changing} subscription={live} onClose={() => setChanging(null)} />
      )}
      <Text size="xs" c="dimmed">
        Prices are {plans.data.every(({ tax }) => tax === "inclusive") ? "with" : "without"} GST unless they say so. You
        can cancel at any time.
      </Text>
    </Stack>
  );
}

function PlanCard({
  plan,
  terms,
  isCurrent,
  live,
  busy,
  onChoose,
}: {
  readonly plan: Plan;
  /** Of one's own plan those that were agreed on: what is offered today may be another version of it. */
  readonly terms: Terms;
  readonly isCurrent: boolean;
  readonly live: CurrentSubscription | null;
  readonly busy: boolean;
  readonly onChoose: () => void;
}) {
  const { name, currency, trial } = plan;
  return (
    <section className={`${classes.card} ${classes.plan}`} data-current={isCurrent || undefined} aria-label={name}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3} size="h4">
          {name}
        </Title>
        {isCurrent && (
          <Badge variant="light" tt="none">
            Your plan
          </Badge>
        )}
      </Group>
      <Text mt="xs" size="xl" fw={650} className={classes.number}>
        {priceOf(terms, currency)}
        {terms.price_paise > 0 && (
          <Text span c="dimmed" size="sm" fw={400}>
            {" "}
            a {periodOf(terms)} {terms.tax === "inclusive" ? "with GST" : "+ GST"}
          </Text>
        )}
      </Text>
      {trial && (
        <Text size="sm" mt={4}>
          {trial.days} days free to try
        </Text>
      )}
      <ul className={classes.facts}>
        {promisesOf(terms, currency).map((promise) => (
          <li key={promise}>
            <Tick />
            <span>{promise}</span>
          </li>
        ))}
      </ul>
      <div className={classes.planFoot}>
        {isCurrent && (live || plan.price_paise === 0) ? (
          <Button fullWidth variant="default" disabled>
            In force
          </Button>
        ) : live ? (
          canChange(live) && (
            <Button fullWidth variant="default" onClick={onChoose}>
              Change to {name}
            </Button>
          )
        ) : (
          <Button
            fullWidth
            onClick={onChoose}
            loading={busy}
            aria-label={trial ? `Try it free: ${name}` : `Choose ${name}`}
          >
            {trial ? "Try it free" : "Choose"}
          </Button>
        )}
      </div>
    </section>
  );
}
