import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { Alert } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { choices, type Filter } from "../kit/FilterBar.tsx";
import { List } from "../kit/List.tsx";
import { TenantLink, To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { titled } from "../kit/words.ts";
import { useSession } from "../session.tsx";
import { Acknowledge } from "./Acknowledge.tsx";

const FILTERS: readonly Filter[] = [
  {
    name: "acknowledged",
    label: "State",
    choices: [
      { value: "false", label: "nobody has taken note" },
      { value: "true", label: "noted" },
    ],
  },
  { name: "severity", label: "Severity", choices: choices("info", "warning", "critical") },
  { name: "type", label: "Type", placeholder: "quota.*" },
  { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" },
];

const COLUMNS: readonly Column<Alert>[] = [
  { title: "Severity", value: ({ severity }) => severity, show: ({ severity }) => <Status of={severity} /> },
  {
    title: "What",
    value: ({ type }) => type,
    show: ({ id, type }) => <To href={`/alerts/${id}`}>{titled(type)}</To>,
  },
  { title: "Tenant", value: ({ tenant_id }) => tenant_id, show: ({ tenant_id }) => <TenantLink id={tenant_id} /> },
  { title: "When", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
  {
    title: "Noted",
    value: ({ acknowledged_at }) => acknowledged_at,
    show: ({ acknowledged_at, note }) =>
      acknowledged_at === null ? "–" : <span title={note ?? undefined}>{<When at={acknowledged_at} />}</span>,
  },
  { title: "Note", value: ({ note }) => note },
];

/** What the operator must hear of, newest first. */
export function Alerts() {
  const { mayBill } = useSession();
  const columns: readonly Column<Alert>[] = mayBill
    ? [
        ...COLUMNS,
        {
          title: "Take note",
          value: () => null,
          acts: true,
          show: (alert) => (alert.acknowledged_at === null ? <Acknowledge alert={alert} /> : null),
        },
      ]
    : COLUMNS;
  return (
    <>
      <PageHead title="Alerts" about="What somebody should look at: each is told once, until it happens anew.">
        <Button component={Link} href="/alerts/settings" variant="default" size="xs">
          When they are raised
        </Button>
      </PageHead>
      <List
        title="All alerts"
        path="alerts"
        columns={columns}
        filters={FILTERS}
        empty="All is well: nothing has happened that somebody should look at."
      />
    </>
  );
}
