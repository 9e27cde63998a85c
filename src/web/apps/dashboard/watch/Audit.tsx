import { Button, Drawer, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { AuditLine } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { queryOf, useAddress } from "../kit/address.ts";
import { type Column, DataTable } from "../kit/DataTable.tsx";
import { Facts } from "../kit/Facts.tsx";
import type { Filter } from "../kit/FilterBar.tsx";
import { Json } from "../kit/Json.tsx";
import { List } from "../kit/List.tsx";
import { IdLink, TenantLink } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { When } from "../kit/When.tsx";
import { changesOf } from "./changes.ts";

const FILTERS: readonly Filter[] = [
  { name: "action", label: "What", placeholder: "tenant.*" },
  { name: "actor", label: "Who", placeholder: "admin, or adk_…" },
  { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" },
  { name: "subject_id", label: "Subject", placeholder: "an id" },
];

/** Who changed what, when, from where. */
export function Audit() {
  const { filters } = useAddress();
  const [line, setLine] = useState<AuditLine | null>(null);
  const asked = Object.fromEntries(FILTERS.map(({ name }) => [name, filters[name]]));
  return (
    <>
      <PageHead title="Audit log" about="Every change that somebody made, written down with the change itself.">
        <Button
          component="a"
          href={`/api/admin/audit?${queryOf({ ...asked, format: "csv" })}`}
          download
          variant="default"
          size="xs"
        >
          Whole log as CSV
        </Button>
      </PageHead>
      <List title="Changes" path="audit" columns={columnsOf(setLine)} filters={FILTERS} empty="None yet." />
      <Drawer
        opened={line !== null}
        onClose={() => setLine(null)}
        title={line?.action}
        position="right"
        size="lg"
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
      >
        {line && <Line of={line} />}
      </Drawer>
    </>
  );
}

const columnsOf = (open: (line: AuditLine) => void): readonly Column<AuditLine>[] => [
  { title: "When", value: ({ at }) => at, show: ({ at }) => <When at={at} exact /> },
  {
    title: "What",
    value: ({ action }) => action,
    show: (line) => (
      <button type="button" className={classes.asLink} onClick={() => open(line)}>
        {line.action}
      </button>
    ),
  },
  { title: "Who", value: ({ actor_name }) => actor_name },
  { title: "From", value: ({ address }) => address },
  { title: "Tenant", value: ({ tenant_id }) => tenant_id, show: ({ tenant_id }) => <TenantLink id={tenant_id} /> },
  { title: "Subject", value: ({ subject_id }) => subject_id, show: ({ subject_id }) => <IdLink id={subject_id} /> },
];

/** One change: what it was before and after, and all that was written down. */
function Line({
  of: { at, actor, actor_name, address, agent, subject_id, before, after },
}: {
  readonly of: AuditLine;
}) {
  const changes = changesOf(before, after);
  return (
    <Stack>
      <Facts
        of={{
          When: <When at={at} exact />,
          Who: actor_name === actor ? actor : `${actor_name} (${actor})`,
          From: address ?? "not over the network",
          By: agent,
          Subject: <IdLink id={subject_id} />,
        }}
      />
      {changes.length > 0 && (
        <DataTable
          label="What was changed"
          rows={changes}
          keyOf={({ name }) => name}
          columns={[
            { title: "Field", value: ({ name }) => name },
            { title: "Before", value: ({ before }) => before },
            { title: "After", value: ({ after }) => after },
          ]}
        />
      )}
      {before !== null && <Kept title="Before" of={before} />}
      {after !== null && <Kept title="After" of={after} />}
      {before === null && after === null && <Text size="sm">Nothing more was written down.</Text>}
    </Stack>
  );
}

const Kept = ({ title, of }: { readonly title: string; readonly of: unknown }) => (
  <div>
    <Text size="sm" fw={600} mb={4}>
      {title}
    </Text>
    <Json of={of} label={title} />
  </div>
);
