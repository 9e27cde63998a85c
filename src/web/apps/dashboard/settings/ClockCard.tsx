import { Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { exactInstant, instant } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { useRefresh } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { adminApi, useSession } from "../session.tsx";

const HOUR = 3_600;
const UNITS: Readonly<Record<string, number>> = { hours: HOUR, days: 24 * HOUR, weeks: 7 * 24 * HOUR };
const STEPS = [
  ["1 hour", HOUR],
  ["1 day", 24 * HOUR],
  ["1 week", 7 * 24 * HOUR],
  ["1 month", 31 * 24 * HOUR],
] as const;
const POLL_MS = 5_000;

/** The movable clock. What would have happened in the meantime happens, in order: charges, debits, webhooks, our own jobs. */
export function ClockCard() {
  const { mayChange } = useSession();
  const [amount, setAmount] = useState<number | string>(3);
  const [unit, setUnit] = useState("days");
  const tell = useTell();
  const refresh = useRefresh();
  const clock = useQuery({
    queryKey: ["sandbox", "clock"],
    queryFn: () => adminApi.get("sandbox/clock"),
    refetchInterval: POLL_MS,
  });
  const moving = useMutation({
    mutationFn: (advance_seconds: number) => adminApi.post("sandbox/clock", { advance_seconds }),
    onSuccess: async ({ now }) => {
      tell({ tone: "good", title: `It is ${instant(now)} now` });
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    moving.mutate(Math.round(Number(amount) * (UNITS[unit] ?? 0)));
  };
  return (
    <Card title="Time">
      <Stack>
        <Loaded of={clock} height={40}>
          {({ now }) => (
            <div>
              <Text fz={24} fw={650} data-testid="clock">
                <time dateTime={now}>{exactInstant(now)}</time>
              </Text>
              <Text size="xs" c="dimmed">
                Business time. It goes on by itself, and can only be moved ahead.
              </Text>
            </div>
          )}
        </Loaded>
        {mayChange && (
          <>
            <Group gap="xs">
              {STEPS.map(([label, seconds]) => (
                <Button
                  key={label}
                  variant="default"
                  size="xs"
                  disabled={moving.isPending}
                  onClick={() => moving.mutate(seconds)}
                >
                  + {label}
                </Button>
              ))}
            </Group>
            <form onSubmit={submit}>
              <Group gap="xs" align="flex-end">
                <NumberInput
                  size="xs"
                  label="Move ahead by"
                  min={0}
                  max={400}
                  w={110}
                  value={amount}
                  onChange={setAmount}
                />
                <Select
                  size="xs"
                  aria-label="Unit"
                  w={110}
                  data={Object.keys(UNITS)}
                  allowDeselect={false}
                  value={unit}
                  onChange={(unit) => unit && setUnit(unit)}
                />
                <Button type="submit" size="xs" loading={moving.isPending}>
                  Move
                </Button>
              </Group>
            </form>
            {moving.isPending && (
              <Text size="sm" role="status">
                Time passes: everything that was due happens on the way.
              </Text>
            )}
            {moving.error && <Trouble error={moving.error} title="Time stands where it stood" />}
          </>
        )}
      </Stack>
    </Card>
  );
}
