import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { csv } from "../../../shared/csv.ts";
import { micros } from "../../../shared/format.ts";
import { save } from "../../../shared/save.ts";
import { Card } from "../../kit/Card.tsx";
import { DataTable } from "../../kit/DataTable.tsx";
import { Loaded } from "../../kit/Loaded.tsx";
import { When } from "../../kit/When.tsx";
import { adminApi } from "../../session.tsx";
import type { Door } from "./queries.ts";

const SHOWN = 50;

/** The customer's account: what was billed and paid, with the balance after each. The newest first; the file has them all. */
export function Statement({ door }: { readonly door: Door }) {
  const account = useQuery({
    queryKey: ["statement", door],
    queryFn: () => adminApi.get(`${door}/statement?limit=5000`),
  });
  const lines = account.data?.lines ?? [];
  const exported = () => {
    const rows = lines.map(({ at, kind, memo, amount_micros, balance_micros }) => [
      ...[at, kind, memo],
      ...[amount_micros / 1e6, balance_micros / 1e6],
    ]);
    save(csv([["At", "Kind", "For", "Amount", "Balance"], ...rows]), "statement.csv");
  };
  return (
    <Card
      title="Statement"
      side={
        lines.length > 0 && (
          <Button variant="default" size="xs" onClick={exported}>
            Export CSV
          </Button>
        )
      }
    >
      <Loaded of={account}>
        {({ lines, currency, closing_micros }) =>
          lines.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing was billed or paid yet.
            </Text>
          ) : (
            <>
              <Text size="sm" mb="sm">
                Balance: <strong>{micros(closing_micros, currency)}</strong>
                {closing_micros > 0 ? " owed" : closing_micros < 0 ? " in the customer's favour" : ""}
              </Text>
              <DataTable
                label="Statement"
                rows={lines.toReversed().slice(0, SHOWN)}
                keyOf={({ at, kind, amount_micros, balance_micros }) =>
                  `${at} ${kind} ${amount_micros} ${balance_micros}`
                }
                columns={[
                  { title: "When", value: ({ at }) => at, show: ({ at }) => <When at={at} /> },
                  { title: "What", value: ({ kind }) => kind.replaceAll("_", " ") },
                  { title: "For", value: ({ memo }) => memo },
                  {
                    title: "Amount",
                    value: ({ amount_micros }) => amount_micros,
                    show: ({ amount_micros }) => micros(amount_micros, currency),
                    right: true,
                  },
                  {
                    title: "Balance",
                    value: ({ balance_micros }) => balance_micros,
                    show: ({ balance_micros }) => micros(balance_micros, currency),
                    right: true,
                  },
                ]}
              />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
