import { Alert, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { count } from "../../shared/format.ts";
import type { ReconciliationCounted } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Act } from "../kit/act.tsx";
import { useAddress } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { Facts } from "../kit/Facts.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Stat } from "../kit/Stat.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { titled, words } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";
import { Comparison } from "./Comparison.tsx";
import { Findings } from "./Findings.tsx";
import { spanOf } from "./Reconciliations.tsx";

const POLL_MS = 1_500;

/** One run: how far it is, what it found, and what has changed since another. */
export function Reconciliation() {
  const { id = "" } = useParams<{ id: string }>();
  const { filters } = useAddress();
  const run = useQuery({
    queryKey: ["reconciliations", id, "run"],
    queryFn: () => adminApi.get(`reconciliations/${encodeURIComponent(id)}?limit=1`),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? POLL_MS : false),
  });
  return (
    <Loaded of={run} height={320}>
      {(run) => (
        <>
          <PageHead
            title={spanOf(run)}
            from={{ href: "/reconciliations", label: "Reconciliation" }}
            badge={<Status of={run.status} />}
            about={
              <>
                {run.actor === "nightly" ? "The nightly run of" : `Begun by ${run.actor} on`}{" "}
                <When at={run.created_at} />
                {run.repair && ", to repair what is safe"}
              </>
            }
          >
            <RepairAll run={run} />
          </PageHead>
          <Stack>
            {run.status === "running" && <Running run={run} />}
            {run.error && run.status !== "done" && (
              <Alert color="red" title="The last step failed" role="status">
                {run.error}
              </Alert>
            )}
            {Object.entries(run.left_out).map(([side, why]) => (
              <Alert key={side} color="yellow" title={`The ${side} was left out`} role="status">
                {why}
              </Alert>
            ))}
            <div className={classes.stats}>
              <Stat label="Findings" value={count(run.findings_count)} note="that stand by themselves" />
              <Stat label="Repaired" value={count(run.repaired_count)} note="by this run, or by hand" />
              <Stat label="Compared" value={count(run.sides.length)} note={run.sides.join(", ")} />
            </div>
            <Findings run={run} />
            <Card title="What was looked at">
              <div className={classes.many}>
                <Facts
                  of={Object.fromEntries(Object.entries(run.looked_at).map(([what, n]) => [titled(what), count(n)]))}
                />
              </div>
            </Card>
            <Comparison run={run} against={filters.against} />
          </Stack>
        </>
      )}
    </Loaded>
  );
}

const Running = ({ run: { progress } }: { readonly run: ReconciliationCounted }) => (
  <section aria-label="Progress">
    <Progress
      value={(100 * progress.done) / Math.max(progress.of, 1)}
      aria-label={`${progress.done} of ${progress.of} steps`}
      animated
    />
    <Text size="sm" c="dimmed" mt={4} role="status">
      Step {Math.min(progress.done + 1, progress.of)} of {progress.of}
      {progress.at && `: ${words(progress.at)}`}
    </Text>
  </section>
);

/** Another run of the same days, that repairs. */
function RepairAll({ run }: { readonly run: ReconciliationCounted }) {
  const { mayBill } = useSession();
  const left = run.findings_count - run.repaired_count;
  if (!mayBill || run.status !== "done" || left === 0) return null;
  return (
    <Act
      label="Repair all that is safe"
      title="Prove these days again, and repair?"
      done="A run that repairs has begun"
      variant="filled"
      act={() => adminApi.post("reconciliations", { from: run.from, to: run.to, repair: true })}
    >
      A new run looks at everything again and puts right what can be, where amount, currency and identity agree. The
      rest is left to you.
    </Act>
  );
}
