import { Modal, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { CodeSample } from "../../shared/CodeSample.tsx";
import { type Fact, factsOf, sumOf, usedOf } from "../../shared/receipt.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";

/** What one request used, what that cost, and how the gateway explains it in words. */
export function ReceiptDialog({
  request_id,
  onClose,
}: {
  readonly request_id: string | null;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={request_id !== null}
      onClose={onClose}
      title="Receipt"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: "dialog-title" }}
    >
      {request_id !== null && <Contents request_id={request_id} />}
    </Modal>
  );
}

function Contents({ request_id }: { readonly request_id: string }) {
  const { api } = useSession();
  const path = `usage/events/${encodeURIComponent(request_id)}` as const;
  const receipt = useQuery({ queryKey: ["usage", "receipt", request_id], queryFn: () => api.get(path) });
  const words = useQuery({
    queryKey: ["usage", "receipt", request_id, "words"],
    queryFn: async () => (await api.file(`${path}?explain=text`)).text(),
  });
  if (!receipt.data) {
    return receipt.error ? (
      <Trouble error={receipt.error} title="The receipt cannot be shown" onRetry={() => void receipt.refetch()} />
    ) : (
      <Skeleton height={260} role="status" aria-label="Loading" />
    );
  }
  const { data } = receipt.data;
  const calls = data.filter(({ kind }) => kind === "call");
  return (
    <Stack gap="md">
      {calls.map((event, index) => (
        <Facts key={event.id} title={calls.length > 1 ? `Call ${index + 1}` : "Used"} facts={usedOf(event)} />
      ))}
      {data
        .filter(({ kind }) => kind === "adjustment")
        .map(({ id, reason }) => (
          <Text key={id} size="sm">
            Corrected afterwards{reason ? `: ${reason}` : ""}.
          </Text>
        ))}
      <Facts title="Sum" facts={sumOf(receipt.data)} />
      <Facts title="How it went" facts={factsOf(receipt.data)} />
      {words.data && (
        <details>
          <summary className={classes.summary}>Explained in words</summary>
          <CodeSample code={words.data} label="The receipt in words" />
        </details>
      )}
    </Stack>
  );
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <Table aria-label={title} verticalSpacing={4} horizontalSpacing={0} className={classes.receipt}>
      <Table.Tbody>
        {facts.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th scope="row">{label}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
