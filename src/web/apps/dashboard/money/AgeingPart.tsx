import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { count, paise } from "../../shared/format.ts";
import type { AgeingRows } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { queryOf, useAddress } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { type Column, DataTable } from "../kit/DataTable.tsx";
import { FilterBar } from "../kit/FilterBar.tsx";
import { Turn } from "../kit/List.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Stat } from "../kit/Stat.tsx";
import { adminApi } from "../session.tsx";
import { amountColumn, TENANT_FILTER, tenantColumn, whenColumn } from "./columns.tsx";

type Ageing = AgeingRows["data"][number];

const ROWS = 200;
/** Of an id that is too long for a column: what tells it from the others. */
const ID_END = 6;

const AGES = [
  ["Not due yet", "not_due_paise"],
  ["Up to 30 days", "days_0_30_paise"],
  ["30 to 60 days", "days_30_60_paise"],
  ["60 to 90 days", "days_60_90_paise"],
  ["Over 90 days", "days_90_paise"],
] as const;

const COLUMNS: readonly Column<Ageing>[] = [
  tenantColumn(),
  {
    title: "Customer",
    value: ({ customer_id }) => customer_id,
    show: ({ customer_id }) => <code title={customer_id}>…{customer_id.slice(-ID_END)}</code>,
  },
  { title: "Invoices", value: ({ invoices }) => invoices, right: true },
  ...AGES.map(([title, name]) => amountColumn<Ageing>(title, (row) => row[name])),
  amountColumn<Ageing>("Open", ({ open_paise }) => open_paise),
  whenColumn<Ageing>("Oldest due", ({ oldest_due_at }) => oldest_due_at),
];

/** Open invoices by the days since they were due, a row for each customer. */
export function AgeingPart() {
  const { filters, cursor } = useAddress();
  const asked = { tenant_id: filters.tenant_id };
  const query = queryOf({ ...asked, limit: ROWS, ...cursor });
  const ageing = useQuery({
    queryKey: ["report", "ageing", query],
    queryFn: () => adminApi.get(`reports/ageing?${query}`),
  });
  return (
    <Card
      title="Open, by age"
      side={
        <Button
          component="a"
          href={`/api/admin/reports/ageing?${queryOf({ ...asked, format: "csv" })}`}
          download
          variant="default"
          size="xs"
        >
          Export CSV
        </Button>
      }
    >
      <Stack>
        <FilterBar filters={[TENANT_FILTER]} />
        <Loaded of={ageing} height={240}>
          {(page) =>
            page.data.length === 0 ? (
              <Text size="sm" c="dimmed" role="status">
                Nobody owes anything.
              </Text>
            ) : (
              <>
                <Sums of={page.data} />
                <DataTable
                  label="Open invoices by age"
                  columns={COLUMNS}
                  rows={page.data}
                  keyOf={({ customer_id, currency }) => `${customer_id} ${currency}`}
                />
                <Turn page={page} back={false} />
              </>
            )
          }
        </Loaded>
      </Stack>
    </Card>
  );
}

function Sums({ of }: { readonly of: readonly Ageing[] }) {
  const currencies = [...new Set(of.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const rows = of.filter((row) => row.currency === currency);
    return (
      <div key={currency} className={classes.stats}>
        {AGES.map(([title, name]) => (
          <Stat
            key={name}
            label={title}
            value={paise(
              rows.reduce((sum, row) => sum + row[name], 0),
              currency,
            )}
            note={customers(rows.filter((row) => row[name] > 0).length)}
          />
        ))}
      </div>
    );
  });
}

const customers = (number: number): string => (number === 1 ? "1 customer" : `${count(number)} customers`);
