import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { microsOrText } from "../../kit/amount.ts";
import { FormDialog } from "../../kit/FormDialog.tsx";
import { adminApi, useSession } from "../../session.tsx";
import type { Door } from "./queries.ts";

/** Credit without a sale: a gift, or what makes up for something. */
export function GiveCredit({ door, currency }: { readonly door: Door; readonly currency: string }) {
  const { mayBill } = useSession();
  if (!mayBill) return null;
  return (
    <FormDialog
      label="Give credit"
      title="Give credit"
      act="Give"
      done="The credit is given"
      variant="default"
      initial={() => ({ amount: "", reason: "", kind: "promotional" as "promotional" | "prepaid", expires_on: "" })}
      send={({ amount, reason, kind, expires_on }) =>
        adminApi.post(`${door}/credits`, {
          ...{ amount_micros: microsOrText(amount), reason, kind },
          ...(expires_on && { expires_at: new Date(`${expires_on}T23:59:59`).toISOString() }),
        })
      }
      fields={(form) => (
        <>
          <SimpleGrid cols={2}>
            <TextInput
              label={`Amount (${currency})`}
              description="Net of tax, as usage is counted."
              required
              inputMode="decimal"
              data-autofocus
              {...form.text("amount")}
              error={form.errorOf("amount_micros")}
            />
            <Select
              label="Kind"
              description="Promotional credit is used first."
              data={["promotional", "prepaid"]}
              allowDeselect={false}
              value={form.values.kind}
              onChange={(kind) => kind && form.set("kind", kind)}
            />
          </SimpleGrid>
          <TextInput label="Reason" required {...form.text("reason")} />
          <TextInput
            type="date"
            label="Expires after"
            description="Empty: it does not."
            {...form.text("expires_on")}
            error={form.errorOf("expires_at")}
          />
        </>
      )}
    />
  );
}
