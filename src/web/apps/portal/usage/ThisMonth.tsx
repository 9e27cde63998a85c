import { Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { compact, count, micros } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import { inputOf } from "../../shared/usage.ts";
import classes from "../portal.module.css";
import { useReport } from "./queries.ts";

/** What was used since the month began, in a few words. */
export function ThisMonth() {
  const report = useReport("month", "day");
  const total = report.data?.totals[0];
  return (
    <section className={classes.card} aria-labelledby="month-title">
      <Title order={2} size="h5" c="dimmed" fw={550} id="month-title">
        Used this month
      </Title>
      {report.data ? (
        <>
          <p className={classes.figure} data-testid="used">
            {total?.spend_micros !== undefined && total.currency
              ? micros(total.spend_micros, total.currency)
              : `${compact(total ? inputOf(total) + total.output_tokens : 0)} tokens`}
          </p>
          <Text size="sm" c="dimmed">
            {total
              ? `${count(total.requests)} requests, ${compact(inputOf(total))} tokens in, ${compact(total.output_tokens)} out.`
              : "Nothing yet."}
          </Text>
          <Group mt="md" gap="sm">
            <Button component="a" href="#usage" variant="default" size="sm">
              See usage
            </Button>
            <Button component="a" href="#requests" variant="default" size="sm">
              See requests
            </Button>
          </Group>
        </>
      ) : report.error ? (
        <Trouble error={report.error} title="Usage cannot be shown" onRetry={() => void report.refetch()} />
      ) : (
        <Skeleton height={110} mt="sm" role="status" aria-label="Loading" />
      )}
    </section>
  );
}
