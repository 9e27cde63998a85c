import type { Dispute } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { List } from "../kit/List.tsx";
import { amountColumn, statusColumn, TENANT_FILTER, tenantColumn, whenColumn } from "./columns.tsx";

const COLUMNS: readonly Column<Dispute>[] = [
  { title: "Payment", value: ({ payment_id }) => payment_id, show: ({ payment_id }) => <code>{payment_id}</code> },
  tenantColumn(),
  amountColumn("Amount", ({ amount_paise }) => amount_paise),
  amountColumn("Taken", ({ deducted_paise }) => deducted_paise),
  statusColumn(),
  { title: "Phase", value: ({ phase }) => phase },
  { title: "Because", value: ({ reason_code }) => reason_code },
  whenColumn("Answer by", ({ respond_by }) => respond_by),
  whenColumn("Since", ({ created_at }) => created_at),
];

/** Payments that a bank wants back. They are answered in Razorpay's dashboard; here one sees what they do to the books. */
export const DisputeList = () => (
  <List
    title="All disputes"
    path="disputes"
    columns={COLUMNS}
    filters={[TENANT_FILTER, { name: "customer_id", label: "Customer", placeholder: "cus_…" }]}
    empty="None. When a customer's bank wants a payment back, it stands here until it is decided."
  />
);
