import { stateOfCode } from "../../portal/billing/states.ts";
import { paise, percent } from "../../shared/format.ts";
import type { InvoiceWithNotes } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Facts } from "../kit/Facts.tsx";

const exchangedAt = ({ rate_micros, source }: Readonly<Record<string, unknown>>): string =>
  `${Number(rate_micros) / 1_000_000} for a dollar (${String(source)})`;

/** What an invoice is made of, down to its total, and between whom it is. */
export function InvoiceLines({ invoice }: { readonly invoice: InvoiceWithNotes }) {
  const { currency, lines, buyer, seller } = invoice;
  const money = (amount: number) => paise(amount, currency);
  const unlessNone = (amount: number) => (amount === 0 ? null : money(amount));
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return (
    <div className={classes.two}>
      <Card title="Lines">
        <DataTable
          label="Lines of the invoice"
          rows={lines.map((line, at) => ({ ...line, at }))}
          keyOf={({ at }) => String(at)}
          columns={[
            { title: "What", value: ({ description }) => description },
            { title: "SAC", value: ({ sac }) => sac },
            {
              title: "Net",
              value: ({ net_paise }) => net_paise,
              show: ({ net_paise }) => money(net_paise),
              right: true,
            },
          ]}
        />
        <div className={classes.sums}>
          <Facts
            of={{
              Taxable: money(invoice.taxable_paise),
              [`CGST ${percent(invoice.tax_rate_ppm / 2)}`]: unlessNone(invoice.cgst_paise),
              [`SGST ${percent(invoice.tax_rate_ppm / 2)}`]: unlessNone(invoice.sgst_paise),
              [`IGST ${percent(invoice.tax_rate_ppm)}`]: unlessNone(invoice.igst_paise),
              "Rounded off": unlessNone(invoice.round_off_paise),
              Total: <strong>{money(invoice.total_paise)}</strong>,
            }}
          />
        </div>
      </Card>
      <Card title="Between">
        <Facts
          of={{
            Buyer: text(buyer.name) ?? text(buyer.legal_name),
            "GSTIN of the buyer": text(buyer.gstin) ?? "none: a consumer",
            "E-mail": text(buyer.email),
            "Place of supply": invoice.place_of_supply && stateOfCode(invoice.place_of_supply),
            Seller: text(seller.legal_name) ?? text(seller.name),
            "GSTIN of the seller": text(seller.gstin) ?? "none",
            Exchanged: invoice.fx && exchangedAt(invoice.fx),
            Customer: <code>{invoice.customer_id}</code>,
          }}
        />
      </Card>
    </div>
  );
}
