import { Badge, Button, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { day, paise, sentence } from "../../shared/format.ts";
import { Page } from "../../shared/icons.tsx";
import { save } from "../../shared/save.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { useTell } from "./notice.tsx";
import { useBilling, useInvoices } from "./queries.ts";
import { PayLink } from "./Standing.tsx";
import type { Invoice } from "./types.ts";

const RECENT = 3;

export const RecentInvoices = () => <Invoices title="Latest invoices" most={RECENT} />;
export const InvoicesCard = () => <Invoices title="Invoices" />;

/** What was billed, with its document, and its link while it is open. */
function Invoices({ title, most = Number.POSITIVE_INFINITY }: { readonly title: string; readonly most?: number }) {
  const invoices = useInvoices();
  const shown = invoices.data?.data.slice(0, most);
  return (
    <section className={classes.card} aria-labelledby="invoices-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="invoices-title">
          {title}
        </Title>
        {invoices.data && invoices.data.data.length > most && (
          <Button component="a" href="#invoices" variant="subtle" size="compact-sm">
            All invoices
          </Button>
        )}
      </Group>
      {!shown ? (
        invoices.error ? (
          <Trouble
            error={invoices.error}
            title="The invoices cannot be shown"
            onRetry={() => void invoices.refetch()}
          />
        ) : (
          <Skeleton height={120} role="status" aria-label="Loading" />
        )
      ) : shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          There are none yet. Each payment brings one, and so does usage beyond your plan.
        </Text>
      ) : (
        <InvoiceTable invoices={shown} />
      )}
      {invoices.data?.has_more && most > RECENT && (
        <Text size="xs" c="dimmed" mt="sm">
          The newest {invoices.data.data.length} are shown; the API lists them all.
        </Text>
      )}
    </section>
  );
}

const KINDS = { base: "Plan", topup: "Top-up", overage: "Usage beyond the plan", combined: "Plan and usage" } as const;
const STATUSES = { open: ["Open", "orange"], paid: ["Paid", "gate"], written_off: ["Written off", "gray"] } as const;

function InvoiceTable({ invoices }: { readonly invoices: readonly Invoice[] }) {
  const { data: billing } = useBilling();
  return (
    <div className={classes.scroll}>
      <Table verticalSpacing="sm" horizontalSpacing="xs" className={classes.invoices}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>Date</Table.Th>
            <Table.Th>For</Table.Th>
            <Table.Th ta="right">Amount</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>
              <span className={classes.unseen}>Document and payment</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invoices.map((invoice) => {
            const { id, number, kind, currency, total_paise, open_paise, status, issued_at } = invoice;
            const pay_url = billing?.open.find(({ invoice_id }) => invoice_id === id)?.pay_url ?? null;
            return (
              <Table.Tr key={id} data-payable={(status === "open" && pay_url !== null) || undefined}>
                <Table.Td data-label="Number" className={classes.number}>
                  {number}
                </Table.Td>
                <Table.Td data-label="Date" className={classes.number}>
                  {day(issued_at)}
                </Table.Td>
                <Table.Td data-label="For">{KINDS[kind]}</Table.Td>
                <Table.Td data-label="Amount" ta="right" className={classes.number}>
                  {paise(total_paise, currency)}
                </Table.Td>
                <Table.Td data-label="Status">
                  <Badge color={STATUSES[status][1]} variant="light" tt="none">
                    {STATUSES[status][0]}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" justify="flex-end" wrap="nowrap">
                    {status === "open" && pay_url && (
                      <PayLink href={pay_url} amount={paise(open_paise, currency)} size="xs" />
                    )}
                    <Pdf invoice={invoice} />
                  </Group>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Saves the document. It is not opened in a tab: a viewer there would be bound by this page's policy, and show nothing. */
function Pdf({ invoice: { id, number } }: { readonly invoice: Invoice }) {
  const { api } = useSession();
  const tell = useTell();
  const fetching = useMutation({
    mutationFn: async () => save(await api.file(`billing/invoices/${id}.pdf`), `${number.replaceAll("/", "-")}.pdf`),
    onError: ({ message }) => tell({ tone: "bad", title: `${number} could not be fetched`, text: sentence(message) }),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Page />}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
      aria-label={`PDF of ${number}`}
    >
      PDF
    </Button>
  );
}
