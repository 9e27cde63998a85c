import type { Refund } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { List } from "../kit/List.tsx";
import { amountColumn, statusColumn, TENANT_FILTER, tenantColumn, whenColumn } from "./columns.tsx";

const ORIGINS: Readonly<Record<string, string>> = {
  admin: "an administrator",
  dashboard: "Razorpay's dashboard",
  automatic: "by itself",
};

const COLUMNS: readonly Column<Refund>[] = [
  { title: "Payment", value: ({ payment_id }) => payment_id, show: ({ payment_id }) => <code>{payment_id}</code> },
  tenantColumn(),
  amountColumn("Amount", ({ amount_paise }) => amount_paise),
  statusColumn(),
  { title: "Begun by", value: ({ origin }) => origin, show: ({ origin }) => ORIGINS[origin] ?? origin },
  { title: "Reason", value: ({ reason }) => reason },
  { title: "At Razorpay", value: ({ razorpay_refund_id }) => razorpay_refund_id },
  whenColumn("When", ({ created_at }) => created_at),
];

/** Money that was given back, newest first. */
export const RefundList = () => (
  <List
    title="All refunds"
    path="refunds"
    columns={COLUMNS}
    filters={[TENANT_FILTER, { name: "customer_id", label: "Customer", placeholder: "cus_…" }]}
    empty="None yet. A refund is begun beside its payment, or in Razorpay's dashboard."
  />
);
