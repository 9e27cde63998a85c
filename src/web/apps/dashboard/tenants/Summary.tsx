import { Stack } from "@mantine/core";
import { Link } from "wouter";
import { briefMicros } from "../../shared/format.ts";
import type { Tenant } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { dayStart, daysBetween, shortDay, useNow } from "../kit/days.ts";
import { Facts } from "../kit/Facts.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { TimeChart } from "../kit/TimeChart.tsx";
import { When } from "../kit/When.tsx";
import { useReport, ZONE } from "../usage/reports.ts";
import { GrantsCard, StandingCard } from "./billing/Gauge.tsx";
import { useStanding } from "./billing/queries.ts";

const DAYS = 30;

/** How a tenant stands, what it used lately, and how it is set up. */
export function Summary({ tenant }: { readonly tenant: Tenant }) {
  const now = useNow();
  const from = now === null ? null : dayStart(now, DAYS - 1);
  const usage = useReport(
    "margin",
    { tenant_id: tenant.id, from: from?.toISOString(), group_by: "day", tz: ZONE, limit: 1_000 },
    { enabled: from !== null },
  );
  const labels = from === null || now === null ? [] : daysBetween(from, new Date(now + 1));
  return (
    <Stack>
      {tenant.billing === "tenant" && <Money tenant={tenant} />}
      <Card
        title={`The last ${DAYS} days`}
        side={
          <Link href={`/tenants/${tenant.id}/usage`} className={classes.link}>
            Explore
          </Link>
        }
      >
        <Loaded of={usage} height={250}>
          {({ data }) => {
            const byDay = new Map(data.map((row) => [row.day, row]));
            return (
              <TimeChart
                label="Cost and margin by day"
                labels={labels.map(shortDay)}
                series={[
                  { name: "Cost of the provider", values: labels.map((day) => byDay.get(day)?.cost_micros ?? 0) },
                  { name: "Margin", values: labels.map((day) => Math.max(0, byDay.get(day)?.margin_micros ?? 0)) },
                ]}
                format={(value) => briefMicros(value, tenant.currency)}
              />
            );
          }}
        </Loaded>
      </Card>
      <Card title="How it is set up">
        <Facts
          of={{
            "Who pays": tenant.billing === "user" ? "each user for themselves" : "the tenant",
            Currency: tenant.currency,
            "Time zone": tenant.timezone,
            Enforcement:
              tenant.enforcement === "enforce" ? "limits and quota refuse" : "only observed: nothing is refused",
            "Default plan": tenant.default_plan_id ? (
              <Link href={`/plans/${tenant.default_plan_id}`} className={classes.link}>
                {tenant.default_plan_id}
              </Link>
            ) : (
              "none: spend is cost"
            ),
            Models: tenant.allowed_models.join(", ") || "all that have a price",
            Origins: tenant.allowed_origins.join(", ") || "no browser may call directly",
            Hold: tenant.hold,
            "When a client leaves": tenant.on_disconnect ?? "as the installation says",
            "Sees of costs": tenant.cost_visibility ?? "by default",
            "Provider's key": tenant.has_upstream_api_key ? "its own" : "the installation's",
            Razorpay: tenant.razorpay ? `its own account, ${tenant.razorpay.key_id}` : "the installation's account",
            Since: <When at={tenant.created_at} tenantZone={tenant.timezone} />,
          }}
        />
      </Card>
    </Stack>
  );
}

function Money({ tenant }: { readonly tenant: Tenant }) {
  const standing = useStanding({ door: `tenants/${tenant.id}` });
  return (
    <Loaded of={standing}>
      {(standing) => (
        <div className={classes.two}>
          <StandingCard standing={standing} timezone={tenant.timezone} />
          <GrantsCard standing={standing} />
        </div>
      )}
    </Loaded>
  );
}
