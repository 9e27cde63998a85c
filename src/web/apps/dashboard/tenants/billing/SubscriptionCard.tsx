import { Anchor, Group, Select, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { day, paise, price } from "../../../shared/format.ts";
import type { SubscriptionForAdmin, Tenant } from "../../../shared/openapi.ts";
import classes from "../../dashboard.module.css";
import { Act } from "../../kit/act.tsx";
import { Card } from "../../kit/Card.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { FormDialog } from "../../kit/FormDialog.tsx";
import { Loaded } from "../../kit/Loaded.tsx";
import { Status } from "../../kit/Status.tsx";
import { When } from "../../kit/When.tsx";
import { words } from "../../kit/words.ts";
import { adminApi, useSession } from "../../session.tsx";
import { ChangePlan } from "./ChangePlan.tsx";
import { EarlierSubscriptions } from "./EarlierSubscriptions.tsx";
import { type Door, useOffered, useSubscription } from "./queries.ts";
import { SubscriptionHistory } from "./SubscriptionHistory.tsx";

interface Whose {
  readonly tenant: Tenant;
  readonly door: Door;
}

/** The subscription, how it came to be as it is, what Razorpay allows for its method, and what can be done with it now. */
export function SubscriptionCard({ tenant, door, customer_id }: Whose & { readonly customer_id: string }) {
  const subscription = useSubscription({ door });
  const { mayBill } = useSession();
  return (
    <Card
      title="Subscription"
      side={mayBill && subscription.data !== undefined && <Acts {...{ tenant, door }} of={subscription.data} />}
    >
      <Loaded of={subscription}>
        {(subscription) =>
          subscription ? (
            <Shown of={subscription} tenant={tenant} />
          ) : (
            <EarlierSubscriptions customer_id={customer_id} tenant={tenant} />
          )
        }
      </Loaded>
    </Card>
  );
}

function Shown({ of, tenant }: { readonly of: SubscriptionForAdmin; readonly tenant: Tenant }) {
  const plans = useOffered(tenant.currency);
  const planName = (id: string) => plans.find((plan) => plan.id === id)?.name ?? id;
  return (
    <Stack>
      <Facts
        of={{
          State: <Status of={of.status} />,
          Plan: (
            <Link href={`/plans/${of.plan_id}`} className={classes.link}>
              {planName(of.plan_id)}
            </Link>
          ),
          Method: of.method && words(of.method),
          "At Razorpay": of.razorpay_subscription_id,
          "To approve": approval(of),
          "Next charge": of.charge_at && <When at={of.charge_at} tenantZone={tenant.timezone} />,
          "Paid until": of.current_end && <When at={of.current_end} tenantZone={tenant.timezone} />,
          "Charges so far": of.paid_count === null ? null : String(of.paid_count),
          Ends: of.cancel_at_cycle_end ? "at the end of the cycle" : null,
          "Changes to": of.next && `${planName(of.next.plan_id)} (${of.next.status})`,
          "To approve the change": of.next && approval(of.next),
        }}
      />
      <SubscriptionHistory label="How it came to this" of={of.history} tenant={tenant} />
      {of.method_rules && (
        <div>
          <Text size="sm" fw={600} mb={6}>
            What Razorpay allows for {words(of.method ?? "it")}
          </Text>
          <Facts of={allowedFor(of.method_rules)} />
        </div>
      )}
    </Stack>
  );
}

/** Razorpay's page, where the customer agrees to it; null where there is nothing to agree to. */
const approval = ({ status, short_url }: { readonly status: string; readonly short_url: string | null }) =>
  status === "created" && short_url ? (
    <Anchor href={short_url} target="_blank" rel="noreferrer" size="sm">
      {short_url}
    </Anchor>
  ) : null;

const RULE_LABELS: Readonly<Record<string, string>> = {
  addon: "Add-on to a charge",
  update: "Change in place",
  resume_customers_pause: "Resume what the customer paused",
};

/** The table of what Razorpay does for a method, in words; where it does not, in its own. */
function allowedFor(rules: NonNullable<SubscriptionForAdmin["method_rules"]>): Record<string, string> {
  const allowed = Object.entries(rules).map(([name, rule]) => {
    const label = RULE_LABELS[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
    if (name === "unattended_max_paise") {
      return ["Charged without the customer", rule === null ? "any amount" : `up to ${paise(Number(rule), "INR")}`];
    }
    if (Array.isArray(rule)) return [label, rule.join(", ").replaceAll("_", " ") || "nothing else"];
    const { allowed, why } = rule as { readonly allowed: boolean; readonly why?: string };
    return [label, allowed ? "yes" : `no: ${why ?? ""}`];
  });
  return Object.fromEntries(allowed);
}

function Acts({ tenant, door, of }: Whose & { readonly of: SubscriptionForAdmin | null }) {
  const cancel = (at: "now" | "cycle_end") => () => adminApi.post(`${door}/subscription/cancel`, { at });
  const may = new Set(of?.possible ?? []);
  if (!of || ["cancelled", "completed", "expired"].includes(of.status))
    return <Subscribe tenant={tenant} door={door} />;
  return (
    <Group gap="xs">
      {(may.has("change_now") || may.has("change_at_cycle_end")) && (
        <ChangePlan door={door} of={of} currency={tenant.currency} />
      )}
      {may.has("pause") && (
        <Act
          label="Pause"
          title="Pause the subscription?"
          done="It is paused"
          act={() => adminApi.post(`${door}/subscription/pause`)}
        >
          Nothing is charged, and nothing included is given, until it is resumed.
        </Act>
      )}
      {may.has("resume") && (
        <Act
          label="Resume"
          title="Resume the subscription?"
          done="It goes on"
          act={() => adminApi.post(`${door}/subscription/resume`)}
        >
          Charges go on with the next one that is due.
        </Act>
      )}
      {may.has("cancel_at_cycle_end") && !of.cancel_at_cycle_end && (
        <Act
          label="Cancel at the end"
          title="Cancel at the end of the cycle?"
          danger
          done="It ends with the cycle"
          act={cancel("cycle_end")}
        >
          What is paid for is still served{of.current_end && `, until ${day(of.current_end)}`}. Then no charge follows.
        </Act>
      )}
      {may.has("cancel_now") && (
        <Act
          label="Cancel now"
          title="Cancel the subscription now?"
          danger
          done="The subscription is cancelled"
          act={cancel("now")}
        >
          Service stops as soon as Razorpay has confirmed it. This cannot be taken back.
        </Act>
      )}
    </Group>
  );
}

function Subscribe({ tenant, door }: Whose) {
  const offered = useOffered(tenant.currency);
  return (
    <FormDialog
      label="Subscribe"
      title="Subscribe to a plan"
      act="Subscribe"
      done="The subscription waits to be approved"
      initial={() => ({ plan_id: "" })}
      send={(fields) => adminApi.post(`${door}/subscription`, fields)}
      fields={(form) => (
        <>
          <Select
            label="Plan"
            required
            data-autofocus
            data={offered.map(({ id, name, price_paise, currency }) => ({
              value: id,
              label: `${name} (${price(price_paise, currency)})`,
            }))}
            value={form.values.plan_id || null}
            onChange={(plan_id) => form.set("plan_id", plan_id ?? "")}
            error={form.errorOf("plan_id")}
          />
          <Text size="sm" c="dimmed">
            Nothing is charged until the customer has approved it at Razorpay. A billing profile is needed first.
          </Text>
        </>
      )}
    />
  );
}
