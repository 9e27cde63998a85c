import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { Card } from "../kit/Card.tsx";
import { Facts } from "../kit/Facts.tsx";
import { Json } from "../kit/Json.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { TenantLink } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";
import { Replay } from "./Replay.tsx";

const POLL_MS = 3_000;

/** One event of Razorpay's, as it came, and what became of it. */
export function Webhook() {
  const { id = "" } = useParams<{ id: string }>();
  const { mayBill } = useSession();
  const webhook = useQuery({
    queryKey: ["webhooks", id],
    queryFn: () => adminApi.get(`webhooks/${encodeURIComponent(id)}`),
    // While it waits to be applied.
    refetchInterval: ({ state }) => (state.data?.next_at ? POLL_MS : false),
  });
  return (
    <Loaded of={webhook} height={420}>
      {(webhook) => (
        <>
          <PageHead
            title={webhook.type}
            from={{ href: "/webhooks", label: "Webhook inbox" }}
            badge={<Status of={webhook.status} />}
            about={<code>{webhook.id}</code>}
          >
            {mayBill && <Replay webhook={webhook} />}
          </PageHead>
          <Stack>
            <Card title="What became of it">
              <Facts
                of={{
                  Received: <When at={webhook.received_at} exact />,
                  "Made by Razorpay": webhook.made_at && <When at={webhook.made_at} exact />,
                  Applied: webhook.applied_at ? <When at={webhook.applied_at} exact /> : "not yet",
                  Attempts: webhook.attempts,
                  "Tried again": webhook.next_at && <When at={webhook.next_at} exact />,
                  Error: webhook.error,
                  Account: webhook.account_id,
                  Tenant: <TenantLink id={webhook.tenant_id} none="not known" />,
                }}
              />
            </Card>
            <Card title="Payload">
              <Json of={webhook.payload} label="Payload of the webhook" />
            </Card>
          </Stack>
        </>
      )}
    </Loaded>
  );
}
