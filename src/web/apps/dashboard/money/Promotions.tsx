import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { count, micros } from "../../shared/format.ts";
import type { Promotion } from "../../shared/openapi.ts";
import { microsOrText, wholeOrText } from "../kit/amount.ts";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { TenantLink } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { adminApi, useSession } from "../session.tsx";
import { whenColumn } from "./columns.tsx";

const COLUMNS: readonly Column<Promotion>[] = [
  { title: "Code", value: ({ code }) => code, show: ({ code }) => <code>{code}</code> },
  {
    title: "Gives",
    value: ({ credit_micros }) => credit_micros / 1_000_000,
    show: ({ credit_micros, currency }) => micros(credit_micros, currency),
    right: true,
  },
  {
    title: "Redeemed",
    value: ({ redeemed }) => redeemed,
    show: ({ redeemed, max_redemptions }) =>
      max_redemptions === null ? count(redeemed) : `${count(redeemed)} of ${count(max_redemptions)}`,
    right: true,
  },
  {
    title: "For",
    value: ({ tenant_id }) => tenant_id,
    show: ({ tenant_id }) => <TenantLink id={tenant_id} none="everybody" />,
  },
  {
    title: "Credit lasts",
    value: ({ credit_days }) => credit_days,
    show: ({ credit_days }) => (credit_days === null ? "for good" : `${credit_days} days`),
  },
  whenColumn("Code ends", ({ expires_at }) => expires_at),
  whenColumn("Since", ({ created_at }) => created_at),
];

/** Codes that give credit. */
export function Promotions() {
  const { mayBill } = useSession();
  return (
    <>
      <PageHead title="Promotions" about="Codes that a customer redeems in the portal, each once, for credit.">
        {mayBill && <NewPromotion />}
      </PageHead>
      <List title="All promotions" path="promotions" columns={COLUMNS} empty="None yet." />
    </>
  );
}

const NewPromotion = () => (
  <FormDialog
    label="New promotion"
    title="New promotion"
    act="Create"
    done="The promotion is created"
    initial={() => ({
      ...{ code: "", credit: "", currency: "INR", tenant_id: "", max_redemptions: "", credit_days: "" },
      expires_at: "",
    })}
    send={({ credit, tenant_id, max_redemptions, credit_days, expires_at, ...fields }) =>
      adminApi.post("promotions", {
        ...fields,
        credit_micros: microsOrText(credit),
        ...(tenant_id.trim() && { tenant_id: tenant_id.trim() }),
        ...(max_redemptions.trim() && { max_redemptions: wholeOrText(max_redemptions) }),
        ...(credit_days.trim() && { credit_days: wholeOrText(credit_days) }),
        ...(expires_at && { expires_at: new Date(expires_at).toISOString() }),
      })
    }
    fields={(form) => (
      <>
        <TextInput label="Code" placeholder="WELCOME500" required data-autofocus {...form.text("code")} />
        <SimpleGrid cols={2}>
          <TextInput
            label="Credit"
            inputMode="decimal"
            placeholder="500"
            required
            {...form.text("credit")}
            error={form.errorOf("credit_micros")}
          />
          <Select
            label="Currency"
            data={["INR", "USD"]}
            allowDeselect={false}
            value={form.values.currency}
            onChange={(currency) => currency && form.set("currency", currency)}
            error={form.errorOf("currency")}
          />
          <TextInput
            label="At most, in all"
            inputMode="numeric"
            placeholder="no bound"
            {...form.text("max_redemptions")}
          />
          <TextInput
            label="Days the credit lasts"
            inputMode="numeric"
            placeholder="for good"
            {...form.text("credit_days")}
          />
        </SimpleGrid>
        <TextInput label="Only for tenant" placeholder="everybody" {...form.text("tenant_id")} />
        <TextInput
          type="datetime-local"
          label="The code ends"
          description="Empty: never."
          {...form.text("expires_at")}
        />
      </>
    )}
  />
);
