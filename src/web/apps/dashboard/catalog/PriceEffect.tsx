import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { micros, percent } from "../../shared/format.ts";
import { queryOf } from "../kit/address.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { daysEarlier, useNow } from "../kit/days.ts";
import { adminApi } from "../session.tsx";
import { useReport, ZONE } from "../usage/reports.ts";
import { type PriceEffect as Effect, effectsOf, inForce, type NewPrices, ratioOf } from "./price-effect.ts";

const DAYS = 30;
const PAUSE_MS = 300;
const PRICES_MAX = 1_000;

/** The margin of the last month, had these prices been in force. */
export function PriceEffect({ model, prices }: { readonly model: string; readonly prices: NewPrices }) {
  const now = useNow();
  const [asked] = useDebouncedValue(model.trim(), PAUSE_MS);
  const enabled = now !== null && asked.length > 2 && Object.keys(prices).length > 0;
  const query = {
    ...{ group_by: "", model: asked, tz: ZONE, limit: 10 },
    from: now === null ? undefined : daysEarlier(now, DAYS).toISOString(),
  };
  const used = useReport("usage", query, { enabled });
  const margins = useReport("margin", query, { enabled });
  const book = useQuery({
    queryKey: ["list", "prices", "effect", asked],
    queryFn: () => adminApi.get(`prices?${queryOf({ model: asked, limit: PRICES_MAX })}`),
    enabled,
  });
  const ratio =
    used.data && book.data && now !== null ? ratioOf(used.data.totals, inForce(book.data.data, now), prices) : null;
  const effects = ratio === null || !margins.data ? [] : effectsOf(margins.data.totals, ratio);
  return (
    <Card title={`The last ${DAYS} days at these prices`}>
      {effects.length === 0 ? (
        <Text size="sm" c="dimmed">
          {enabled && !used.isFetching
            ? "This model was not used then, or has no price to compare with."
            : "Name a model and a price to see what would have become of the margin."}
        </Text>
      ) : (
        <MarginTable label="Margin at these prices" effects={effects} />
      )}
    </Card>
  );
}

const marginOf = (spend: number, cost: number): string =>
  spend === 0 ? "–" : percent(Math.round(((spend - cost) / spend) * 1e6));

/** Cost and margin as they were, and as they would have been; what customers were charged stays as it was. */
export const MarginTable = ({ label, effects }: { readonly label: string; readonly effects: readonly Effect[] }) => (
  <>
    <DataTable
      label={label}
      rows={effects}
      keyOf={({ currency }) => currency}
      columns={[
        {
          title: "Charged",
          value: ({ spend }) => spend,
          show: ({ spend, currency }) => micros(spend, currency),
          right: true,
        },
        { title: "Cost", value: ({ cost }) => cost, show: ({ cost, currency }) => micros(cost, currency), right: true },
        {
          title: "Cost then",
          value: ({ newCost }) => newCost,
          show: ({ newCost, currency }) => micros(newCost, currency),
          right: true,
        },
        {
          title: "Margin",
          value: ({ spend, cost }) => spend - cost,
          show: ({ spend, cost }) => marginOf(spend, cost),
          right: true,
        },
        {
          title: "Margin then",
          value: ({ spend, newCost }) => spend - newCost,
          show: ({ spend, newCost }) => marginOf(spend, newCost),
          right: true,
        },
      ]}
    />
    <Text size="xs" c="dimmed" mt={6}>
      If customers were charged as they were. Plans that charge cost and a share follow the cost by themselves.
    </Text>
  </>
);
