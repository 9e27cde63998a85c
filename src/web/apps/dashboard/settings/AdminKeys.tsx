import { Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { AdminKey } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { Secret } from "../kit/Secret.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, type Role, useSession } from "../session.tsx";

const ROLES = [
  { value: "support", label: "Support: looks at everything" },
  { value: "finance", label: "Finance: and changes what is billed" },
  { value: "owner", label: "Owner: and everything else" },
];

const stateOf = ({ revoked_at }: AdminKey): string => (revoked_at === null ? "active" : "revoked");

const COLUMNS: readonly Column<AdminKey>[] = [
  { title: "Name", value: ({ name }) => name },
  { title: "Role", value: ({ role }) => role },
  { title: "Begins with", value: ({ prefix }) => prefix, show: ({ prefix }) => <code>{prefix}…</code> },
  { title: "State", value: stateOf, show: (key) => <Status of={stateOf(key)} /> },
  { title: "Expires", value: ({ expires_at }) => expires_at, show: ({ expires_at }) => <When at={expires_at} /> },
  { title: "Made", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
];

/** The keys of administrators, each with a role. */
export function AdminKeys() {
  const { mayChange } = useSession();
  const [secret, setSecret] = useState<string | null>(null);
  const columns: readonly Column<AdminKey>[] = mayChange
    ? [...COLUMNS, { title: "Change", value: () => null, acts: true, show: (key) => <Acts of={key} /> }]
    : COLUMNS;
  return (
    <>
      <List
        title="Admin keys"
        path="keys"
        columns={columns}
        empty="None yet: there is only the token that was printed at the first start. Give everybody a key of their own."
        side={mayChange && <NewKey onSecret={setSecret} />}
      />
      <Secret title="The secret of the admin key" secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function Acts({ of }: { readonly of: AdminKey }) {
  if (of.revoked_at !== null) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Change of={of} />
      <Revoke of={of} />
    </Group>
  );
}

const Change = ({ of: { id, name, role } }: { readonly of: AdminKey }) => (
  <FormDialog
    label="Change"
    variant="default"
    title={`Change ${name}`}
    act="Save"
    done="The admin key is changed"
    initial={() => ({ name, role })}
    send={(fields) => adminApi.patch(`keys/${id}`, fields)}
    fields={(form) => (
      <>
        <TextInput label="Name" description="Whose it is" required data-autofocus {...form.text("name")} />
        <Select
          label="Role"
          description="Holds at once, wherever it is signed in."
          data={ROLES}
          {...form.choice("role")}
        />
      </>
    )}
  />
);

function Revoke({ of }: { readonly of: AdminKey }) {
  return (
    <Act
      label="Revoke"
      title={`Revoke ${of.name}?`}
      danger
      done={`${of.name} is revoked`}
      act={() => adminApi.remove(`keys/${of.id}`)}
    >
      Whoever uses it is refused from now on, and is signed out of the dashboard. This cannot be taken back.
    </Act>
  );
}

const NewKey = ({ onSecret }: { readonly onSecret: (secret: string) => void }) => (
  <FormDialog
    label="New admin key"
    title="New admin key"
    act="Create"
    done="The admin key is created"
    initial={() => ({ name: "", role: "support" as Role, expires_at: "" })}
    send={({ expires_at, ...fields }) =>
      adminApi.post("keys", {
        ...fields,
        ...(expires_at && { expires_at: new Date(expires_at).toISOString() }),
      })
    }
    onDone={({ secret }) => onSecret(secret)}
    fields={(form) => (
      <>
        <TextInput label="Name" description="Whose it is" required data-autofocus {...form.text("name")} />
        <Select label="Role" data={ROLES} {...form.choice("role")} />
        <TextInput type="datetime-local" label="Expires" description="Empty: never." {...form.text("expires_at")} />
      </>
    )}
  />
);
