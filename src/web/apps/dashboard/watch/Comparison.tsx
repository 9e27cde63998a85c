import { Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { instant } from "../../shared/format.ts";
import type { ReconciliationCounted, Routes } from "../../shared/openapi.ts";
import { useAddress } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Status } from "../kit/Status.tsx";
import { titled } from "../kit/words.ts";
import { adminApi } from "../session.tsx";
import { spanOf } from "./Reconciliations.tsx";

type Compared = NonNullable<Routes["GET /api/admin/reconciliations/{id}"]["answer"]["compared"]>;

const RUNS = 100;

/** What is new, gone and still there since an earlier run. */
export function Comparison({
  run,
  against,
}: {
  readonly run: ReconciliationCounted;
  readonly against: string | undefined;
}) {
  const { setFilters } = useAddress();
  const runs = useQuery({
    queryKey: ["list", "reconciliations", "to compare with"],
    queryFn: () => adminApi.get(`reconciliations?limit=${RUNS}`),
  });
  const others = runs.data?.data.filter(({ id, status }) => id !== run.id && status === "done") ?? [];
  const compared = useQuery({
    queryKey: ["reconciliations", run.id, "against", against],
    queryFn: () => adminApi.get(`reconciliations/${run.id}?limit=1&against=${encodeURIComponent(against!)}`),
    enabled: against !== undefined && run.status === "done",
  });
  if (run.status !== "done" || others.length === 0) return null;
  return (
    <Card title="Compared with another run">
      <Stack>
        <Select
          size="xs"
          label="The other run"
          placeholder="Choose one"
          clearable
          clearButtonProps={{ "aria-label": "Clear the other run", tabIndex: 0 }}
          w={{ base: "100%", xs: 360 }}
          data={others.map((other) => ({
            value: other.id,
            label: `${spanOf(other)}, begun ${instant(other.created_at)}`,
          }))}
          value={against ?? null}
          onChange={(against) => setFilters({ against })}
        />
        {against !== undefined && (
          <Loaded of={compared}>{({ compared }) => compared && <Differences of={compared} />}</Loaded>
        )}
      </Stack>
    </Card>
  );
}

function Differences({ of: { appeared, gone, still } }: { readonly of: Compared }) {
  const rows = [
    ...appeared.map((named) => ({ ...named, state: "appeared" })),
    ...gone.map((named) => ({ ...named, state: "gone" })),
    ...still.map((named) => ({ ...named, state: "still there" })),
  ];
  if (rows.length === 0) return <Text size="sm">Neither of them found anything.</Text>;
  return (
    <DataTable
      label="Differences between the runs"
      rows={rows}
      keyOf={({ kind, subject }) => `${kind} ${subject}`}
      columns={[
        { title: "Since then", value: ({ state }) => state, show: ({ state }) => <Status of={state} /> },
        { title: "What", value: ({ kind }) => kind, show: ({ kind }) => titled(kind) },
        { title: "Of", value: ({ subject }) => subject },
      ]}
    />
  );
}
