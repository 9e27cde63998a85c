import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { count } from "../../shared/format.ts";
import type { PlanMigration, PlanWithVersions } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";
import { words } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";

const ROWS = 1_000;

/** Who is on an older version, and what would become of each. */
export function Migration({ plan }: { readonly plan: PlanWithVersions }) {
  const { mayChange } = useSession();
  const path = `plans/${plan.id}/migrate` as const;
  const dry = useQuery({
    queryKey: ["plans", plan.id, "migrate", plan.version],
    queryFn: () => adminApi.post(path, { dry_run: true, limit: ROWS }),
    enabled: plan.version > 1 && mayChange,
  });
  if (plan.version === 1 || !mayChange) return null;
  const migrate = async () => {
    for (let after_id: string | null | undefined; after_id !== null; ) {
      const done: PlanMigration = await adminApi.post(path, {
        dry_run: false,
        limit: ROWS,
        ...(after_id && { after_id }),
      });
      after_id = done.has_more ? done.last_id : null;
    }
  };
  return (
    <Card
      title="On older versions"
      side={
        (dry.data?.moves ?? 0) > 0 && (
          <Act
            label="Migrate"
            title={`Move ${count(dry.data?.moves ?? 0)} to version ${plan.version}?`}
            done="They move with their next cycle"
            act={migrate}
          >
            Each changes when its next cycle begins; a running cycle stays as it is. Those whose payer would have to
            approve it are left alone.
          </Act>
        )
      }
    >
      <Loaded of={dry} height={90}>
        {({ data, moves, must_approve, ends, by_default }) => (
          <>
            <Text size="sm" mb={data.length ? "sm" : 0}>
              {data.length === 0
                ? "Nobody: everybody with a subscription is on the present version."
                : `${count(moves)} would move with their next cycle, ${count(must_approve)} must approve it first, ${count(ends)} end before.`}
              {by_default ? ` ${count(by_default)} have it by default and move by themselves.` : ""}
            </Text>
            {data.length > 0 && (
              <DataTable
                label="On older versions"
                rows={data}
                keyOf={({ subscription_id }) => subscription_id}
                columns={[
                  {
                    title: "Tenant",
                    value: ({ tenant_id }) => tenant_id,
                    show: ({ tenant_id }) => <TenantName id={tenant_id} />,
                  },
                  { title: "Version", value: ({ from_version }) => from_version, right: true },
                  {
                    title: "Becomes of it",
                    value: ({ action }) => action,
                    show: ({ action, noted_version }) => (
                      <Status of={action} label={noted_version === null ? words(action) : "noted to move"} />
                    ),
                  },
                  { title: "Because", value: ({ because }) => because ?? null },
                  { title: "When", value: ({ at }) => at ?? null, show: ({ at }) => <When at={at ?? null} /> },
                ]}
              />
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}
