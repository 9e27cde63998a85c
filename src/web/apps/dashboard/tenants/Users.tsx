import { TextInput } from "@mantine/core";
import { Link } from "wouter";
import type { Tenant, User } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import { Act } from "../kit/act.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

/** The end users of a tenant: known by what their own system calls them. */
export function Users({ tenant }: { readonly tenant: Tenant }) {
  const { mayChange } = useSession();
  const columns: readonly Column<User>[] = [
    { title: "External id", value: ({ external_id }) => external_id },
    { title: "Name", value: ({ name }) => name },
    { title: "Status", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
    {
      title: "Since",
      value: ({ created_at }) => created_at,
      show: ({ created_at }) => <When at={created_at} tenantZone={tenant.timezone} />,
    },
    {
      title: "Usage",
      value: ({ id }) => id,
      acts: true,
      show: ({ id }) => (
        <Link href={`/tenants/${tenant.id}/usage?user_id=${id}`} className={classes.link}>
          Usage
        </Link>
      ),
    },
    ...(tenant.billing === "user"
      ? [
          {
            title: "Billing",
            value: ({ id }: User) => id,
            acts: true,
            show: ({ id }: User) => (
              <Link href={`/tenants/${tenant.id}/billing?user=${id}`} className={classes.link}>
                Billing
              </Link>
            ),
          },
        ]
      : []),
    ...(mayChange
      ? [{ title: "Block", value: () => null, acts: true, show: (user: User) => <Block user={user} /> }]
      : []),
  ];
  return (
    <List
      title="Users"
      path={`tenants/${tenant.id}/users`}
      columns={columns}
      empty="Nobody yet. Users are made when they first call, or here."
      side={mayChange && <NewUser tenant={tenant} />}
    />
  );
}

function Block({ user: { id, external_id, status } }: { readonly user: User }) {
  const to = (next: User["status"]) => () => adminApi.patch(`users/${id}`, { status: next });
  return status === "active" ? (
    <Act label="Block" title={`Block ${external_id}?`} danger done={`${external_id} is blocked`} act={to("blocked")}>
      Keys and tokens of this user are refused from now on.
    </Act>
  ) : (
    <Act label="Unblock" title={`Unblock ${external_id}?`} done={`${external_id} is let in again`} act={to("active")}>
      Keys and tokens of this user are accepted again.
    </Act>
  );
}

const NewUser = ({ tenant }: { readonly tenant: Tenant }) => (
  <FormDialog
    label="New user"
    title={`New user of ${tenant.name}`}
    act="Create"
    done="The user is created"
    initial={() => ({ external_id: "", name: "" })}
    send={({ external_id, name }) =>
      adminApi.post(`tenants/${tenant.id}/users`, { external_id, ...(name.trim() && { name }) })
    }
    fields={(form) => (
      <>
        <TextInput
          label="External id"
          description="The `sub` of their tokens: what your own system calls them."
          required
          data-autofocus
          {...form.text("external_id")}
        />
        <TextInput label="Name" {...form.text("name")} />
      </>
    )}
  />
);
