import { Select, SimpleGrid, TextInput } from "@mantine/core";
import { Link, useLocation } from "wouter";
import type { Tenant } from "../../shared/openapi.ts";
import classes from "../dashboard.module.css";
import type { Column } from "../kit/DataTable.tsx";
import { choices, type Filter } from "../kit/FilterBar.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { PageHead } from "../kit/PageHead.tsx";
import { Status } from "../kit/Status.tsx";
import { When } from "../kit/When.tsx";
import { adminApi, useSession } from "../session.tsx";
import { ZONE } from "../usage/reports.ts";

const COLUMNS: readonly Column<Tenant>[] = [
  {
    title: "Name",
    value: ({ name }) => name,
    show: ({ id, name }) => (
      <Link href={`/tenants/${id}`} className={classes.link}>
        {name}
      </Link>
    ),
  },
  { title: "External id", value: ({ external_id }) => external_id },
  { title: "Status", value: ({ status }) => status, show: ({ status }) => <Status of={status} /> },
  {
    title: "Who pays",
    value: ({ billing }) => billing,
    show: ({ billing }) => (billing === "user" ? "each user" : "the tenant"),
  },
  { title: "Currency", value: ({ currency }) => currency },
  { title: "Time zone", value: ({ timezone }) => timezone },
  { title: "Since", value: ({ created_at }) => created_at, show: ({ created_at }) => <When at={created_at} /> },
];

const FILTERS: readonly Filter[] = [
  { name: "q", label: "Name or external id", placeholder: "Acme" },
  { name: "status", label: "Status", choices: choices("active", "suspended", "closed") },
];

/** Everybody who is served, by pages of the server: a hundred thousand of them are as quick as ten. */
export function Tenants() {
  const { mayChange } = useSession();
  return (
    <>
      <PageHead
        title="Tenants"
        about="Each has users, keys and limits of its own, and pays for itself or has its users pay."
      >
        {mayChange && <NewTenant />}
      </PageHead>
      <List
        title="All tenants"
        path="tenants"
        columns={COLUMNS}
        filters={FILTERS}
        empty="There are none yet. The first one needs only a name."
      />
    </>
  );
}

const BLANK = {
  name: "",
  external_id: "",
  currency: "INR",
  timezone: "Asia/Kolkata",
  billing: "tenant" as Tenant["billing"],
};

function NewTenant() {
  const [, go] = useLocation();
  return (
    <FormDialog
      label="New tenant"
      title="New tenant"
      act="Create"
      done="The tenant is created"
      initial={() => BLANK}
      send={({ external_id, ...fields }) =>
        adminApi.post("tenants", { ...fields, ...(external_id.trim() && { external_id: external_id.trim() }) })
      }
      onDone={({ id }) => go(`/tenants/${id}`)}
      fields={(form) => (
        <>
          <TextInput label="Name" required data-autofocus {...form.text("name")} />
          <TextInput
            label="External id"
            description="What your own system calls it. Wherever an id is asked for, ext:… does too."
            {...form.text("external_id")}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label="Currency"
              data={["INR", "USD"]}
              allowDeselect={false}
              value={form.values.currency}
              onChange={(currency) => currency && form.set("currency", currency)}
              error={form.errorOf("currency")}
            />
            <Select
              label="Time zone"
              searchable
              data={ZONES}
              allowDeselect={false}
              value={form.values.timezone}
              onChange={(timezone) => timezone && form.set("timezone", timezone)}
              error={form.errorOf("timezone")}
            />
          </SimpleGrid>
          <Select
            label="Who pays"
            description="It cannot be changed once something was used or granted."
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={[
              { value: "tenant", label: "The tenant, for all its users" },
              { value: "user", label: "Each user for themselves" },
            ]}
            {...form.choice("billing")}
          />
        </>
      )}
    />
  );
}

/** India's first, then the reader's own. */
export const ZONES = [...new Set(["Asia/Kolkata", ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])];
