import { Drawer, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Finding, ReconciliationCounted } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Act } from "../kit/act.tsx";
import { type Column, DataTable } from "../kit/DataTable.tsx";
import { Facts } from "../kit/Facts.tsx";
import type { Filter } from "../kit/FilterBar.tsx";
import { figure, figureName } from "../kit/figure.tsx";
import { List } from "../kit/List.tsx";
import { IdLink, TenantLink } from "../kit/links.tsx";
import { Status } from "../kit/Status.tsx";
import { titled } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";

const FILTERS: readonly Filter[] = [
  { name: "kind", label: "Kind", placeholder: "payment_missing" },
  {
    name: "all",
    label: "Consequences",
    choices: [{ value: "true", label: "also what follows from others" }],
  },
];

/** What a run found, with what each side says and what to do about it. */
export function Findings({ run }: { readonly run: ReconciliationCounted }) {
  const [opened, setOpened] = useState<Finding | null>(null);
  const columns: readonly Column<Finding>[] = [
    { title: "Severity", value: ({ severity }) => severity, show: ({ severity }) => <Status of={severity} /> },
    {
      title: "What",
      value: ({ kind }) => kind,
      show: (finding) => (
        <button type="button" className={classes.asLink} onClick={() => setOpened(finding)}>
          {titled(finding.kind)}
        </button>
      ),
    },
    { title: "Of", value: ({ subject }) => subject },
    { title: "What to do", value: ({ action }) => action },
    {
      title: "State",
      value: stateOf,
      show: (finding) => <Status of={stateOf(finding)} />,
    },
    {
      title: "Repair",
      value: () => null,
      acts: true,
      show: (finding) => <Repair run={run} finding={finding} />,
    },
  ];
  return (
    <>
      <List
        title="Findings"
        path={`reconciliations/${run.id}/findings`}
        // What was empty while it ran says nothing of what was found: nothing of it is kept.
        key={run.status}
        version={run.status}
        columns={columns}
        filters={FILTERS}
        empty={
          run.status === "done"
            ? "None: everything that was compared agrees, to the last unit."
            : "None so far. The run is not over yet."
        }
      />
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        title={opened && titled(opened.kind)}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
      >
        {opened && <Both finding={opened} />}
      </Drawer>
    </>
  );
}

const stateOf = ({ repaired, repair_error, explained_by }: Finding): string =>
  repaired ? "repaired" : explained_by !== null ? "consequence" : repair_error === null ? "open" : "left to you";

const THEIRS: Readonly<Record<string, string>> = {
  books: "Our books, the other way",
  provider: "The provider says",
  collector: "Razorpay says",
};

/** Both sides beside each other, a figure a line. */
function Both({ finding }: { readonly finding: Finding }) {
  const { local, remote, side, meaning, action, rows, tenant_id, repair_error, explained_by } = finding;
  const names = [...new Set([...Object.keys(local ?? {}), ...Object.keys(remote ?? {})])];
  const said = (figures: Finding["local"], name: string) =>
    figures && name in figures ? figure(name, figures[name], figures) : "–";
  return (
    <Stack>
      {meaning && <Text size="sm">{meaning}</Text>}
      <Text size="sm" fw={550}>
        {action}
      </Text>
      <DataTable
        label="What each side says"
        rows={names}
        keyOf={(name) => name}
        columns={[
          { title: "Figure", value: figureName },
          { title: "We say", value: (name) => String(local?.[name] ?? ""), show: (name) => said(local, name) },
          {
            title: THEIRS[side] ?? "They say",
            value: (name) => String(remote?.[name] ?? ""),
            show: (name) => said(remote, name),
          },
        ]}
      />
      <Facts
        of={{
          Of: <IdLink id={finding.subject} />,
          Tenant: <TenantLink id={tenant_id} none="the whole installation" />,
          "Not repaired because": repair_error,
          "Follows from": explained_by && <code>{explained_by}</code>,
          "Rows behind it":
            rows.length === 0 ? null : (
              <Group gap={6}>
                {rows.map((row) => (
                  <IdLink key={row} id={row} />
                ))}
              </Group>
            ),
        }}
      />
    </Stack>
  );
}

function Repair({
  run,
  finding: { id, kind, repairable },
}: {
  readonly run: ReconciliationCounted;
  readonly finding: Finding;
}) {
  const { mayBill } = useSession();
  if (!mayBill || !repairable || run.status === "running") return null;
  return (
    <Act
      label="Repair"
      title={`Repair ${titled(kind)}?`}
      done="It was looked at again; see what became of it"
      act={() => adminApi.post(`reconciliations/${run.id}/findings/${id}/repair`)}
    >
      It is looked at again, and put right where amount, currency and identity agree. Otherwise nothing is changed, and
      the finding says why.
    </Act>
  );
}
