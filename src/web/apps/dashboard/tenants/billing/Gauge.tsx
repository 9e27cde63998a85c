import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { day, micros, paise } from "../../../shared/format.ts";
import type { Billing } from "../../../shared/openapi.ts";
import classes from "../../dashboard.module.css";
import { Card } from "../../kit/Card.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Status } from "../../kit/Status.tsx";
import { When } from "../../kit/When.tsx";

const KINDS = {
  included: "Included in the plan",
  prepaid: "Prepaid credit",
  promotional: "Promotional credit",
  overage: "Beyond the plan",
} as const;

/** The plan, the cycle, and what is open. */
export function StandingCard({ standing, timezone }: { readonly standing: Billing; readonly timezone: string }) {
  const { plan, cycle, mandate, open, currency } = standing;
  return (
    <Card title="How it stands" side={<Status of={standing.standing} />}>
      <Facts
        of={{
          "May call": STANDINGS[standing.standing] ?? standing.standing,
          Plan: plan ? (
            <Link href={`/plans/${plan.id}`} className={classes.link}>
              {plan.name ?? plan.id}
            </Link>
          ) : (
            "none"
          ),
          "Base price": plan && paise(plan.price_paise, currency),
          Collected: plan && COLLECTED[plan.collection],
          Cycle: cycle && (
            <>
              <When at={cycle.start} tenantZone={timezone} />
              {cycle.end && (
                <>
                  {" – "}
                  <When at={cycle.end} tenantZone={timezone} />
                </>
              )}
            </>
          ),
          Mandate: mandate && `${mandate.method}, up to ${paise(mandate.max_amount_paise, currency)} a debit`,
        }}
      />
      {open.map((invoice) => (
        <Text key={invoice.invoice_id} size="sm" mt="sm">
          <Link href={`/invoices/${invoice.invoice_id}`} className={classes.link}>
            {invoice.number}
          </Link>{" "}
          {paise(invoice.open_paise, currency)} open, due {day(invoice.due_at)}
          {invoice.debiting ? ", a debit is under way" : invoice.pay_url ? ", a link was sent" : ""}
          {invoice.suspends_at && `; without payment it is suspended on ${day(invoice.suspends_at)}`}
        </Text>
      ))}
    </Card>
  );
}

const STANDINGS: Readonly<Record<string, string>> = {
  ok: "yes, as far as its limits and credit go",
  unsubscribed: "no: it has no subscription",
  halted: "no: payments of its subscription failed",
  suspended: "no: an invoice is overdue",
};

const COLLECTED: Readonly<Record<string, string>> = {
  subscription: "by subscription",
  mandate: "by mandate, base and usage in one debit",
  prepaid: "in advance",
};

/** How much of each grant is used, held by requests under way, and left. */
export function GrantsCard({
  standing: { grants, currency },
  side,
}: {
  readonly standing: Billing;
  readonly side?: ReactNode;
}) {
  return (
    <Card title="What may be spent" side={side}>
      {grants.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing: without a plan or credit, calls are refused for quota.
        </Text>
      ) : (
        <Stack gap="md">
          {grants.map((grant) => (
            <Gauge key={grant.id} grant={grant} currency={currency} />
          ))}
          <Group gap="md" aria-hidden="true">
            {(["used", "held", "left"] as const).map((part) => (
              <Text key={part} size="xs" c="dimmed">
                <span className={`${classes.swatch} ${classes[part]}`} />
                {part === "held" ? "held by requests under way" : part}
              </Text>
            ))}
          </Group>
        </Stack>
      )}
    </Card>
  );
}

function Gauge({ grant, currency }: { readonly grant: Billing["grants"][number]; readonly currency: string }) {
  const { kind, amount_micros, used_micros, held_micros, expires_at } = grant;
  const free = amount_micros - used_micros - held_micros;
  const share = (part: number) => ({ width: `${(100 * part) / Math.max(1, amount_micros)}%` });
  return (
    <div data-testid={`grant-${kind}`}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={550}>
          {KINDS[kind]}
        </Text>
        <Text size="sm" className={classes.number}>
          {micros(free, currency)} left of {micros(amount_micros, currency)}
        </Text>
      </Group>
      <div className={classes.bar}>
        <span className={classes.unseen}>
          {micros(used_micros, currency)} used, {micros(held_micros, currency)} held
        </span>
        {used_micros > 0 && <span className={classes.used} style={share(used_micros)} />}
        {held_micros > 0 && <span className={classes.held} style={share(held_micros)} />}
        {free > 0 && <span className={classes.left} style={{ flex: 1 }} />}
      </div>
      <Text size="xs" c="dimmed" mt={3}>
        {micros(used_micros, currency)} used{held_micros > 0 && `, ${micros(held_micros, currency)} held`}
        {expires_at && ` · until ${day(expires_at)}`}
      </Text>
    </div>
  );
}
