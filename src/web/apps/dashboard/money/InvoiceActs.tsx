import { SimpleGrid, Text, Textarea, TextInput } from "@mantine/core";
import { paise } from "../../shared/format.ts";
import type { InvoiceWithNotes } from "../../shared/openapi.ts";
import { paiseOrText, unitsOfPaise } from "../kit/amount.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { adminApi, useSession } from "../session.tsx";

/** What is done about an open invoice by hand. Each asks for what is to stand in the books. */
export function InvoiceActs({ invoice: { id, number, open_paise, currency } }: { readonly invoice: InvoiceWithNotes }) {
  const { mayBill } = useSession();
  if (!mayBill || open_paise === 0) return null;
  const open = paise(open_paise, currency);
  return (
    <>
      <FormDialog
        label="Record a payment"
        title={`Payment of ${number}`}
        act="Record"
        done="The payment is recorded"
        initial={() => ({ amount: unitsOfPaise(open_paise), tds: "", reference: "", received_at: "" })}
        send={({ amount, tds, reference, received_at }) =>
          adminApi.post(`invoices/${id}/payments`, {
            ...{ amount_paise: paiseOrText(amount), reference },
            ...(tds.trim() && { tds_paise: paiseOrText(tds) }),
            ...(received_at && { received_at: new Date(received_at).toISOString() }),
          })
        }
        fields={(form) => (
          <>
            <Text size="sm">{open} are open. What the payer kept back as income tax (TDS) counts as paid.</Text>
            <SimpleGrid cols={2}>
              <TextInput
                label={`Received (${currency})`}
                inputMode="decimal"
                required
                data-autofocus
                {...form.text("amount")}
                error={form.errorOf("amount_paise")}
              />
              <TextInput
                label="Kept back as TDS"
                inputMode="decimal"
                placeholder="0"
                {...form.text("tds")}
                error={form.errorOf("tds_paise")}
              />
            </SimpleGrid>
            <TextInput
              label="Reference"
              description="The bank's, by which it is found again. The same one twice changes nothing."
              placeholder="UTR of the transfer"
              required
              {...form.text("reference")}
            />
            <TextInput
              type="datetime-local"
              label="Received at"
              description="Empty: now."
              {...form.text("received_at")}
            />
          </>
        )}
      />
      <FormDialog
        label="Credit note"
        variant="default"
        title={`Credit note for ${number}`}
        act="Issue"
        done="The credit note is issued"
        initial={() => ({ amount: "", reason: "" })}
        send={({ amount, reason }) =>
          adminApi.post(`invoices/${id}/credit_notes`, { amount_paise: paiseOrText(amount), reason })
        }
        fields={(form) => (
          <>
            <Text size="sm">
              It takes back a part of the invoice with its tax, with a number of its own. At most {open}, which are
              open; what was paid goes back by a refund.
            </Text>
            <TextInput
              label={`Amount with tax (${currency})`}
              inputMode="decimal"
              required
              data-autofocus
              {...form.text("amount")}
              error={form.errorOf("amount_paise")}
            />
            <Textarea label="Reason" description="Stands on the credit note." required {...form.text("reason")} />
          </>
        )}
      />
      <FormDialog
        label="Write off"
        variant="light"
        color="red"
        title={`Write off ${open} of ${number}?`}
        act="Write off"
        done="What was open is written off"
        initial={() => ({ reason: "" })}
        send={({ reason }) => adminApi.post(`invoices/${id}/write_off`, { reason })}
        fields={(form) => (
          <>
            <Text size="sm">
              It is not asked for any more, and its customer is no longer suspended for it. The tax stays owed. This
              cannot be taken back.
            </Text>
            <Textarea label="Reason" required data-autofocus {...form.text("reason")} />
          </>
        )}
      />
    </>
  );
}
