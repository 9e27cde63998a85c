import { Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { count, micros } from "../../shared/format.ts";
import type { Limit } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import { microsOrText } from "../kit/amount.ts";
import { Card } from "../kit/Card.tsx";
import { type Column, DataTable } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

const METRICS = {
  requests: "Requests",
  input_tokens: "Input tokens",
  output_tokens: "Output tokens",
  total_tokens: "All tokens",
  spend_micros: "Spend",
} as const;
const WINDOWS = ["minute", "hour", "day", "week", "month", "cycle", "lifetime"];

/** A limit as it is set. */
type Bound = Pick<Limit, "metric" | "window" | "amount" | "models" | "enforcement" | "alert_at" | "raise">;

const isMoney = (metric: string): boolean => metric === "spend_micros";

/** What a subject may use in a window. What has been used stays used when a limit is changed. */
export function Limits({
  title,
  scope,
  subject,
  currency,
}: {
  readonly title: string;
  readonly scope: "tenant" | "user" | "key" | "each_user";
  readonly subject: string;
  readonly currency: string;
}) {
  const { mayChange } = useSession();
  const query = useQuery({
    queryKey: ["limits", scope, subject],
    queryFn: () => adminApi.get(`limits?scope=${scope}&subject_id=${subject}`),
  });
  const put = (limits: readonly Bound[]) =>
    adminApi.put("limits", {
      ...{ scope, subject_id: subject },
      limits: limits.map(({ metric, window, amount, models, enforcement, alert_at, raise }) => ({
        ...{ metric, window, amount, models, enforcement, alert_at, raise },
      })),
    });
  const amountOf = (metric: string, amount: number) => (isMoney(metric) ? micros(amount, currency) : count(amount));

  return (
    <Loaded of={query}>
      {({ limits }) => {
        const columns: readonly Column<Limit>[] = [
          { title: "What", value: ({ metric }) => METRICS[metric as keyof typeof METRICS] ?? metric },
          {
            title: "At most",
            value: ({ amount }) => amount,
            show: ({ metric, amount }) => amountOf(metric, amount),
            right: true,
          },
          { title: "In a", value: ({ window }) => window },
          { title: "Of models", value: ({ models }) => models.join(", ") || "all" },
          {
            title: "When it is reached",
            value: ({ enforcement }) => enforcement,
            show: ({ enforcement }) => (enforcement === "hard" ? "calls are refused" : "it is only told"),
          },
          {
            title: "Raised",
            value: ({ raise }) => raise?.until ?? null,
            show: ({ metric, raise }) =>
              raise ? (
                <>
                  to {amountOf(metric, raise.amount)} until <When at={raise.until} />
                </>
              ) : (
                "–"
              ),
          },
          ...(mayChange
            ? [
                {
                  title: "Remove",
                  value: () => null,
                  acts: true,
                  show: (limit: Limit) => (
                    <Act
                      label="Remove"
                      title="Remove this limit?"
                      danger
                      done="The limit is removed"
                      act={() => put(limits.filter((other) => other !== limit))}
                    >
                      Calls are no longer bounded by it. What was used stays counted.
                    </Act>
                  ),
                },
              ]
            : []),
        ];
        return (
          <Card
            title={title}
            side={mayChange && <NewLimit onSave={(limit) => put([...limits, limit])} currency={currency} />}
          >
            {limits.length === 0 ? (
              <Text size="sm" c="dimmed">
                None of its own: what a plan and its credit allow is all that bounds it.
              </Text>
            ) : (
              <DataTable
                label={title}
                columns={columns}
                rows={limits}
                keyOf={({ metric, window, models }) => `${metric} ${window} ${models.join(" ")}`}
              />
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}

interface LimitForm extends Pick<Limit, "metric" | "window" | "enforcement"> {
  readonly amount: string;
  readonly models: string;
}

function NewLimit({
  onSave,
  currency,
}: {
  readonly onSave: (limit: Bound) => Promise<unknown>;
  readonly currency: string;
}) {
  return (
    <FormDialog
      label="New limit"
      title="New limit"
      act="Set"
      done="The limit is set"
      initial={(): LimitForm => ({
        metric: "spend_micros",
        window: "day",
        amount: "",
        models: "",
        enforcement: "hard",
      })}
      send={({ metric, window, amount, models, enforcement }) => {
        const number = isMoney(metric) ? microsOrText(amount) : Number(amount.replaceAll(/[,\s]/g, "") || Number.NaN);
        return onSave({
          ...{ metric, window, enforcement, alert_at: [0.8, 1], raise: null },
          models: models.split(/[\s,]+/).filter(Boolean),
          amount: number,
        });
      }}
      fields={(form) => (
        <>
          <SimpleGrid cols={2}>
            <Select
              label="What"
              data={Object.entries(METRICS).map(([value, label]) => ({ value, label }))}
              {...form.choice("metric")}
            />
            <Select label="In a" data={WINDOWS} {...form.choice("window")} />
          </SimpleGrid>
          <TextInput
            label={isMoney(form.values.metric) ? `At most (${currency})` : "At most"}
            required
            inputMode="decimal"
            data-autofocus
            {...form.text("amount")}
          />
          <TextInput label="Of models" description="Separated by commas; none means all." {...form.text("models")} />
          <Select
            label="When it is reached"
            data={[
              { value: "hard", label: "Calls are refused" },
              { value: "soft", label: "It is only told" },
            ]}
            {...form.choice("enforcement")}
          />
        </>
      )}
    />
  );
}
