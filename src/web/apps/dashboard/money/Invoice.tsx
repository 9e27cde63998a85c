import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { day, paise } from "../../shared/format.ts";
import classes from "../dashboard.module.css";
import { Loaded } from "../kit/Loaded.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Stat } from "../kit/Stat.tsx";
import { Status } from "../kit/Status.tsx";
import { TenantName } from "../kit/TenantName.tsx";
import { adminApi } from "../session.tsx";
import { InvoiceActs } from "./InvoiceActs.tsx";
import { InvoiceLines } from "./InvoiceLines.tsx";
import { InvoicePaid } from "./InvoicePaid.tsx";

/** One invoice: what it is made of, what became of it, and what can be done about it. */
export function Invoice() {
  const { id = "" } = useParams<{ id: string }>();
  const invoice = useQuery({
    queryKey: ["invoices", id],
    queryFn: () => adminApi.get(`invoices/${encodeURIComponent(id)}`),
  });
  return (
    <Loaded of={invoice} height={480}>
      {(invoice) => {
        const { currency } = invoice;
        const money = (amount: number) => paise(amount, currency);
        return (
          <>
            <PageHead
              title={`Invoice ${invoice.number}`}
              from={{ href: "/invoices", label: "Invoices" }}
              badge={<Status of={invoice.status} />}
              about={
                <>
                  <TenantName id={invoice.tenant_id} /> · issued {day(invoice.issued_at)}, due {day(invoice.due_at)}
                  {invoice.suspended_at && <> · its customer is suspended since {day(invoice.suspended_at)}</>}
                </>
              }
            >
              <Button
                component="a"
                href={`/api/admin/invoices/${invoice.id}.pdf`}
                target="_blank"
                rel="noopener"
                variant="default"
                size="xs"
              >
                PDF
              </Button>
              <InvoiceActs invoice={invoice} />
            </PageHead>
            <Stack>
              <div className={classes.stats}>
                <Stat label="Total" value={money(invoice.total_paise)} note="with tax" />
                <Stat label="Open" value={money(invoice.open_paise)} note="what is left to pay" />
                <Stat label="Paid" value={money(invoice.paid_paise)} note="by Razorpay or by bank transfer" />
                <Stat label="Kept back as TDS" value={money(invoice.tds_paise)} note="counts as paid" />
                <Stat label="Credited" value={money(invoice.credited_paise)} note="by credit notes" />
                <Stat label="Written off" value={money(invoice.written_off_paise)} note="not expected any more" />
              </div>
              <InvoiceLines invoice={invoice} />
              <InvoicePaid invoice={invoice} />
            </Stack>
          </>
        );
      }}
    </Loaded>
  );
}
