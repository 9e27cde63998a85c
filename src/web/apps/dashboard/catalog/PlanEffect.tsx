import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError } from "../../shared/api.ts";
import { count, micros, roundMicros, sentence } from "../../shared/format.ts";
import type { Plan, PlanPreview } from "../../shared/openapi.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { adminApi } from "../session.tsx";
import { changeOf, formOf, type PlanForm } from "./plan-form.ts";

const SHOWN = 10;
const ASKED = 200;
const PAUSE_MS = 400;

/** What present customers would have paid for their last cycle: as the gateway reckons it, by the prices that it bills by. */
export function PlanEffect({ plan, form }: { readonly plan: Plan; readonly form: PlanForm }) {
  const { limits, ...change } = { limits: undefined, ...changeOf(form) };
  const isLimited = limits !== undefined && form.limits !== formOf(plan).limits;
  const body = { ...change, ...(isLimited && { limits }), limit: ASKED };
  const [asked] = useDebouncedValue(JSON.stringify(body), PAUSE_MS);
  const preview = useQuery({
    queryKey: ["plans", plan.id, "preview", asked],
    queryFn: () => adminApi.post(`plans/${plan.id}/preview`, JSON.parse(asked) as typeof body),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { error } = preview;
  return (
    <Card title="What present customers would pay">
      {error instanceof ApiError && error.status === 400 ? (
        <Text size="sm" c="dimmed">
          It can be told once everything is filled in: {sentence(error.message)}
        </Text>
      ) : (
        <Loaded of={preview} height={90}>
          {(preview) =>
            preview.data.length === 0 ? (
              <Text size="sm" c="dimmed">
                Nobody has had a cycle on this plan yet.
              </Text>
            ) : (
              <Effects preview={preview} />
            )
          }
        </Loaded>
      )}
    </Card>
  );
}

function Effects({ preview }: { readonly preview: PlanPreview }) {
  const { totals, currency, data, customers, has_more } = preview;
  const { before, after, difference_micros, pay_more, pay_less, pass_limits } = totals;
  const amount = (value: number) => micros(value, currency);
  const round = (value: number) => roundMicros(value, currency);
  const rows = data.toSorted((a, b) => Math.abs(b.difference_micros) - Math.abs(a.difference_micros)).slice(0, SHOWN);
  const notes = [
    has_more && `The first ${count(data.length)} of ${count(customers)} customers.`,
    data.some(({ estimated }) => estimated) && "Prices of a card are applied to sums of tokens.",
    data.some(({ unpriced_models }) => unpriced_models.length > 0) &&
      `Would be refused: ${[...new Set(data.flatMap(({ unpriced_models }) => unpriced_models))].join(", ")}.`,
    after.beyond_micros > before.beyond_micros &&
      `${round(after.beyond_micros - before.beyond_micros)} of use would be refused, or need more credit.`,
    pass_limits > 0 && `${count(pass_limits)} would pass a limit.`,
    preview.limits_left_out > 0 && "Limits of a minute or an hour, and those that are shared, are not looked at.",
    !preview.complete && "Use from before an upgrade is still being added.",
  ].filter((note) => note !== false);
  return (
    <>
      <Text size="sm" mb="sm" role="status" data-testid="effect">
        The same use of their last cycles would have brought {round(after.pays_micros)} instead of{" "}
        {round(before.pays_micros)} without tax: {round(Math.abs(difference_micros))}{" "}
        {difference_micros < 0 ? "less" : "more"}. {count(pay_more)} would pay more, {count(pay_less)} less. What is
        left after cost would be {round(after.margin_micros)} instead of {round(before.margin_micros)}.
      </Text>
      {notes.length > 0 && (
        <Text size="sm" mb="sm" c="dimmed">
          {notes.join(" ")}
        </Text>
      )}
      <DataTable
        label="What present customers would pay"
        rows={rows}
        keyOf={({ customer_id }) => customer_id}
        columns={[
          {
            title: "Tenant",
            value: ({ tenant_name, user_id }) => (user_id ? `${tenant_name}, ${user_id}` : tenant_name),
          },
          figure("Use now", ({ before }) => before.use_micros, amount),
          figure("Use then", ({ after }) => after.use_micros, amount),
          figure("Pays now", ({ before }) => before.pays_micros, amount),
          figure("Would pay", ({ after }) => after.pays_micros, amount),
          figure("Margin now", ({ before }) => before.margin_micros, amount),
          figure("Margin then", ({ after }) => after.margin_micros, amount),
        ]}
      />
    </>
  );
}

type Row = PlanPreview["data"][number];
const figure = (title: string, value: (row: Row) => number, shown: (value: number) => string) => ({
  ...{ title, value, show: (row: Row) => shown(value(row)), right: true },
});
