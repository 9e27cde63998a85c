import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { count, micros, milliseconds } from "../../shared/format.ts";
import type { ReceiptInFull } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Facts } from "../kit/Facts.tsx";
import { Json } from "../kit/Json.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Stat } from "../kit/Stat.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";
import { adminApi } from "../session.tsx";

/** The receipt of one request: what it used, at which prices, and what of it was drawn from where. */
export function Request() {
  const { id = "" } = useParams<{ id: string }>();
  const path = `events/${encodeURIComponent(id)}` as const;
  const receipt = useQuery({ queryKey: ["events", id], queryFn: () => adminApi.get(path) });
  const words = useQuery({
    queryKey: ["events", id, "words"],
    queryFn: async () => (await adminApi.file(`${path}?explain=text`)).text(),
  });
  return (
    <>
      <PageHead title="Request" from={{ href: "/live", label: "Live" }} about={id} />
      <Loaded of={receipt} height={320}>
        {({ data, totals }) => (
          <Stack>
            <div className={classes.stats}>
              <Stat label="Spend" value={micros(totals.spend_micros, totals.currency)} note="owed by the customer" />
              <Stat label="Cost" value={micros(totals.cost_micros_usd, "USD")} note="charged by the provider" />
              <Stat
                label="First byte"
                value={milliseconds(data[0]?.first_byte_ms ?? null)}
                note={`${milliseconds(data[0]?.total_ms ?? null)} in all`}
              />
              <Stat label="Calls" value={count(totals.calls)} note="to the provider" />
            </div>
            {words.data && (
              <Card title="In words">
                <Json of={words.data} label="The receipt in words" />
              </Card>
            )}
            {data.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

/** What was used, and what it was priced at where the price book knows it. */
interface Line {
  readonly model: string;
  readonly meter: string;
  readonly quantity: number;
  readonly usd_per_million?: string;
  readonly usd_each?: string;
  readonly cost_usd?: string;
}

function Event({ event }: { readonly event: ReceiptInFull["data"][number] }) {
  const lines = event.samplings.flatMap(({ model, lines }) => lines.map((line): Line => ({ model, ...line })));
  return (
    <>
      <Card
        title={event.kind === "call" ? "The call" : `An adjustment: ${event.reason ?? ""}`}
        side={<Status of={event.ended} />}
      >
        <Facts
          of={{
            Tenant: <TenantName id={event.tenant_id} />,
            User: event.user_id && (
              <Link href={`/tenants/${event.tenant_id}/usage?user_id=${event.user_id}`} className={classes.link}>
                {event.user_external_id ?? event.user_id}
              </Link>
            ),
            Key: event.key_id && (
              <Link href={`/tenants/${event.tenant_id}/usage?key_id=${event.key_id}`} className={classes.link}>
                {event.key_name ?? event.key_id}
              </Link>
            ),
            Route: event.route,
            Model: event.model,
            "Stopped by": event.stop_reason,
            Tags:
              Object.entries(event.tags)
                .map(([name, value]) => `${name}=${value}`)
                .join(", ") || null,
            Admitted: <When at={event.admitted_at} exact />,
            Settled: <When at={event.settled_at} exact />,
            "Provider's id": event.upstream_request_id,
            "Exchange rate":
              event.terms && `${event.terms.fx_rate} ${event.terms.currency} per USD, frozen for the cycle`,
            "Mark-up": event.terms && `× ${event.terms.mark_up}`,
            "Plan version": event.plan_version_id,
            "Not covered": event.uncovered_micros > 0 ? micros(event.uncovered_micros, event.currency) : null,
            "Final count": event.unreconciled ? "not reported by the provider: estimated" : "reported by the provider",
          }}
        />
        {event.rate_note && (
          <Text size="sm" mt="sm">
            {event.rate_note}
          </Text>
        )}
      </Card>
      <Card title="What it was priced at">
        <DataTable
          label="Lines of the price"
          rows={lines}
          keyOf={({ model, meter }) => `${model} ${meter}`}
          columns={[
            { title: "Model", value: ({ model }) => model },
            { title: "Meter", value: ({ meter }) => meter.replaceAll("_", " ") },
            {
              title: "Quantity",
              value: ({ quantity }) => quantity,
              show: ({ quantity }) => count(quantity),
              right: true,
            },
            {
              title: "Price (USD)",
              value: ({ usd_per_million, usd_each }) => usd_each ?? usd_per_million ?? null,
              show: ({ usd_per_million, usd_each }) =>
                usd_each ? `${usd_each} each` : usd_per_million ? `${usd_per_million} per million` : "–",
              right: true,
            },
            { title: "Cost (USD)", value: ({ cost_usd }) => cost_usd ?? null, right: true },
          ]}
        />
      </Card>
      {event.grants_drawn && event.grants_drawn.length > 0 && (
        <Card title="What paid for it">
          <DataTable
            label="Grants"
            rows={event.grants_drawn}
            keyOf={({ grant_id }) => grant_id}
            columns={[
              { title: "Grant", value: ({ grant_id }) => grant_id },
              {
                title: "Drawn",
                value: ({ amount_micros }) => amount_micros / 1e6,
                show: ({ amount_micros }) => micros(amount_micros, event.currency),
                right: true,
              },
            ]}
          />
        </Card>
      )}
      <Card title="As the provider reported it">
        <Json of={event.raw_usage} label="Usage as the provider reported it" />
      </Card>
    </>
  );
}
