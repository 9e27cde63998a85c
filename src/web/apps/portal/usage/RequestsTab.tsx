import { Anchor, Button, Center, Group, Skeleton, Text, Title } from "@mantine/core";
import { useState } from "react";
import { compact, count, duration, micros, moment } from "../../shared/format.ts";
import { type Column, Rows } from "../../shared/Rows.tsx";
import { endedIn } from "../../shared/receipt.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import { inputOf, type UsageEvent } from "../../shared/usage.ts";
import { useKeyNames } from "../keys/queries.ts";
import classes from "../portal.module.css";
import { useEvents } from "./queries.ts";
import { ReceiptDialog } from "./ReceiptDialog.tsx";

/** Each request with its receipt, the newest first. */
export function RequestsTab() {
  const events = useEvents();
  const names = useKeyNames();
  const [opened, setOpened] = useState<string | null>(null);
  const rows = events.data?.pages.flatMap(({ data }) => data);
  return (
    <section className={classes.card} aria-labelledby="requests-title">
      <Title order={2} size="h4" id="requests-title" mb="sm">
        Requests
      </Title>
      {!rows ? (
        events.error ? (
          <Trouble error={events.error} title="The requests cannot be shown" onRetry={() => void events.refetch()} />
        ) : (
          <Skeleton height={320} role="status" aria-label="Loading" />
        )
      ) : rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          There are none yet.{" "}
          <Anchor href="#connect" inherit underline="always">
            Connect a program
          </Anchor>
          , and each of its requests appears here with its receipt.
        </Text>
      ) : (
        <>
          <Rows
            label="Requests"
            columns={columnsOf(rows, names)}
            rows={rows}
            idOf={({ id }) => id}
            sortedBy={{ by: "at", descending: true }}
            file="requests.csv"
            onOpen={({ request_id }) => setOpened(request_id)}
          />
          <Group justify="space-between" mt="md">
            <Text size="xs" c="dimmed">
              {count(rows.length)} shown{events.hasNextPage ? "; there are more" : ", which are all"}.
            </Text>
            {events.hasNextPage && (
              <Center>
                <Button
                  variant="default"
                  size="sm"
                  loading={events.isFetchingNextPage}
                  onClick={() => void events.fetchNextPage()}
                >
                  Show older ones
                </Button>
              </Center>
            )}
          </Group>
          {events.isFetchNextPageError && <Trouble error={events.error} title="The older ones cannot be shown" />}
        </>
      )}
      <ReceiptDialog request_id={opened} onClose={() => setOpened(null)} />
    </section>
  );
}

function columnsOf(rows: readonly UsageEvent[], names: ReadonlyMap<string, string>): Column<UsageEvent>[] {
  const currency = rows.find(({ currency }) => currency)?.currency;
  return [
    { name: "at", label: "Time", value: (row) => row.admitted_at, cell: (row) => moment(row.admitted_at) },
    ...(currency
      ? [
          {
            ...{ name: "spend", label: `Spend, ${currency}`, isNumber: true },
            value: (row: UsageEvent) => (row.spend_micros ?? 0) / 1_000_000,
            cell: (row: UsageEvent) => micros(row.spend_micros ?? 0, currency),
          },
        ]
      : []),
    { name: "model", label: "Model", value: (row) => row.model },
    {
      name: "in",
      label: "Tokens in",
      value: inputOf,
      cell: (row) => compact(inputOf(row)),
      isNumber: true,
      isMinor: true,
    },
    {
      ...{ name: "out", label: "Tokens out", isNumber: true },
      value: (row) => row.output_tokens,
      cell: (row) => compact(row.output_tokens),
    },
    {
      ...{ name: "first", label: "First byte", isNumber: true, isMinor: true },
      value: (row) => row.first_byte_ms,
      cell: (row) => (row.first_byte_ms === null ? "–" : duration(row.first_byte_ms)),
    },
    {
      ...{ name: "ended", label: "Ended" },
      value: (row) => (row.kind === "adjustment" ? "corrected" : endedIn(row.ended)),
    },
    {
      ...{ name: "key", label: "Key", isMinor: true },
      value: (row) => (row.key_id && (names.get(row.key_id) ?? row.key_id)) || null,
    },
    { name: "request", label: "Request", value: (row) => row.request_id, isUnseen: true },
  ];
}
