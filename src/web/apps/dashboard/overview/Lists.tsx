import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { briefMicros, count } from "../../shared/format.ts";
import classes from "../dashboard.module.css";
import { queryOf } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { titled } from "../kit/words.ts";
import { adminApi } from "../session.tsx";

const SHOWN = 6;

/** Who used most in these days. */
export function TopTenants({ from }: { readonly from: Date | null }) {
  const query = queryOf({ of: "tenant", by: "spend_micros", limit: SHOWN, from: from?.toISOString() });
  const top = useQuery({
    queryKey: ["report", "top", query],
    queryFn: () => adminApi.get(`reports/top?${query}`),
    enabled: from !== null,
    refetchInterval: 30_000,
  });
  return (
    <Card
      title="Who uses most"
      side={
        <Link href="/tenants" className={classes.link}>
          All tenants
        </Link>
      }
    >
      <Loaded of={top}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nobody has used anything in these days.
            </Text>
          ) : (
            <DataTable
              label="Who uses most"
              rows={data}
              keyOf={({ tenant_id, currency }) => `${tenant_id} ${currency}`}
              columns={[
                {
                  title: "Tenant",
                  value: ({ tenant_name, tenant_id }) => tenant_name ?? tenant_id ?? null,
                  show: ({ tenant_name, tenant_id }) => (
                    <Link href={`/tenants/${tenant_id}`} className={classes.link}>
                      {tenant_name ?? tenant_id}
                    </Link>
                  ),
                },
                {
                  title: "Requests",
                  value: ({ requests }) => requests,
                  show: ({ requests }) => count(requests),
                  right: true,
                },
                {
                  title: "Spend",
                  value: ({ spend_micros }) => spend_micros,
                  show: ({ spend_micros, currency }) => briefMicros(spend_micros, currency),
                  right: true,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

/** What nobody has taken note of yet. */
export function OpenAlerts() {
  const alerts = useQuery({
    queryKey: ["list", "alerts", "overview"],
    queryFn: () => adminApi.get(`alerts?acknowledged=false&limit=${SHOWN}`),
    refetchInterval: 15_000,
  });
  return (
    <Card
      title="Alerts"
      side={
        <Link href="/alerts" className={classes.link}>
          All alerts
        </Link>
      }
    >
      <Loaded of={alerts}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              All is well: there is nothing that nobody has taken note of.
            </Text>
          ) : (
            <ul className={classes.hits}>
              {data.map(({ id, type, severity, created_at }) => (
                <li key={id}>
                  <Link href={`/alerts/${id}`} className={classes.hit}>
                    <Group justify="space-between" wrap="nowrap">
                      <Group gap="sm" wrap="nowrap">
                        <span className={classes.whole}>
                          <Status of={severity} />
                        </span>
                        <Text size="sm">{titled(type)}</Text>
                      </Group>
                      <Text size="xs" c="dimmed" className={classes.number}>
                        <When at={created_at} />
                      </Text>
                    </Group>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
