import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError } from "../../shared/api.ts";
import { micros, percent, sentence } from "../../shared/format.ts";
import type { Routes } from "../../shared/openapi.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { adminApi } from "../session.tsx";
import type { PriceEffect as Effect } from "./price-effect.ts";

const DAYS = 30;
const PAUSE_MS = 300;

type Asked = Routes["POST /api/admin/prices"]["body"];

/** The margin of the last month, had these prices been in force: as the gateway reckons it, by the prices that it charges by. */
export function PriceEffect({ asked: body }: { readonly asked: Asked }) {
  const [asked] = useDebouncedValue(JSON.stringify(body), PAUSE_MS);
  const enabled = body.model.trim().length > 2 && Object.keys(body.usd_per_million).length > 0;
  const preview = useQuery({
    queryKey: ["prices", "preview", asked],
    queryFn: () => adminApi.post("prices/preview", JSON.parse(asked) as Asked),
    placeholderData: keepPreviousData,
    retry: false,
    enabled,
  });
  const { error } = preview;
  const hint = !enabled
    ? "Name a model and a price to see what would have become of the margin."
    : error instanceof ApiError && error.status < 500
      ? sentence(error.message)
      : preview.data?.data.length === 0
        ? "Nothing that these prices are for was used then."
        : null;
  return (
    <Card title={`The last ${DAYS} days at these prices`}>
      {hint !== null ? (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      ) : (
        <Loaded of={preview} height={90}>
          {({ data }) => (
            <MarginTable
              label="Margin at these prices"
              effects={data.map((row) => ({
                ...{ name: row.model, currency: row.currency, spend: row.spend_micros, cost: row.cost_micros },
                ...{ newSpend: row.spend_after_micros, newCost: row.cost_after_micros },
              }))}
              note="What is marked up on cost follows it; what a plan's own prices name stays as it was."
            />
          )}
        </Loaded>
      )}
    </Card>
  );
}

const marginOf = (spend: number, cost: number): string =>
  spend === 0 ? "–" : percent(Math.round(((spend - cost) / spend) * 1e6));

/** Cost, charge and margin as they were, and as they would have been. */
export const MarginTable = ({
  label,
  effects,
  note,
}: {
  readonly label: string;
  readonly effects: readonly Effect[];
  readonly note: string;
}) => (
  <>
    <DataTable
      label={label}
      rows={effects}
      keyOf={({ name, currency }) => `${name} ${currency}`}
      columns={[
        { title: "Of", value: ({ name }) => name },
        figure("Charged", ({ spend }) => spend),
        figure("Charged then", ({ newSpend }) => newSpend),
        figure("Cost", ({ cost }) => cost),
        figure("Cost then", ({ newCost }) => newCost),
        {
          title: "Margin",
          value: ({ spend, cost }) => spend - cost,
          show: ({ spend, cost }) => marginOf(spend, cost),
          right: true,
        },
        {
          title: "Margin then",
          value: ({ newSpend, newCost }) => newSpend - newCost,
          show: ({ newSpend, newCost }) => marginOf(newSpend, newCost),
          right: true,
        },
      ]}
    />
    <Text size="xs" c="dimmed" mt={6}>
      {note}
    </Text>
  </>
);

const figure = (title: string, value: (effect: Effect) => number) => ({
  ...{ title, value, show: (effect: Effect) => micros(value(effect), effect.currency), right: true },
});
