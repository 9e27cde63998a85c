import { Badge, Button, Group, List, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Api } from "../../shared/api.ts";
import { Confirm } from "../../shared/Confirm.tsx";
import { day } from "../../shared/format.ts";
import { useSession } from "../session.tsx";
import { AnotherMethod } from "./AnotherMethod.tsx";
import { useTell } from "./notice.tsx";
import { usePlans, useRefresh } from "./queries.ts";
import type { Billing, CurrentSubscription, Subscription } from "./types.ts";
import { paidBy, periodOf, priceOf, STATUS } from "./words.ts";

const OVER = ["cancelled", "completed", "expired"];

/** The price, how it is paid, when it is charged next, and what can be done with the subscription now. */
export function SubscriptionFacts({
  billing,
  subscription,
}: {
  readonly billing: Billing;
  readonly subscription: CurrentSubscription | null;
}) {
  const { plan, currency, mandate } = billing;
  const live = subscription && !OVER.includes(subscription.status) ? subscription : null;
  const ended = subscription && OVER.includes(subscription.status) ? subscription : null;
  const next = live?.trial_end ?? live?.charge_at ?? live?.current_end;
  return (
    <>
      {plan && (
        <Text mt="md">
          {priceOf(plan, currency)}
          {plan.price_paise > 0 && (
            <Text span c="dimmed" size="sm">
              {" "}
              a {periodOf(plan)}, {plan.tax === "inclusive" ? "GST included" : "plus GST"}
            </Text>
          )}
        </Text>
      )}
      {live && (
        <Group gap="xs" mt="xs">
          <Badge color={STATUS[live.status][1]} variant="light" tt="none" data-testid="subscription-status">
            Subscription {STATUS[live.status][0]}
          </Badge>
          {live.cancel_at_cycle_end && (
            <Badge color="orange" variant="light" tt="none">
              Ends {live.current_end ? day(live.current_end) : "with this cycle"}
            </Badge>
          )}
        </Group>
      )}
      <List size="sm" mt="sm" spacing={4} c="dimmed" listStyleType="none">
        {live?.method && <List.Item>Paid by {paidBy(live.method)}</List.Item>}
        {live && next && !live.cancel_at_cycle_end && ["active", "authenticated"].includes(live.status) && (
          <List.Item>
            {live.trial_end && live.status === "authenticated" ? "First charge" : "Next charge"}: {day(next)}
          </List.Item>
        )}
        {live?.next && live.next.status !== "created" && <Follows next={live.next} />}
        {mandate && <List.Item>Usage beyond the plan is debited by {paidBy(mandate.method)}</List.Item>}
        {!plan && !live && <List.Item>Choose a plan to get spend with every cycle, or pay as you go.</List.Item>}
        {ended && !live && <List.Item>Your last subscription is {STATUS[ended.status][0]}.</List.Item>}
      </List>
      {live && live.status !== "created" && <Actions subscription={live} />}
    </>
  );
}

function Follows({ next }: { readonly next: Subscription }) {
  const { data: plans } = usePlans();
  const name = plans?.find(({ id }) => id === next.plan_id)?.name ?? "Another plan";
  return (
    <List.Item>
      {name} follows{next.start_at && ` on ${day(next.start_at)}`}
    </List.Item>
  );
}

type Asked = "cancel_at_cycle_end" | "cancel_now" | "pause" | "resume";

const ACTS: Readonly<
  Record<
    Asked,
    { act: string; title: string; send: (api: Api) => Promise<unknown>; danger: boolean; text: string; done: string }
  >
> = {
  cancel_at_cycle_end: {
    ...{ act: "Cancel subscription", title: "Cancel at the end of the cycle?", danger: true },
    send: (api) => api.post("billing/subscription/cancel", { at: "cycle_end" }),
    done: "Your subscription ends with this cycle",
    text: "You keep what the plan gives until then. Nothing more is charged for it; usage beyond the plan is still billed.",
  },
  cancel_now: {
    ...{ act: "Cancel now", title: "Cancel the subscription now?", danger: true },
    send: (api) => api.post("billing/subscription/cancel", { at: "now" }),
    done: "Your subscription is cancelled",
    text: "What the plan includes ends at once, and what you paid for this cycle is not given back.",
  },
  pause: {
    ...{ act: "Pause", title: "Pause the subscription?", danger: false },
    send: (api) => api.post("billing/subscription/pause"),
    done: "Your subscription is paused",
    text: "Nothing is charged while it is paused, and the plan gives nothing. You can resume it at any time.",
  },
  resume: {
    ...{ act: "Resume", title: "Resume the subscription?", danger: false },
    send: (api) => api.post("billing/subscription/resume"),
    done: "Your subscription goes on",
    text: "It is charged again from its next cycle on.",
  },
};

/** What is offered of what is possible: to end it at once only where it cannot end with its cycle, or does already. */
function offered({ possible, cancel_at_cycle_end: ends }: CurrentSubscription): Asked[] {
  const canEnd = possible.includes("cancel_at_cycle_end") && !ends;
  return (["pause", "resume", canEnd ? "cancel_at_cycle_end" : "cancel_now"] as const)
    .filter((act) => possible.includes(act))
    .filter((act) => act !== "pause" || !ends);
}

function Actions({ subscription }: { readonly subscription: CurrentSubscription }) {
  const { api } = useSession();
  const refresh = useRefresh();
  const tell = useTell();
  const [asked, setAsked] = useState<Asked | null>(null);
  const doing = useMutation({
    mutationFn: (act: Asked) => ACTS[act].send(api),
    onSuccess: (_answer, act) => {
      setAsked(null);
      tell({ tone: "good", title: ACTS[act].done });
    },
    onSettled: refresh,
  });
  const ask = (act: Asked) => {
    doing.reset();
    setAsked(act);
  };
  const shown = ACTS[asked ?? "pause"];
  return (
    <Group mt="lg" gap="sm">
      {subscription.status === "active" && subscription.possible.includes("payment_method") && (
        <AnotherMethod size="sm" variant="default" />
      )}
      {offered(subscription).map((act) => (
        <Button key={act} variant="default" size="sm" onClick={() => ask(act)}>
          {act.startsWith("cancel") ? "Cancel" : ACTS[act].act}
        </Button>
      ))}
      <Confirm
        opened={asked !== null}
        title={shown.title}
        act={shown.act}
        danger={shown.danger}
        busy={doing.isPending}
        error={doing.error}
        onConfirm={() => asked && doing.mutate(asked)}
        onClose={() => setAsked(null)}
      >
        {shown.text}
      </Confirm>
    </Group>
  );
}
