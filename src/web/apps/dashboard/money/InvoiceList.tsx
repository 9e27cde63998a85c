import { Link } from "wouter";
import { day, paise } from "../../shared/format.ts";
import type { Invoice } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import type { Column } from "../kit/DataTable.tsx";
import { choices, type Filter } from "../kit/FilterBar.tsx";
import { List } from "../kit/List.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { When } from "../kit/When.tsx";

const COLUMNS: readonly Column<Invoice>[] = [
  {
    title: "Number",
    value: ({ number }) => number,
    show: ({ id, number }) => (
      <Link href={`/invoices/${id}`} className={classes.link}>
        {number}
      </Link>
    ),
  },
  { title: "For", value: ({ kind }) => kind },
  { title: "Issued", value: ({ issued_at }) => issued_at, show: ({ issued_at }) => <When at={issued_at} /> },
  { title: "Due", value: ({ due_at }) => due_at, show: ({ due_at }) => day(due_at) },
  {
    title: "Total",
    value: ({ total_paise }) => total_paise / 100,
    show: ({ total_paise, currency }) => paise(total_paise, currency),
    right: true,
  },
  {
    title: "Open",
    value: ({ open_paise }) => open_paise / 100,
    show: ({ open_paise, currency }) => paise(open_paise, currency),
    right: true,
  },
  { title: "Currency", value: ({ currency }) => currency },
  { title: "Status", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
];

const TENANT: Column<Invoice> = {
  title: "Tenant",
  value: ({ tenant_id }) => tenant_id,
  show: ({ tenant_id }) => <TenantName id={tenant_id} />,
};

const FILTERS: readonly Filter[] = [
  {
    name: "open",
    label: "State",
    choices: [
      { value: "true", label: "open" },
      { value: "false", label: "paid or written off" },
    ],
  },
  { name: "kind", label: "For", choices: choices("base", "topup", "overage", "combined") },
  { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" },
];

/** Invoices of everybody, or of whom `fixed` says. */
export const InvoiceList = ({
  title,
  fixed,
  filtered = true,
}: {
  readonly title: string;
  readonly fixed?: Readonly<Record<string, string>>;
  readonly filtered?: boolean;
}) => (
  <List
    title={title}
    path="invoices"
    columns={filtered ? COLUMNS.toSpliced(1, 0, TENANT) : COLUMNS}
    filters={filtered ? FILTERS : []}
    fixed={fixed}
    empty="None yet. Each payment brings one, and so does usage beyond a plan."
  />
);
