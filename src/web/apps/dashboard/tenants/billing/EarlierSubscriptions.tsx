import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { CustomerStory, Tenant } from "../../../shared/openapi.ts";
import { DataTable } from "../../kit/DataTable.tsx";
import { Loaded } from "../../kit/Loaded.tsx";
import { To } from "../../kit/links.tsx";
import { Status } from "../../kit/Status.tsx";
import { When } from "../../kit/When.tsx";
import { adminApi } from "../../session.tsx";
import { useOffered } from "./queries.ts";
import { SubscriptionHistory } from "./SubscriptionHistory.tsx";

/** Where there is no subscription now: those that there were, and how the last one ended. */
export function EarlierSubscriptions({
  customer_id,
  tenant,
}: {
  readonly customer_id: string;
  readonly tenant: Tenant;
}) {
  const story = useQuery({
    queryKey: ["story", customer_id],
    queryFn: () => adminApi.get(`customers/${customer_id}/story`),
  });
  return (
    <Loaded of={story}>
      {({ subscriptions: { data } }) =>
        data.length === 0 ? (
          <Text size="sm" c="dimmed">
            There was never one.
          </Text>
        ) : (
          <Those rows={data} tenant={tenant} />
        )
      }
    </Loaded>
  );
}

type Earlier = CustomerStory["subscriptions"]["data"][number];

function Those({ rows, tenant }: { readonly rows: readonly Earlier[]; readonly tenant: Tenant }) {
  const plans = useOffered(tenant.currency);
  const zone = { tenantZone: tenant.timezone };
  return (
    <Stack>
      <Text size="sm">There is none now.</Text>
      <DataTable
        label="Earlier subscriptions"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            title: "Plan",
            value: ({ plan_id }) => plan_id,
            show: ({ plan_id }) => (
              <To href={`/plans/${plan_id}`}>{plans.find(({ id }) => id === plan_id)?.name ?? plan_id}</To>
            ),
          },
          { title: "State", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
          {
            title: "Made",
            value: ({ created_at }) => created_at,
            show: (one) => <When at={one.created_at} {...zone} />,
          },
          { title: "Ended", value: ({ ended_at }) => ended_at, show: (one) => <When at={one.ended_at} {...zone} /> },
          { title: "Charges", value: ({ paid_count }) => paid_count, right: true },
        ]}
      />
      {rows.slice(0, 1).map(({ id, history }) => (
        <SubscriptionHistory key={id} label="How the last one ended" of={history} tenant={tenant} />
      ))}
    </Stack>
  );
}
