import { Progress, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useLocation } from "wouter";
import { count, day } from "../../shared/format.ts";
import type { ReconciliationCounted } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { useNow } from "../kit/days.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

const DAY_MS = 86_400_000;
const DAYS_ASKED = 8;

/** `1 Nov 2026 – 8 Nov 2026`: days of UTC, the last one included. */
export const spanOf = ({ from, to }: Pick<ReconciliationCounted, "from" | "to">): string => {
  const last = new Date(new Date(to).getTime() - 1).toISOString();
  return from.slice(0, 10) === last.slice(0, 10) ? day(from) : `${day(from)} – ${day(last)}`;
};

const COLUMNS: readonly Column<ReconciliationCounted>[] = [
  {
    title: "Days",
    value: ({ from }) => from,
    show: (run) => <To href={`/reconciliations/${run.id}`}>{spanOf(run)}</To>,
  },
  {
    title: "State",
    value: ({ status }) => status,
    show: ({ status, progress: { done, of } }) =>
      status === "running" ? (
        <Progress value={(100 * done) / Math.max(of, 1)} aria-label={`${done} of ${of} steps`} w={120} />
      ) : (
        <Status of={status} />
      ),
  },
  { title: "Findings", value: ({ findings_count }) => findings_count, right: true },
  { title: "Repaired", value: ({ repaired_count }) => repaired_count, right: true },
  {
    title: "Compared",
    value: ({ sides }) => sides.join(", "),
  },
  { title: "Begun by", value: ({ actor }) => actor },
  { title: "Begun", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
];

/** Proofs that our books, the provider's reports and Razorpay's say the same. */
export function Reconciliations() {
  const { mayBill } = useSession();
  return (
    <>
      <PageHead
        title="Reconciliation"
        about="Whether our books agree with themselves, with the provider's reports and with Razorpay. The last eight days are proved every night."
      >
        {mayBill && <NewRun />}
      </PageHead>
      <List
        title="Runs"
        path="reconciliations"
        columns={COLUMNS}
        empty="None yet: the first one begins by itself tonight, or now if you like."
      />
    </>
  );
}

function NewRun() {
  const now = useNow();
  const [, go] = useLocation();
  const today = (now ?? 0) - ((now ?? 0) % DAY_MS);
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  return (
    <FormDialog
      label="New run"
      title="Prove some days"
      act="Begin"
      done="The run has begun"
      disabled={now === null}
      initial={() => ({ from: dayOf(today - DAYS_ASKED * DAY_MS), to: dayOf(today - DAY_MS), repair: false })}
      send={({ from, to, repair }) =>
        adminApi.post("reconciliations", {
          ...{ from, repair },
          // The day after the last one: what a run proves ends before it.
          to: to && dayOf(Date.parse(`${to}T00:00:00Z`) + DAY_MS),
        })
      }
      onDone={({ id }) => go(`/reconciliations/${id}`)}
      fields={(form) => (
        <>
          <SimpleGrid cols={2}>
            <TextInput type="date" label="From" required data-autofocus {...form.text("from")} />
            <TextInput
              type="date"
              label="To"
              description={`Up to ${count(366)} days, of UTC`}
              inputWrapperOrder={["label", "input", "description", "error"]}
              required
              {...form.text("to")}
            />
          </SimpleGrid>
          <Switch
            label="Repair what is safe"
            description="Only where amount, currency and identity agree; each is looked at again before it is changed."
            checked={form.values.repair}
            onChange={(event) => form.set("repair", event.currentTarget.checked)}
          />
        </>
      )}
    />
  );
}
