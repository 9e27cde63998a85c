import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { instant, paise } from "../../shared/format.ts";
import type { AuditLine, Collection, InvoiceWithNotes, Payment } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { queryOf } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { To } from "../kit/links.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { words } from "../kit/words.ts";
import { adminApi } from "../session.tsx";

const SHOWN = 100;

/** One thing that was done towards an invoice's being paid, whoever did it. */
interface Step {
  readonly id: string;
  readonly at: string;
  readonly what: string;
  readonly amount_paise: number | null;
  readonly status: string;
  readonly note: string | null;
  readonly href: string | null;
}

/** What an act by hand was asked with, as the audit log keeps it. */
interface Asked {
  readonly reference?: string;
  readonly reason?: string;
  readonly amount_paise?: number;
}

/** Payments, attempts to collect, credit notes, and what was done by hand, in the order in which they came. */
export function InvoicePaid({ invoice }: { readonly invoice: InvoiceWithNotes }) {
  const { id, tenant_id, customer_id, currency, number } = invoice;
  const whose = queryOf({ tenant_id, customer_id, invoice_id: id, limit: SHOWN });
  const steps = useQuery({
    queryKey: ["invoices", id, "steps"],
    queryFn: async () => {
      const [payments, collections, byHand] = await Promise.all([
        adminApi.get(`payments?${whose}`),
        adminApi.get(`collections?${whose}`),
        adminApi.get(`audit?${queryOf({ subject_id: id, action: "invoice.*", limit: SHOWN })}`),
      ]);
      return [
        ...payments.data.map(ofPayment),
        ...collections.data.map(ofCollection),
        ...byHand.data.map(ofHand),
        ...invoice.credit_notes.map(ofCreditNote),
      ].sort((a, b) => a.at.localeCompare(b.at));
    },
  });
  return (
    <Card title="What became of it" side={<To href={`/audit?subject_id=${id}`}>Audit log</To>}>
      <Loaded of={steps}>
        {(steps) =>
          steps.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing yet: {number} has neither been paid nor asked for.
            </Text>
          ) : (
            <Stack>
              <DataTable
                label="What became of the invoice"
                rows={steps}
                keyOf={({ id }) => id}
                columns={[
                  { title: "When", value: ({ at }) => at, show: ({ at }) => <When at={at} exact /> },
                  {
                    title: "What",
                    value: ({ what }) => what,
                    show: ({ what, href }) =>
                      href === null ? (
                        what
                      ) : (
                        <a href={href} target="_blank" rel="noopener" className={classes.link}>
                          {what}
                        </a>
                      ),
                  },
                  {
                    title: "Amount",
                    value: ({ amount_paise }) => amount_paise,
                    show: ({ amount_paise }) => (amount_paise === null ? "–" : paise(amount_paise, currency)),
                    right: true,
                  },
                  { title: "State", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
                  { title: "Note", value: ({ note }) => note },
                ]}
              />
            </Stack>
          )
        }
      </Loaded>
    </Card>
  );
}

const ofPayment = (row: Payment): Step => ({
  ...{ id: row.id, at: row.captured_at ?? row.created_at, what: `Payment by ${row.method ?? "Razorpay"}` },
  ...{ amount_paise: row.amount_paise, status: row.status, note: row.error_reason ?? row.id, href: null },
});

const ofCollection = (row: Collection): Step => ({
  ...{ id: row.id, at: row.created_at, status: row.status, amount_paise: row.amount_paise, href: row.short_url },
  what: `${row.channel === "debit" ? "Autopay debit" : "Payment link"}, attempt ${row.attempt}`,
  note: row.error_reason ? words(row.error_reason) : row.final_at && `last word by ${instant(row.final_at)}`,
});

const HAND: Readonly<Record<string, string>> = {
  "invoice.payments": "Payment recorded by hand",
  "invoice.credit_notes": "Credit note asked for",
  "invoice.write_off": "Written off",
};

const ofHand = ({ id, at, actor_name, action, after }: AuditLine): Step => {
  const { asked } = (after ?? {}) as { readonly asked?: Asked };
  return {
    ...{ id, at, what: HAND[action] ?? words(action), amount_paise: asked?.amount_paise ?? null, href: null },
    ...{ status: "done", note: [asked?.reference ?? asked?.reason, `by ${actor_name}`].filter(Boolean).join(", ") },
  };
};

const ofCreditNote = (row: InvoiceWithNotes["credit_notes"][number]): Step => ({
  ...{ id: row.id, at: row.issued_at, what: `Credit note ${row.number}`, amount_paise: row.total_paise },
  ...{ status: "issued", note: row.reason, href: `/api/admin/credit_notes/${row.id}.pdf` },
});
