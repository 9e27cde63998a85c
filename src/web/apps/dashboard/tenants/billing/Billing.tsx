import { Alert, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Tenant } from "../../../shared/openapi.ts";
import classes from "../../dashboard.module.css";
import { useAddress } from "../../kit/address.ts";
import { Loaded } from "../../kit/Loaded.tsx";
import { InvoiceList } from "../../money/InvoiceList.tsx";
import { adminApi } from "../../session.tsx";
import { GiveCredit } from "./Credit.tsx";
import { GrantsCard, StandingCard } from "./Gauge.tsx";
import { ProfileCard } from "./ProfileCard.tsx";
import { type Door, isOff, useStanding } from "./queries.ts";
import { Statement } from "./Statement.tsx";
import { SubscriptionCard } from "./SubscriptionCard.tsx";

/** What a tenant owes and may spend; where each of its users pays, that of the one who is chosen. */
export function Billing({ tenant }: { readonly tenant: Tenant }) {
  const { filters, setFilters } = useAddress();
  const isByUser = tenant.billing === "user";
  const users = useQuery({
    queryKey: ["list", "users of", tenant.id],
    queryFn: () => adminApi.get(`tenants/${tenant.id}/users?limit=1000`),
    enabled: isByUser,
  });
  const listed = users.data?.data ?? [];
  const user = filters.user ?? null;
  const known = listed.map(({ id, external_id }) => ({ value: id, label: external_id }));
  return (
    <Stack>
      {isByUser && (
        <Select
          label="Whose billing"
          description="Here each user pays for themselves."
          searchable
          placeholder="Choose a user"
          data={user && !known.some(({ value }) => value === user) ? [{ value: user, label: user }, ...known] : known}
          value={user}
          onChange={(chosen) => setFilters({ user: chosen })}
          maw={420}
        />
      )}
      {isByUser ? (
        user && <Payer tenant={tenant} door={`users/${user}`} />
      ) : (
        <Payer tenant={tenant} door={`tenants/${tenant.id}`} />
      )}
      {isByUser && !user && (
        <Text size="sm" c="dimmed">
          Choose a user to see a plan, its cycle, its credit and its invoices.
        </Text>
      )}
    </Stack>
  );
}

function Payer({ tenant, door }: { readonly tenant: Tenant; readonly door: Door }) {
  const standing = useStanding({ door });
  if (isOff(standing.error))
    return (
      <Alert color="gray" title="Billing is off">
        This installation has no keys of Razorpay: usage is metered, and nothing is billed.
      </Alert>
    );
  return (
    <Loaded of={standing} height={240}>
      {(standing) => (
        <Stack>
          <div className={classes.two}>
            <StandingCard standing={standing} timezone={tenant.timezone} />
            <GrantsCard standing={standing} side={<GiveCredit door={door} currency={standing.currency} />} />
          </div>
          <SubscriptionCard tenant={tenant} door={door} customer_id={standing.customer_id} />
          <ProfileCard door={door} />
          <InvoiceList title="Invoices" fixed={{ customer_id: standing.customer_id }} filtered={false} />
          <Statement door={door} />
        </Stack>
      )}
    </Loaded>
  );
}
