import { Text } from "@mantine/core";
import { micros, roundMicros } from "../../shared/format.ts";
import type { Plan } from "../../shared/openapi.ts";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { daysEarlier, useNow } from "../kit/days.ts";
import { Loaded } from "../kit/Loaded.tsx";
import { useReport, ZONE } from "../usage/reports.ts";
import { type Effect, effectOf, MONTH_DAYS } from "./effect.ts";
import type { PlanForm } from "./plan-form.ts";

const SHOWN = 10;

/** What present customers would pay for the use of the last month. */
export function PlanEffect({ plan, form }: { readonly plan: Plan; readonly form: PlanForm }) {
  const now = useNow();
  const used = useReport(
    "margin",
    {
      ...{ group_by: "tenant,plan_version", tz: ZONE, limit: 1_000 },
      from: now === null ? undefined : daysEarlier(now, MONTH_DAYS).toISOString(),
    },
    { enabled: now !== null },
  );
  return (
    <Card title="What present customers would pay">
      <Loaded of={used} height={90}>
        {({ data, has_more }) => {
          const effects = effectOf(plan, form, data);
          if (effects === null)
            return (
              <Text size="sm" c="dimmed">
                It can be told once all amounts are filled in, and for use that is charged at cost and a share.
              </Text>
            );
          if (effects.length === 0)
            return (
              <Text size="sm" c="dimmed">
                Nobody has used anything on this plan in the last {MONTH_DAYS} days.
              </Text>
            );
          return <Effects effects={effects} currency={plan.currency} isPart={has_more} />;
        }}
      </Loaded>
    </Card>
  );
}

function Effects({
  effects,
  currency,
  isPart,
}: {
  readonly effects: readonly Effect[];
  readonly currency: string;
  readonly isPart: boolean;
}) {
  const sum = (of: (effect: Effect) => number) => effects.reduce((total, effect) => total + of(effect), 0);
  const [before, after] = [sum((effect) => effect.before.sum), sum((effect) => effect.after.sum)];
  const difference = after - before;
  return (
    <>
      <Text size="sm" mb="sm" role="status" data-testid="effect">
        The same use of the last {MONTH_DAYS} days would have brought {roundMicros(after, currency)} instead of{" "}
        {roundMicros(before, currency)} without tax: {roundMicros(Math.abs(difference), currency)}{" "}
        {difference < 0 ? "less" : "more"}
        {isPart && ", of the first thousand tenants alone"}.
      </Text>
      <DataTable
        label="What present customers would pay"
        rows={effects.slice(0, SHOWN)}
        keyOf={({ tenant_id, before }) => `${tenant_id} ${before.use}`}
        columns={[
          { title: "Tenant", value: ({ tenant_name }) => tenant_name },
          {
            title: "Use now",
            value: ({ before }) => before.use,
            show: ({ before }) => micros(before.use, currency),
            right: true,
          },
          {
            title: "Use then",
            value: ({ after }) => after.use,
            show: ({ after }) => micros(after.use, currency),
            right: true,
          },
          {
            title: "Pays now",
            value: ({ before }) => before.sum,
            show: ({ before }) => micros(before.sum, currency),
            right: true,
          },
          {
            title: "Would pay",
            value: ({ after }) => after.sum,
            show: ({ after }) => micros(after.sum, currency),
            right: true,
          },
        ]}
      />
    </>
  );
}
