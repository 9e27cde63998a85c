import type { Collection } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { choices, type Filter } from "../kit/FilterBar.tsx";
import { List } from "../kit/List.tsx";
import { To } from "../kit/links.tsx";
import { words } from "../kit/words.ts";
import { amountColumn, statusColumn, TENANT_FILTER, tenantColumn, whenColumn } from "./columns.tsx";

const FILTERS: readonly Filter[] = [
  {
    name: "status",
    label: "Status",
    choices: choices("claimed", "order_created", "submitted", "sent", "settled", "failed", "unknown", "cancelled"),
  },
  TENANT_FILTER,
  { name: "customer_id", label: "Customer", placeholder: "cus_…" },
];

const COLUMNS: readonly Column<Collection>[] = [
  {
    title: "Invoice",
    value: ({ invoice_id }) => invoice_id,
    show: ({ invoice_id }) => <To href={`/invoices/${invoice_id}`}>{invoice_id}</To>,
  },
  tenantColumn(),
  { title: "By", value: ({ channel }) => channel, show: ({ channel }) => (channel === "debit" ? "autopay" : "link") },
  { title: "Attempt", value: ({ attempt }) => attempt, right: true },
  amountColumn("Amount", ({ amount_paise }) => amount_paise),
  statusColumn(),
  {
    title: "Because",
    value: ({ error_reason }) => error_reason,
    show: ({ error_reason }) => (error_reason === null ? "–" : words(error_reason)),
  },
  whenColumn("Begun", ({ created_at }) => created_at),
];

/** Every attempt to collect, newest first. */
export const CollectionList = () => (
  <List
    title="Attempts"
    path="collections"
    columns={COLUMNS}
    filters={FILTERS}
    empty="None yet: nothing was left open that has to be asked for."
  />
);
