import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation, useParams } from "wouter";
import { count, sentence } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import type { DeliveryListed, Endpoint as EndpointFacts } from "../../shared/openapi.ts";
import { Act, useRefresh } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { Facts } from "../kit/Facts.tsx";
import { choices } from "../kit/FilterBar.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { TenantLink, To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

const COLUMNS: readonly Column<DeliveryListed>[] = [
  {
    title: "Event",
    value: ({ type, event_id }) => type ?? event_id,
    show: ({ type, event_id }) => <To href={`/alerts/${event_id}`}>{type ?? event_id}</To>,
  },
  { title: "State", value: ({ state }) => state, show: ({ state }) => <Status of={state} /> },
  { title: "Answer", value: ({ status }) => status, right: true },
  { title: "Attempts", value: ({ attempts }) => attempts, right: true },
  { title: "Error", value: ({ error }) => error },
  { title: "Made", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} exact /> },
  { title: "Tried again", value: ({ next_at }) => next_at, show: ({ next_at }) => <When at={next_at} /> },
];
const FILTERS = [{ name: "state", label: "State", choices: choices("pending", "delivered", "failed") }];

/** One endpoint, and what became of everything that was sent to it. */
export function Endpoint() {
  const { id = "" } = useParams<{ id: string }>();
  const { mayChange } = useSession();
  const endpoint = useQuery({
    queryKey: ["endpoints", id],
    queryFn: () => adminApi.get(`endpoints/${encodeURIComponent(id)}`),
  });
  const columns: readonly Column<DeliveryListed>[] = mayChange
    ? [...COLUMNS, { title: "Send again", value: () => null, acts: true, show: (row) => <Again delivery={row} /> }]
    : COLUMNS;
  return (
    <Loaded of={endpoint} height={280}>
      {(endpoint) => (
        <>
          <PageHead
            title={endpoint.url}
            from={{ href: "/endpoints", label: "Endpoints" }}
            badge={endpoint.failing_since && <Status of="failed" label="failing" />}
            about={<code>{endpoint.id}</code>}
          >
            {mayChange && <Acts endpoint={endpoint} />}
          </PageHead>
          <Stack>
            <Card title="About it">
              <Facts
                of={{
                  "Hears of": endpoint.types.join(", ") || "everything",
                  "Of tenant": <TenantLink id={endpoint.tenant_id} none="everybody" />,
                  "Failing since": endpoint.failing_since && <When at={endpoint.failing_since} exact />,
                  Since: <When at={endpoint.created_at} exact />,
                }}
              />
            </Card>
            <List
              title="Deliveries"
              path={`endpoints/${endpoint.id}/deliveries`}
              columns={columns}
              filters={FILTERS}
              empty="Nothing has happened yet that it hears of."
            />
          </Stack>
        </>
      )}
    </Loaded>
  );
}

const Again = ({ delivery: { id, event_id } }: { readonly delivery: DeliveryListed }) => (
  <Act
    label="Send again"
    title={`Send ${event_id} again?`}
    done="It is sent again at once"
    act={() => adminApi.post(`deliveries/${id}/replay`)}
  >
    It goes out with the same id, by which its receiver knows it again.
  </Act>
);

function Acts({ endpoint: { id, url } }: { readonly endpoint: EndpointFacts }) {
  const tell = useTell();
  const refresh = useRefresh();
  const [, go] = useLocation();
  const testing = useMutation({
    mutationFn: () => adminApi.post(`endpoints/${id}/test`),
    onSuccess: async ({ delivered, status, error }) => {
      tell(
        delivered
          ? { tone: "good", title: "The test arrived", text: `It was answered with ${status}.` }
          : {
              tone: "bad",
              title: "The test did not arrive",
              text: sentence(error ?? `it was answered with ${status}`),
            },
      );
      await refresh();
    },
    onError: ({ message }) => tell({ tone: "bad", title: "No test was sent", text: sentence(message) }),
  });
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" loading={testing.isPending} onClick={() => testing.mutate()}>
        Send a test
      </Button>
      <FormDialog
        label="Replay failures"
        variant="default"
        title="Send again what failed"
        act="Send again"
        done="What failed is in the queue again"
        initial={() => ({ since: "" })}
        send={({ since }) =>
          adminApi.post(`endpoints/${id}/replay`, since ? { since: new Date(since).toISOString() } : {})
        }
        onDone={({ replayed }) => tell({ tone: "good", title: `${count(replayed)} events are sent again` })}
        fields={(form) => (
          <TextInput
            type="datetime-local"
            label="Since"
            description="Everything that failed since then, in the order of the events. Empty: all of it."
            {...form.text("since")}
          />
        )}
      />
      <Act
        label="Remove"
        title={`Remove ${url}?`}
        danger
        color="red"
        variant="light"
        done="The endpoint is removed"
        act={async () => {
          await adminApi.remove(`endpoints/${id}`);
          go("/endpoints");
        }}
      >
        Nothing is sent to it any more, what waits for it included. This cannot be taken back.
      </Act>
    </Group>
  );
}
