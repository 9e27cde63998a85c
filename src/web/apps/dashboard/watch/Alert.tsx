import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { Card } from "../kit/Card.tsx";
import { Facts } from "../kit/Facts.tsx";
import { FigureFacts } from "../kit/figure.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { TenantLink } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { titled } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";
import { Acknowledge } from "./Acknowledge.tsx";

const LIST = { href: "/alerts", label: "Alerts" };

/** One alert: what was the case when it was raised, and who knows. */
export function Alert() {
  const { id = "" } = useParams<{ id: string }>();
  const { mayBill } = useSession();
  const alert = useQuery({
    queryKey: ["alerts", id],
    queryFn: () => adminApi.get(`alerts/${encodeURIComponent(id)}`),
  });
  return (
    <Loaded of={alert} height={280}>
      {(alert) => (
        <>
          <PageHead
            title={titled(alert.type)}
            from={LIST}
            badge={<Status of={alert.severity} />}
            about={<When at={alert.created_at} exact />}
          >
            {mayBill && alert.acknowledged_at === null && <Acknowledge alert={alert} />}
          </PageHead>
          <Stack>
            <Card title="What was the case">
              <FigureFacts of={alert.data} />
            </Card>
            <Card title="About it">
              <Facts
                of={{
                  Tenant: <TenantLink id={alert.tenant_id} none="it concerns no one tenant" />,
                  "Noted by": alert.acknowledged_by ?? "nobody yet",
                  "Noted at": alert.acknowledged_at && <When at={alert.acknowledged_at} exact />,
                  Note: alert.note,
                  Id: <code>{alert.id}</code>,
                }}
              />
            </Card>
          </Stack>
        </>
      )}
    </Loaded>
  );
}
