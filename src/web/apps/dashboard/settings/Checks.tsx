import { useQuery } from "@tanstack/react-query";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { To } from "../kit/links.tsx";
import { Status } from "../kit/Status.tsx";
import { POLL_MS, runChecks } from "./health.ts";

const LABELS = { ok: "well", warning: "look at it", failed: "mend it" } as const;

/** Everything that can be told from outside whether it is as it should be. */
export function Checks() {
  const checks = useQuery({ queryKey: ["checks"], queryFn: runChecks, refetchInterval: POLL_MS });
  return (
    <Card title="Checks">
      <Loaded of={checks} height={320}>
        {(checks) => (
          <DataTable
            label="Checks"
            rows={checks}
            keyOf={({ name }) => name}
            columns={[
              {
                title: "What",
                value: ({ name }) => name,
                show: ({ name, href }) => (href ? <To href={href}>{name}</To> : name),
              },
              {
                title: "State",
                value: ({ state }) => state,
                show: ({ state }) => <Status of={state} label={LABELS[state]} />,
              },
              { title: "Found", value: ({ found }) => found },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}
