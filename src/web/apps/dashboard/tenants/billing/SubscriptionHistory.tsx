import type { SubscriptionForAdmin, Tenant } from "../../../shared/openapi.ts";
import { DataTable } from "../../kit/DataTable.tsx";
import { Status } from "../../kit/Status.tsx";
import { When } from "../../kit/When.tsx";

/** Every state that a subscription was in, and because of what. */
export function SubscriptionHistory({
  label,
  of,
  tenant,
}: {
  readonly label: string;
  readonly of: SubscriptionForAdmin["history"];
  readonly tenant: Tenant;
}) {
  if (of.length === 0) return null;
  return (
    <DataTable
      label={label}
      rows={of}
      keyOf={({ at, to }) => `${at} ${to}`}
      columns={[
        { title: "When", value: ({ at }) => at, show: ({ at }) => <When at={at} tenantZone={tenant.timezone} /> },
        { title: "From", value: ({ from }) => from },
        { title: "To", value: ({ to }) => to, show: ({ to }) => <Status of={to} /> },
        { title: "Because of", value: ({ cause }) => cause },
      ]}
    />
  );
}
