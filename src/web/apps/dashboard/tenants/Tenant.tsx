import { Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import type { Tenant as TenantFacts } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Missing } from "../kit/Missing.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { Tabs } from "../kit/Tabs.tsx";
import { adminApi, useSession } from "../session.tsx";
import { Explorer } from "../usage/Explorer.tsx";
import { Billing } from "./billing/Billing.tsx";
import { Issuers } from "./Issuers.tsx";
import { Keys } from "./Keys.tsx";
import { Limits } from "./Limits.tsx";
import { Settings } from "./Settings.tsx";
import { Summary } from "./Summary.tsx";
import { Users } from "./Users.tsx";

const PARTS = [
  ["", "Summary"],
  ["usage", "Usage"],
  ["billing", "Billing"],
  ["limits", "Limits"],
  ["users", "Users"],
  ["keys", "Keys"],
  ["issuers", "Issuers"],
] as const;

/** One tenant: all there is of it, a part at a time. */
export function Tenant() {
  const { id = "", part = "" } = useParams<{ id: string; part?: string }>();
  const tenant = useQuery({
    queryKey: ["tenants", id],
    queryFn: () => adminApi.get(`tenants/${encodeURIComponent(id)}`),
  });
  const label = PARTS.find(([path]) => path === part)?.[1];
  if (label === undefined) return <Missing />;
  return (
    <Loaded of={tenant} height={320}>
      {(tenant) => (
        <>
          <PageHead
            title={tenant.name}
            from={{ href: "/tenants", label: "Tenants" }}
            badge={<Status of={tenant.status} />}
            about={tenant.external_id ? `${tenant.external_id} · ${tenant.id}` : tenant.id}
          >
            <StatusActs tenant={tenant} />
          </PageHead>
          <Tabs label={`Parts of ${tenant.name}`} base={`/tenants/${id}`} parts={PARTS} current={part} />
          {part === "" && <Summary tenant={tenant} />}
          {part === "usage" && <Explorer tenant_id={tenant.id} timezone={tenant.timezone} />}
          {part === "billing" && <Billing tenant={tenant} />}
          {part === "limits" && (
            <Stack>
              <Limits title="Of the tenant" scope="tenant" subject={tenant.id} currency={tenant.currency} />
              <Limits title="Of each of its users" scope="each_user" subject={tenant.id} currency={tenant.currency} />
            </Stack>
          )}
          {part === "users" && <Users tenant={tenant} />}
          {part === "keys" && <Keys tenant={tenant} />}
          {part === "issuers" && <Issuers tenant={tenant} />}
        </>
      )}
    </Loaded>
  );
}

function StatusActs({ tenant: { id, name, status, ...tenant } }: { readonly tenant: TenantFacts }) {
  const { mayChange } = useSession();
  if (!mayChange) return null;
  const to = (next: TenantFacts["status"]) => () => adminApi.patch(`tenants/${id}`, { status: next });
  return (
    <Group gap="xs">
      <Settings tenant={{ id, name, status, ...tenant }} />
      {status === "active" ? (
        <Act
          label="Suspend"
          title={`Suspend ${name}?`}
          danger
          done={`${name} is suspended`}
          act={to("suspended")}
          color="red"
          variant="light"
        >
          Its keys and tokens are refused from now on, streams under way end as they would have. Nothing is deleted, and
          its subscription goes on: cancel that under Billing.
        </Act>
      ) : (
        <Act label="Activate" title={`Activate ${name}?`} done={`${name} is active`} act={to("active")}>
          Its keys and tokens are accepted again.
        </Act>
      )}
    </Group>
  );
}
