import { Text, Textarea, TextInput } from "@mantine/core";
import { paise } from "../../shared/format.ts";
import type { ListedPayment } from "../../shared/openapi.ts";
import { paiseOrText, unitsOfPaise } from "../kit/amount.ts";
import type { Column } from "../kit/DataTable.tsx";
import type { Filter } from "../kit/FilterBar.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { To } from "../kit/links.tsx";
import { adminApi, useSession } from "../session.tsx";
import { amountColumn, statusColumn, TENANT_FILTER, tenantColumn, whenColumn } from "./columns.tsx";

const FILTERS: readonly Filter[] = [
  TENANT_FILTER,
  { name: "customer_id", label: "Customer", placeholder: "cus_…" },
  { name: "invoice_id", label: "Invoice", placeholder: "tgi_…" },
];

const COLUMNS: readonly Column<ListedPayment>[] = [
  { title: "Payment", value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
  tenantColumn(),
  { title: "For", value: ({ purpose }) => purpose },
  { title: "By", value: ({ method }) => method },
  amountColumn("Amount", ({ amount_paise }) => amount_paise),
  amountColumn("Fee", ({ fee_paise }) => fee_paise),
  amountColumn("Refunded", ({ refunded_paise }) => refunded_paise),
  statusColumn(),
  {
    title: "Invoice",
    value: ({ invoice_number }) => invoice_number,
    show: ({ invoice_id, invoice_number }) =>
      invoice_id === null ? "–" : <To href={`/invoices/${invoice_id}`}>{invoice_number}</To>,
  },
  whenColumn("When", ({ captured_at, created_at }) => captured_at ?? created_at),
];

/** Every payment, newest first, each of which can be given back. */
export function PaymentList() {
  const { mayBill } = useSession();
  const columns: readonly Column<ListedPayment>[] = mayBill
    ? [...COLUMNS, { title: "Refund", value: () => null, acts: true, show: (row) => <GiveBack payment={row} /> }]
    : COLUMNS;
  return (
    <List
      title="All payments"
      path="payments"
      columns={columns}
      filters={FILTERS}
      empty="None yet. The first comes with somebody's first plan, or first prepaid credit."
    />
  );
}

function GiveBack({ payment }: { readonly payment: ListedPayment }) {
  const { id, status, amount_paise, refunded_paise, currency } = payment;
  const left = amount_paise - refunded_paise;
  if (status !== "captured" || left <= 0) return null;
  return (
    <FormDialog
      label="Refund"
      variant="default"
      title={`Refund ${id}`}
      act="Refund"
      done="The refund is on its way"
      initial={() => ({ amount: unitsOfPaise(left), reason: "" })}
      send={({ amount, reason }) =>
        adminApi.post("refunds", { payment_id: id, amount_paise: paiseOrText(amount), reason })
      }
      fields={(form) => (
        <>
          <Text size="sm">
            Up to {paise(left, currency)} can go back. The credit that it bought and is not used is taken back, and a
            credit note written. Razorpay keeps its fee. This cannot be undone.
          </Text>
          <TextInput
            label={`Amount (${currency})`}
            inputMode="decimal"
            required
            data-autofocus
            {...form.text("amount")}
            error={form.errorOf("amount_paise")}
          />
          <Textarea label="Reason" required {...form.text("reason")} />
        </>
      )}
    />
  );
}
