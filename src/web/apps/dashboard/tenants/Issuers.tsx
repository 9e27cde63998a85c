import { MultiSelect, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { Issuer, Routes, Tenant } from "../../shared/openapi.ts";
import { Act } from "../kit/act.tsx";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { adminApi, useSession } from "../session.tsx";

type Algorithm = Routes["POST /api/admin/tenants/{id}/issuers"]["body"]["algorithms"][number];
const ALGORITHMS: readonly Algorithm[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "HS256",
  "HS384",
  "HS512",
];
const WAYS = [
  { value: "jwks_url", label: "Keys at an address (JWKS)" },
  { value: "public_key", label: "A public key (PEM)" },
  { value: "shared_secret", label: "A shared secret (HS algorithms)" },
];

/** Identity providers whose tokens are accepted for this tenant's users. */
export function Issuers({ tenant }: { readonly tenant: Tenant }) {
  const { mayChange } = useSession();
  const columns: readonly Column<Issuer>[] = [
    { title: "Issuer", value: ({ issuer }) => issuer },
    { title: "Audience", value: ({ audience }) => audience },
    { title: "Algorithms", value: ({ algorithms }) => algorithms.join(", ") },
    {
      title: "Checked by",
      value: ({ jwks_url, has_shared_secret }) => jwks_url ?? (has_shared_secret ? "shared secret" : "public key"),
    },
    { title: "User claim", value: ({ user_claim }) => user_claim },
    { title: "New users", value: ({ create_users }) => (create_users ? "are made" : "are refused") },
    ...(mayChange
      ? [
          {
            title: "Remove",
            value: () => null,
            acts: true,
            show: ({ id, issuer }: Issuer) => (
              <Act
                label="Remove"
                title={`Remove ${issuer}?`}
                danger
                done={`${issuer} is removed`}
                act={() => adminApi.remove(`tenants/${tenant.id}/issuers/${id}`)}
              >
                Its tokens are refused from now on.
              </Act>
            ),
          },
        ]
      : []),
  ];
  return (
    <List
      title="Issuers"
      path={`tenants/${tenant.id}/issuers`}
      columns={columns}
      empty="None. With an issuer, the tokens of an identity provider are accepted as they are: no keys for users."
      side={mayChange && <NewIssuer tenant={tenant} />}
    />
  );
}

const NewIssuer = ({ tenant }: { readonly tenant: Tenant }) => (
  <FormDialog
    label="New issuer"
    title={`New issuer for ${tenant.name}`}
    act="Register"
    done="The issuer is registered"
    initial={() => ({
      ...{ issuer: "", audience: "", algorithms: ["RS256"] as Algorithm[], way: "jwks_url", proof: "" },
      ...{ user_claim: "sub", create_users: true },
    })}
    send={({ way, proof, ...fields }) => adminApi.post(`tenants/${tenant.id}/issuers`, { ...fields, [way]: proof })}
    fields={(form) => (
      <>
        <TextInput
          label="Issuer"
          description="The “iss” of its tokens."
          required
          data-autofocus
          {...form.text("issuer")}
        />
        <TextInput label="Audience" description="The “aud” of its tokens." required {...form.text("audience")} />
        <MultiSelect
          label="Algorithms"
          data={[...ALGORITHMS]}
          value={form.values.algorithms}
          onChange={(algorithms) => form.set("algorithms", algorithms as Algorithm[])}
          error={form.errorOf("algorithms")}
        />
        <Select
          label="Tokens are checked by"
          data={WAYS}
          allowDeselect={false}
          value={form.values.way}
          onChange={(way) => way && form.set("way", way)}
        />
        <Textarea
          label={WAYS.find(({ value }) => value === form.values.way)?.label ?? "Key"}
          required
          autosize
          minRows={form.values.way === "public_key" ? 4 : 1}
          value={form.values.proof}
          onChange={(event) => form.set("proof", event.currentTarget.value)}
          error={form.errorOf(form.values.way)}
        />
        <TextInput label="User claim" {...form.text("user_claim")} />
        <Switch
          label="Make users on first sight"
          checked={form.values.create_users}
          onChange={(event) => form.set("create_users", event.currentTarget.checked)}
        />
      </>
    )}
  />
);
