import { MultiSelect, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Key, Tenant } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Act } from "../kit/act.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { Secret } from "../kit/Secret.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

const SCOPES = ["inference", "tokens:issue", "users:act", "billing:read", "billing:write", "keys:write"];
const OVERLAP_SECONDS = 3_600;

/** The keys of a tenant. A secret is shown once, when it is made. */
export function Keys({ tenant }: { readonly tenant: Tenant }) {
  const { mayChange } = useSession();
  const [secret, setSecret] = useState<string | null>(null);
  const users = useUsers(tenant.id);
  const columns: readonly Column<Key>[] = [
    { title: "Name", value: ({ name }) => name },
    {
      title: "Begins with",
      value: ({ prefix }) => prefix,
      show: ({ prefix }) => <code className={classes.number}>{prefix}…</code>,
    },
    { title: "State", value: stateOf, show: (key) => <Status of={stateOf(key)} /> },
    { title: "May", value: ({ scopes }) => scopes.join(", ") },
    { title: "User", value: ({ user_id }) => users.find(({ id }) => id === user_id)?.external_id ?? user_id },
    { title: "Expires", value: ({ expires_at }) => expires_at, show: ({ expires_at }) => <When at={expires_at} /> },
    { title: "Made", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
    ...(mayChange
      ? [
          {
            title: "Change",
            value: () => null,
            acts: true,
            show: (key: Key) => (key.revoked_at === null ? <Acts of={key} onSecret={setSecret} /> : null),
          },
        ]
      : []),
  ];
  return (
    <>
      <List
        title="Keys"
        path={`tenants/${tenant.id}/keys`}
        columns={columns}
        empty="No key yet: nothing can be asked without one, or without an issuer of tokens."
        side={mayChange && <NewKey tenant={tenant} onSecret={setSecret} />}
      />
      <Secret title="The secret of the key" secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

const stateOf = ({ revoked_at }: Key): string => (revoked_at === null ? "active" : "revoked");

function Acts({ of: { id, name }, onSecret }: { readonly of: Key; readonly onSecret: (secret: string) => void }) {
  return (
    <>
      <Act
        label="Rotate"
        title={`Rotate ${name}?`}
        done={`${name} has a new secret`}
        mr={6}
        act={async () => {
          const { secret } = await adminApi.post(`keys/${id}/rotate`, {
            overlap_seconds: OVERLAP_SECONDS,
          });
          onSecret(secret);
        }}
      >
        It gets a new secret, which is shown once. The old one is accepted for another hour.
      </Act>
      <Act
        label="Revoke"
        title={`Revoke ${name}?`}
        danger
        done={`${name} is revoked`}
        act={() => adminApi.remove(`keys/${id}`)}
      >
        Whoever uses it is refused from now on. This cannot be taken back.
      </Act>
    </>
  );
}

/** Users by name: as many as the API gives at once. One that is not among them is shown by its id. */
function useUsers(tenantId: string) {
  const users = useQuery({
    queryKey: ["list", "users of", tenantId],
    queryFn: () => adminApi.get(`tenants/${tenantId}/users?limit=1000`),
  });
  return users.data?.data ?? [];
}

function NewKey({ tenant, onSecret }: { readonly tenant: Tenant; readonly onSecret: (secret: string) => void }) {
  const users = useUsers(tenant.id);
  return (
    <FormDialog
      label="New key"
      title={`New key of ${tenant.name}`}
      act="Create"
      done="The key is created"
      initial={() => ({ name: "", user_id: null as string | null, scopes: ["inference"] as Key["scopes"], models: "" })}
      send={({ models, ...fields }) => {
        const globs = models.split(/[\s,]+/).filter(Boolean);
        return adminApi.post(`tenants/${tenant.id}/keys`, {
          ...fields,
          ...(globs.length > 0 && { models: globs }),
        });
      }}
      onDone={({ secret }) => onSecret(secret)}
      fields={(form) => (
        <>
          <TextInput label="Name" placeholder="production" required data-autofocus {...form.text("name")} />
          <MultiSelect
            label="May"
            data={SCOPES}
            value={[...form.values.scopes]}
            onChange={(scopes) => form.set("scopes", scopes as Key["scopes"][number][])}
            error={form.errorOf("scopes")}
          />
          <Select
            label="User"
            description={
              tenant.billing === "user"
                ? "Here each user pays: a key needs one."
                : "Only where the key belongs to one user."
            }
            searchable
            clearable
            data={users.map(({ id, external_id }) => ({ value: id, label: external_id }))}
            value={form.values.user_id}
            onChange={(user_id) => form.set("user_id", user_id)}
            error={form.errorOf("user_id")}
          />
          <TextInput
            label="Models"
            description="Separated by commas; * stands for anything. None means all."
            placeholder="claude-sonnet-*"
            {...form.text("models")}
          />
        </>
      )}
    />
  );
}
