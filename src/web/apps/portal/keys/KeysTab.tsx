import { Badge, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm } from "../../shared/Confirm.tsx";
import { day } from "../../shared/format.ts";
import { type Column, Rows } from "../../shared/Rows.tsx";
import { Trouble } from "../../shared/Trouble.tsx";
import { useTell } from "../billing/notice.tsx";
import classes from "../portal.module.css";
import { useSession } from "../session.tsx";
import { NewKeyDialog } from "./NewKeyDialog.tsx";
import { KEYS, type Key, useKeys } from "./queries.ts";
import { scopeInWords } from "./scopes.ts";

/** The keys of programs: made, told apart, revoked. */
export function KeysTab() {
  const keys = useKeys();
  const [isNew, setNew] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <section className={classes.card} aria-labelledby="keys-title">
      <Group justify="space-between" mb="sm">
        <div>
          <Title order={2} size="h4" id="keys-title">
            Keys
          </Title>
          <Text size="sm" c="dimmed">
            One for each program, so that one can be revoked without stopping the others.
          </Text>
        </div>
        <Button onClick={() => setNew(true)}>New key</Button>
      </Group>
      {keys.data ? (
        <Rows
          label="Keys"
          columns={COLUMNS}
          rows={keys.data.data}
          idOf={({ id }) => id}
          sortedBy={{ by: "created", descending: true }}
          file="keys.csv"
          actions={(key) =>
            key.revoked_at === null && (
              <Button size="compact-sm" variant="default" onClick={() => setRevoking(key)}>
                Revoke<span className={classes.unseen}> {key.name}</span>
              </Button>
            )
          }
        />
      ) : keys.error ? (
        <Trouble error={keys.error} title="The keys cannot be shown" onRetry={() => void keys.refetch()} />
      ) : (
        <Skeleton height={200} role="status" aria-label="Loading" />
      )}
      <NewKeyDialog opened={isNew} onClose={() => setNew(false)} />
      {revoking && <Revoke revoking={revoking} onClose={() => setRevoking(null)} />}
    </section>
  );
}

const STATES = { live: ["In use", "gate"], revoked: ["Revoked", "gray"], expired: ["Expired", "gray"] } as const;

/** Whether it has expired is the gateway's to say; here it is only shown by the clock of this machine. */
function stateOf({ revoked_at, expires_at }: Key): keyof typeof STATES {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) < performance.timeOrigin + performance.now()
    ? "expired"
    : "live";
}

const COLUMNS: readonly Column<Key>[] = [
  { name: "name", label: "Name", value: ({ name }) => name },
  {
    name: "state",
    label: "State",
    value: (key) => STATES[stateOf(key)][0],
    cell: (key) => (
      <Badge variant="light" color={STATES[stateOf(key)][1]} tt="none" miw="max-content">
        {STATES[stateOf(key)][0]}
      </Badge>
    ),
  },
  { name: "prefix", label: "Begins with", value: ({ prefix }) => prefix, cell: ({ prefix }) => <code>{prefix}…</code> },
  { name: "scopes", label: "May", value: ({ scopes }) => scopes.map(scopeInWords).join("; "), isLong: true },
  { name: "models", label: "Models", value: ({ models }) => models?.join(", ") ?? "all" },
  { name: "created", label: "Made", value: ({ created_at }) => created_at, cell: ({ created_at }) => day(created_at) },
  {
    name: "expires",
    label: "Ends",
    value: ({ expires_at }) => expires_at,
    cell: ({ expires_at }) => (expires_at ? day(expires_at) : "never"),
  },
];

function Revoke({ revoking, onClose }: { readonly revoking: Key; readonly onClose: () => void }) {
  const { api, me } = useSession();
  const client = useQueryClient();
  const tell = useTell();
  const isOwn = me.key_id === revoking.id;
  const revoke = useMutation({
    mutationFn: () => api.remove(`keys/${revoking.id}`),
    onSuccess: async () => {
      tell({ tone: "good", title: `${revoking.name} is revoked`, text: "What it was streaming ends within seconds." });
      onClose();
      await client.invalidateQueries({ queryKey: isOwn ? ["me"] : KEYS });
    },
  });
  return (
    <Confirm
      opened
      title={`Revoke ${revoking.name}?`}
      act="Revoke it"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      Programs that use it are refused within seconds, and what they are streaming ends. This cannot be taken back.
      {isOwn && " You are signed in with this very key: you will be signed out."}
    </Confirm>
  );
}
