import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { count } from "../../shared/format.ts";
import type { Job } from "../../shared/openapi.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi } from "../session.tsx";
import { Checks } from "./Checks.tsx";
import { isStuck, POLL_MS } from "./health.ts";

/** Whether everything that should run runs. */
export const Health = () => (
  <>
    <PageHead title="Health" about="What is checked every few seconds while this page is open." />
    <Stack>
      <Checks />
      <Nodes />
      <Jobs />
    </Stack>
  </>
);

function Nodes() {
  const nodes = useQuery({
    queryKey: ["nodes"],
    queryFn: () => adminApi.get("nodes"),
    refetchInterval: POLL_MS,
  });
  return (
    <Card title="Nodes">
      <Loaded of={nodes} height={90}>
        {({ data }) => (
          <DataTable
            label="Nodes"
            rows={data}
            keyOf={({ id }) => id}
            columns={[
              { title: "Node", value: ({ name }) => name },
              {
                title: "State",
                value: ({ alive }) => (alive ? "alive" : "gone"),
                show: ({ alive }) => <Status of={alive ? "ok" : "node_lost"} label={alive ? "alive" : "gone"} />,
              },
              { title: "Life", value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
              {
                title: "Since",
                value: ({ started_at }) => started_at,
                show: ({ started_at }) => <When at={started_at} exact />,
              },
              {
                title: "Heard of until",
                value: ({ seen_until }) => seen_until,
                show: ({ seen_until }) => <When at={seen_until} exact />,
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

const stateOf = (job: Job): string =>
  job.last_error !== null ? "failed" : job.node_id !== null ? "running" : isStuck(job) ? "late" : "ok";

function Jobs() {
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: () => adminApi.get("jobs"),
    refetchInterval: POLL_MS,
  });
  return (
    <Card title="What is done by itself">
      <Loaded of={jobs} height={320}>
        {({ data }) => (
          <DataTable
            label="Jobs"
            rows={data}
            keyOf={({ id }) => id}
            columns={[
              { title: "Job", value: ({ id }) => id },
              { title: "State", value: stateOf, show: (job) => <Status of={stateOf(job)} /> },
              { title: "Runs", value: ({ runs }) => runs, show: ({ runs }) => count(runs), right: true },
              { title: "Last", value: ({ last_at }) => last_at, show: ({ last_at }) => <When at={last_at} exact /> },
              { title: "Next", value: ({ next_at }) => next_at, show: ({ next_at }) => <When at={next_at} exact /> },
              { title: "Last error", value: ({ last_error }) => last_error },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}
