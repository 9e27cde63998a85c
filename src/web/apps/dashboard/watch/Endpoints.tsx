import { TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Endpoint } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import type { Column } from "../kit/DataTable.tsx";
import type { Filter } from "../kit/FilterBar.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { TenantLink, To } from "../kit/links.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Secret } from "../kit/Secret.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";

const FILTERS: readonly Filter[] = [{ name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" }];

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    title: "Address",
    value: ({ url }) => url,
    show: ({ id, url }) => (
      <span className={classes.anywhere}>
        <To href={`/endpoints/${id}`}>{url}</To>
      </span>
    ),
  },
  {
    title: "State",
    value: ({ failing_since }) => (failing_since === null ? "ok" : "failing"),
    show: ({ failing_since }) =>
      failing_since === null ? <Status of="ok" label="well" /> : <Status of="failed" label="failing" />,
  },
  { title: "Hears of", value: ({ types }) => types.join(", ") || "everything" },
  {
    title: "Of tenant",
    value: ({ tenant_id }) => tenant_id,
    show: ({ tenant_id }) => <TenantLink id={tenant_id} none="everybody" />,
  },
  { title: "Since", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
];

/** Where our own events are sent, signed. */
export function Endpoints() {
  const { mayChange } = useSession();
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <PageHead
        title="Endpoints"
        about="Where events are sent, signed as Standard Webhooks has it. What fails is tried again for three days."
      >
        {mayChange && <NewEndpoint onSecret={setSecret} />}
      </PageHead>
      <List
        title="All endpoints"
        path="endpoints"
        columns={COLUMNS}
        filters={FILTERS}
        empty="None yet: alerts are shown here, and sent nowhere."
      />
      <Secret title="The endpoint's signing secret" secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

const TYPES = ["invoice.*", "payment.*", "subscription.*", "customer.*", "quota.*", "wallet.*", "upstream.*"];

const NewEndpoint = ({ onSecret }: { readonly onSecret: (secret: string) => void }) => (
  <FormDialog
    label="New endpoint"
    title="New endpoint"
    act="Create"
    done="The endpoint is created"
    initial={() => ({ url: "", types: [] as string[], tenant_id: "" })}
    send={({ url, types, tenant_id }) =>
      adminApi.post("endpoints", { url, types, tenant_id: tenant_id.trim() || null })
    }
    onDone={({ secret }) => onSecret(secret)}
    fields={(form) => (
      <>
        <TextInput
          label="Address"
          placeholder="https://example.com/tollgate"
          inputMode="url"
          required
          data-autofocus
          {...form.text("url")}
        />
        <TagsInput
          label="Hears of"
          description="Types, or several by a star. None means all."
          placeholder={form.values.types.length ? undefined : "invoice.*"}
          data={TYPES}
          value={[...form.values.types]}
          onChange={(types) => form.set("types", types)}
          error={form.errorOf("types")}
        />
        <TextInput
          label="Of tenant"
          description="Only what concerns this tenant, and may be told to it. Empty: everything of everybody."
          placeholder="ten_… or ext:…"
          {...form.text("tenant_id")}
        />
      </>
    )}
  />
);
