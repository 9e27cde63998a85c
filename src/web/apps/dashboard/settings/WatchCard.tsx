import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { count, paise } from "../../shared/format.ts";
import type { Routes } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Card } from "../kit/Card.tsx";
import { DataTable } from "../kit/DataTable.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { Stat } from "../kit/Stat.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi } from "../session.tsx";

const POLL_MS = 3_000;

type Told = Routes["GET /api/admin/sandbox/razorpay"]["answer"]["events"][number];
const becameOf = ({ dropped, last_status }: Told): string => {
  if (dropped) return "lost";
  if (last_status === null) return "waiting";
  return last_status >= 200 && last_status < 300 ? "delivered" : "failed";
};

/** What the simulator of Razorpay itself says: the truth that our books must agree with. */
export function WatchCard() {
  const razorpay = useQuery({
    queryKey: ["sandbox", "razorpay"],
    queryFn: () => adminApi.get("sandbox/razorpay"),
    refetchInterval: POLL_MS,
  });
  return (
    <Card title="What Razorpay's books say">
      <Loaded of={razorpay} height={260}>
        {({ totals, counts, events, webhooks_disabled_at }) => (
          <Stack>
            <div className={classes.stats}>
              <Stat
                label="Captured"
                value={paise(totals.captured_paise, "INR")}
                note={`${count(counts.payments ?? 0)} payments`}
              />
              <Stat
                label="Refunded"
                value={paise(totals.refunded_paise, "INR")}
                note={`${count(counts.refunds ?? 0)} refunds`}
              />
              <Stat label="Fees" value={paise(totals.fees_paise, "INR")} note="with their tax" />
              <Stat
                label="Subscriptions"
                value={count(counts.subscriptions ?? 0)}
                note={`${count(counts.mandates ?? 0)} mandates, ${count(counts.links ?? 0)} links`}
              />
            </div>
            {webhooks_disabled_at && (
              <Status of="failed" label="Razorpay has switched our webhook off: nothing was taken for a day" />
            )}
            <DataTable
              label="What Razorpay told last"
              rows={events}
              keyOf={({ id }) => id}
              columns={[
                { title: "Event", value: ({ type }) => type },
                {
                  title: "Made",
                  value: ({ made_at }) => made_at,
                  show: ({ made_at }) => <When at={made_at} exact />,
                },
                { title: "State", value: becameOf, show: (event) => <Status of={becameOf(event)} /> },
                { title: "Tries", value: ({ deliveries }) => deliveries, right: true },
                { title: "Answer", value: ({ last_status }) => last_status, right: true },
              ]}
            />
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
