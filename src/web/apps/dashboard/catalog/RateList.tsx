import { SimpleGrid, Text, TextInput } from "@mantine/core";
import type { FxRate } from "../../shared/openapi.ts";
import { microsOf, microsOrText } from "../kit/amount.ts";
import { Card } from "../kit/Card.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { daysEarlier, useNow } from "../kit/days.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";
import { useReport, ZONE } from "../usage/reports.ts";
import { MarginTable } from "./PriceEffect.tsx";

const DAYS = 30;

const COLUMNS: readonly Column<FxRate>[] = [
  { title: "Currency", value: ({ currency }) => currency },
  {
    title: "For a dollar",
    value: ({ rate_micros }) => rate_micros / 1_000_000,
    show: ({ rate_micros }) =>
      (rate_micros / 1_000_000).toLocaleString("en-IN", { minimumFractionDigits: 2, maximumFractionDigits: 6 }),
    right: true,
  },
  {
    title: "From",
    value: ({ valid_from }) => valid_from,
    show: ({ valid_from }) => (Date.parse(valid_from) === 0 ? "always" : <When at={valid_from} />),
  },
  { title: "By", value: ({ source }) => source },
];

/** What a dollar was worth, newest first. */
export function RateList() {
  const { mayBill } = useSession();
  return (
    <List
      title="Exchange rates"
      path="fx_rates"
      columns={COLUMNS}
      empty="None yet: what is charged in rupees cannot be priced without one."
      side={mayBill && <NewRate />}
    />
  );
}

const NewRate = () => (
  <FormDialog
    label="New rate"
    title="New exchange rate"
    act="Set"
    size="lg"
    done="The rate is set"
    initial={() => ({ currency: "INR", rate: "", valid_from: "" })}
    send={({ currency, rate, valid_from }) =>
      adminApi.post("fx_rates", {
        ...{ currency, rate_micros: microsOrText(rate) },
        ...(valid_from && { valid_from: new Date(valid_from).toISOString() }),
      })
    }
    fields={(form) => (
      <>
        <Text size="sm">A cycle that has begun keeps the rate it began with; the next one takes this.</Text>
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <TextInput label="Currency" required {...form.text("currency")} />
          <TextInput
            label="For a dollar"
            inputMode="decimal"
            placeholder="85.25"
            required
            data-autofocus
            {...form.text("rate")}
            error={form.errorOf("rate_micros")}
          />
          <TextInput type="datetime-local" label="From" {...form.text("valid_from")} />
        </SimpleGrid>
        <RateEffect currency={form.values.currency} rate={microsOf(form.values.rate)} />
      </>
    )}
  />
);

/** The margin of the last month, had a dollar been worth this. */
function RateEffect({ currency, rate }: { readonly currency: string; readonly rate: number | null }) {
  const now = useNow();
  const margins = useReport(
    "margin",
    { group_by: "", tz: ZONE, limit: 10, from: now === null ? undefined : daysEarlier(now, DAYS).toISOString() },
    { enabled: now !== null && rate !== null },
  );
  const rows = margins.data?.totals.filter((row) => row.currency === currency && row.cost_micros > 0) ?? [];
  const [row] = rows;
  return (
    <Card title={`The last ${DAYS} days at this rate`}>
      {rate === null || row === undefined ? (
        <Text size="sm" c="dimmed">
          {rate === null
            ? "Enter a rate to see what would have become of the margin."
            : "Nothing was charged in this currency then."}
        </Text>
      ) : (
        <MarginTable
          label="Margin at this rate"
          effects={rows.map(({ currency, spend_micros, cost_micros, cost_micros_usd }) => ({
            ...{ name: "all models", currency, spend: spend_micros, newSpend: spend_micros, cost: cost_micros },
            newCost: Math.round((cost_micros_usd * rate) / 1_000_000),
          }))}
          note="If customers were charged as they were. Plans that charge cost and a share follow the cost by themselves."
        />
      )}
    </Card>
  );
}
