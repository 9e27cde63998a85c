import type { Webhook } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { choices, type Filter } from "../kit/FilterBar.tsx";
import { List } from "../kit/List.tsx";
import { TenantLink, To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { useSession } from "../session.tsx";
import { Replay } from "./Replay.tsx";

const FILTERS: readonly Filter[] = [
  { name: "status", label: "Status", choices: choices("received", "applied", "foreign", "ignored", "failed") },
  { name: "type", label: "Type", placeholder: "payment.captured" },
  { name: "account_id", label: "Account", placeholder: "operator, or ten_…" },
];

const COLUMNS: readonly Column<Webhook>[] = [
  {
    title: "Type",
    value: ({ type }) => type,
    show: ({ id, type }) => <To href={`/webhooks/${id}`}>{type}</To>,
  },
  { title: "Status", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
  { title: "Account", value: ({ account_id }) => account_id },
  { title: "Tenant", value: ({ tenant_id }) => tenant_id, show: ({ tenant_id }) => <TenantLink id={tenant_id} /> },
  {
    title: "Received",
    value: ({ received_at }) => received_at,
    show: ({ received_at }) => <When at={received_at} exact />,
  },
  { title: "Attempts", value: ({ attempts }) => attempts, right: true },
  { title: "Error", value: ({ error }) => error },
];

/** What Razorpay told us: each is kept before it is answered, and applied once. */
export function Webhooks() {
  const { mayBill } = useSession();
  const columns: readonly Column<Webhook>[] = mayBill
    ? [...COLUMNS, { title: "Replay", value: () => null, acts: true, show: (webhook) => <Replay webhook={webhook} /> }]
    : COLUMNS;
  return (
    <>
      <PageHead
        title="Webhook inbox"
        about="What Razorpay sent, newest first. What fails is tried again by itself; what was missed, the poller finds."
      />
      <List
        title="Webhooks"
        path="webhooks"
        columns={columns}
        filters={FILTERS}
        empty="None has come yet. Razorpay sends one with the first payment: see that its address is set in Razorpay's dashboard."
      />
    </>
  );
}
