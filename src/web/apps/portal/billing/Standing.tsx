import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { day, paise } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { AnotherMethod } from "./AnotherMethod.tsx";
import { useBilling, usePlans, useQuota, useRefresh, useSubscription, useWatch } from "./queries.ts";
import type { Billing, CurrentSubscription, OpenInvoice, Subscription } from "./types.ts";
import { useSubscribe, waitsForAutopay } from "./use-subscribe.ts";

/** Whatever stands between the customer and being served, the worst first, each with what to do about it. */
export function Standing() {
  const { data: billing } = useBilling();
  const { data: subscription } = useSubscription();
  const { data: quota } = useQuota();
  if (!billing) return null;
  const { standing, open } = billing;
  const isUsedUp = standing === "ok" && quota?.blocked_by?.kind === "grants" && billing.grants.length > 0;
  return (
    <Stack gap="sm" className={classes.standing}>
      {open.map((invoice) => (
        <Owed key={invoice.invoice_id} invoice={invoice} billing={billing} />
      ))}
      {standing === "suspended" && open.length === 0 && (
        <Banner color="red" title="Service is suspended">
          A payment was taken back. Ask the operator of this gateway.
        </Banner>
      )}
      {subscription && <OfSubscription subscription={subscription} standing={standing} />}
      {isUsedUp && (
        <Banner color="yellow" title="Everything is used up" action={<TopUp />}>
          Requests are refused until you top up{billing.cycle?.end ? ", or the next cycle begins" : ""}.
        </Banner>
      )}
    </Stack>
  );
}

function Owed({ invoice, billing }: { readonly invoice: OpenInvoice; readonly billing: Billing }) {
  const { number, open_paise, suspends_at, pay_url, debiting, due_at } = invoice;
  const amount = paise(open_paise, billing.currency);
  const isSuspended = billing.standing === "suspended";
  if (debiting) {
    return (
      <Banner color="blue" title={`${amount} is being debited`}>
        Your bank has been asked for invoice {number}. That takes a day or two, and there is nothing for you to do.
      </Banner>
    );
  }
  return (
    <Banner
      color={isSuspended ? "red" : "orange"}
      title={isSuspended ? `Service is suspended: ${amount} is open` : `${amount} is open`}
      action={pay_url && <PayLink href={pay_url} amount={amount} />}
    >
      Invoice {number}, due {day(due_at)}.{" "}
      {isSuspended
        ? "Service goes on as soon as it is paid."
        : suspends_at && `Without payment, service stops on ${day(suspends_at)}.`}
      {!pay_url && " Its payment link is being made: look again in a minute."}
    </Banner>
  );
}

export function PayLink({
  href,
  amount,
  size = "sm",
}: {
  readonly href: string;
  readonly amount: string;
  readonly size?: "xs" | "sm";
}) {
  const watch = useWatch();
  return (
    <Button component="a" href={href} target="_blank" rel="noopener" size={size} onClick={watch}>
      Pay {amount}
    </Button>
  );
}

const TopUp = () => (
  <Button component="a" href="#credit" size="sm">
    Top up
  </Button>
);

function OfSubscription({
  subscription,
  standing,
}: {
  readonly subscription: CurrentSubscription;
  readonly standing: Billing["standing"];
}) {
  const { status, next, possible } = subscription;
  const anotherMethod = possible.includes("payment_method") && <AnotherMethod size="sm" />;
  if (status === "created") return <Waiting subscription={subscription} isFirst />;
  if (status === "pending") {
    const stopped = standing === "halted";
    return (
      <Banner
        color={stopped ? "red" : "orange"}
        title={stopped ? "Service has stopped: the last charge failed" : "The last charge failed"}
        action={anotherMethod}
      >
        {stopped
          ? "It is tried again by itself. Service goes on as soon as it is paid."
          : "It is tried again by itself. To be sure of your service, pay with another card or account now."}
      </Banner>
    );
  }
  if (status === "halted") {
    return (
      <Banner color="red" title="Service has stopped: the charges of your subscription failed" action={anotherMethod}>
        Pay with another card or account, and it goes on. Credit that you bought can be used all the same.
      </Banner>
    );
  }
  if (status === "paused") {
    return (
      <Banner color="gray" title="Your subscription is paused" action={possible.includes("resume") && <Resume />}>
        Nothing is charged, and the plan gives nothing, until you resume it.
      </Banner>
    );
  }
  return next?.status === "created" ? <Waiting subscription={next} isFirst={false} /> : null;
}

/** A sign-up, or a change of plan, that was begun and not approved. */
function Waiting({ subscription, isFirst }: { readonly subscription: Subscription; readonly isFirst: boolean }) {
  const { data: plans } = usePlans();
  const { approve, isPending, error } = useSubscribe();
  const { api } = useSession();
  const refresh = useRefresh();
  const discard = useMutation({
    mutationFn: () => api.post("billing/subscription/cancel", { at: "now" }),
    onSettled: refresh,
  });
  const plan = plans?.find(({ id }) => id === subscription.plan_id) ?? { id: subscription.plan_id, name: "your plan" };
  const trouble = error ?? discard.error;
  const forAutopay = waitsForAutopay(subscription);
  return (
    <Banner
      color="yellow"
      title={forAutopay ? `${plan.name} waits for autopay` : `${plan.name} waits for your approval`}
      action={
        <Group gap="xs">
          {forAutopay ? (
            <Button component="a" href="#credit" size="sm">
              Set up autopay
            </Button>
          ) : (
            <Button size="sm" onClick={() => approve(plan, subscription)} loading={isPending}>
              Continue
            </Button>
          )}
          {isFirst && (
            <Button size="sm" variant="default" onClick={() => discard.mutate()} loading={discard.isPending}>
              Discard
            </Button>
          )}
        </Group>
      }
    >
      {forAutopay
        ? "It begins as soon as the mandate that pays for it is confirmed."
        : "You chose it and did not finish at Checkout. Nothing was charged."}
      {!isFirst && ` Until then your plan stays as it is${untilOf(subscription)}.`}
      {trouble && <Trouble error={trouble} />}
    </Banner>
  );
}

const untilOf = ({ expire_by }: Subscription): string =>
  expire_by ? `; the change can be approved until ${day(expire_by)}` : "";

export function Resume() {
  const { api } = useSession();
  const refresh = useRefresh();
  const resume = useMutation({ mutationFn: () => api.post("billing/subscription/resume"), onSettled: refresh });
  return (
    <>
      <Button size="sm" onClick={() => resume.mutate()} loading={resume.isPending}>
        Resume
      </Button>
      {resume.error && <Trouble error={resume.error} />}
    </>
  );
}

function Banner({
  color,
  title,
  action,
  children,
}: {
  readonly color: string;
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Alert
      color={color}
      variant="light"
      title={title}
      role="region"
      aria-label={title}
      classNames={{ title: classes.bannerTitle }}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" component="div" flex="1 1 260px">
          {children}
        </Text>
        {action}
      </Group>
    </Alert>
  );
}
