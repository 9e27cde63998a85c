import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { count } from "../../shared/format.ts";
import type { UsageEventInFull } from "../../shared/openapi.ts";
import { queryOf, useAddress } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { FilterBar } from "../kit/FilterBar.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";
import { adminApi } from "../session.tsx";
import { EVENT_COLUMNS } from "./event-columns.tsx";

const SHOWN = 100;
type Line = "opening" | "open" | "broken";

/** What is settled as it happens, newest first. While it is held still, what comes is kept back. */
function useTail(query: string): { readonly events: readonly UsageEventInFull[]; readonly line: Line } {
  const [events, setEvents] = useState<readonly UsageEventInFull[]>([]);
  const [line, setLine] = useState<Line>("opening");
  useEffect(() => {
    setEvents([]);
    setLine("opening");
    const source = new EventSource(`/api/admin/events/stream?${query}`);
    let failures = 0;
    source.onopen = () => {
      failures = 0;
      setLine("open");
    };
    // Every answer ends after a while and is asked for again by itself; only what fails twice is worth a word, and what is refused.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setLine("broken");
      else if (++failures > 1) setLine("opening");
    };
    source.addEventListener("settled", ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as UsageEventInFull;
      setEvents((before) => (before.some(({ id }) => id === event.id) ? before : [event, ...before].slice(0, SHOWN)));
    });
    return () => source.close();
  }, [query]);
  return { events, line };
}

/** Requests as they end, and those that are still under way. */
export function Live() {
  const { filters } = useAddress();
  const query = queryOf({ tenant_id: filters.tenant_id, model: filters.model });
  const { events, line } = useTail(query);
  const [still, setStill] = useState<readonly UsageEventInFull[] | null>(null);
  const shown = still ?? events;
  return (
    <>
      <PageHead
        title="Live"
        about="Requests as they are settled, on every node."
        badge={
          <Status of={line === "open" ? "running" : line === "broken" ? "failed" : "pending"} label={LINES[line]} />
        }
      >
        <Button
          variant="default"
          size="xs"
          onClick={() => setStill(still ? null : events)}
          aria-pressed={still !== null}
        >
          {still ? "Go on" : "Hold still"}
        </Button>
      </PageHead>
      <Stack>
        <UnderWay tenant_id={filters.tenant_id} />
        <Card title="Settled">
          <Stack gap="md">
            <FilterBar
              filters={[
                { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" },
                { name: "model", label: "Model", placeholder: "claude-sonnet-5-5" },
              ]}
            />
            {shown.length === 0 ? (
              <Text size="sm" c="dimmed" role="status">
                Nothing was settled in the last minutes. What comes is shown at once.
              </Text>
            ) : (
              <DataTable label="Settled requests" columns={EVENT_COLUMNS} rows={shown} keyOf={({ id }) => id} />
            )}
          </Stack>
        </Card>
      </Stack>
    </>
  );
}

const LINES: Readonly<Record<Line, string>> = { opening: "connecting", open: "connected", broken: "not connected" };

const HOLDS_SHOWN = 10;

function UnderWay({ tenant_id }: { readonly tenant_id: string | undefined }) {
  const query = queryOf({ tenant_id, limit: HOLDS_SHOWN });
  const holds = useQuery({
    queryKey: ["list", "holds", query],
    queryFn: () => adminApi.get(`holds?${query}`),
    refetchInterval: 2_000,
  });
  return (
    <Card title="Under way">
      <Loaded of={holds} height={60}>
        {({ data, has_more }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              No request is under way.
            </Text>
          ) : (
            <>
              <DataTable
                label="Requests under way"
                rows={data}
                keyOf={({ id }) => id}
                columns={[
                  { title: "Request", value: ({ id }) => id },
                  {
                    title: "Tenant",
                    value: ({ tenant_id }) => tenant_id,
                    show: ({ tenant_id }) => <TenantName id={tenant_id} />,
                  },
                  {
                    title: "Since",
                    value: ({ admitted_at }) => admitted_at,
                    show: ({ admitted_at }) => <When at={admitted_at} exact />,
                  },
                  {
                    title: "Held",
                    value: ({ held_micros }) => held_micros / 1e6,
                    show: ({ held_micros }) => count(Math.round(held_micros / 10_000) / 100),
                    right: true,
                  },
                ]}
              />
              {has_more && (
                <Group>
                  <Text size="xs" c="dimmed">
                    The newest {count(data.length)} are shown; there are more.
                  </Text>
                </Group>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
