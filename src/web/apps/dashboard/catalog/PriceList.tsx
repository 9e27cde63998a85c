import { Checkbox, Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { unitPrice } from "../../shared/format.ts";
import type { Price } from "../../shared/openapi.ts";
import type { Column } from "../kit/DataTable.tsx";
import { FormDialog } from "../kit/FormDialog.tsx";
import { List } from "../kit/List.tsx";
import { TenantLink } from "../kit/links.tsx";
import { When } from "../kit/When.tsx";
import { words } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";
import { METERS, type Meter } from "./meters.ts";
import { PriceEffect } from "./PriceEffect.tsx";

const FILTERS = [
  { name: "model", label: "Model", placeholder: "claude-sonnet-*" },
  { name: "tenant_id", label: "Tenant", placeholder: "ten_… or ext:…" },
];

const COLUMNS: readonly Column<Price>[] = [
  { title: "Model", value: ({ model }) => model },
  { title: "Of", value: ({ meter }) => meter, show: ({ meter }) => words(meter) },
  { title: "List", value: ({ list }) => list },
  {
    title: "Prompts above",
    value: ({ above_prompt_tokens }) => above_prompt_tokens,
    show: ({ above_prompt_tokens: above }) => (above === 0 ? "–" : above.toLocaleString("en-IN")),
    right: true,
  },
  {
    title: "USD per million",
    value: ({ usd_per_million }) => Number(usd_per_million),
    show: ({ usd_per_million }) => unitPrice(Number(usd_per_million)),
    right: true,
  },
  {
    title: "For",
    value: ({ tenant_id }) => tenant_id,
    show: ({ tenant_id }) => <TenantLink id={tenant_id} none="everybody" />,
  },
  {
    title: "From",
    value: ({ valid_from }) => valid_from,
    show: ({ valid_from }) => (Date.parse(valid_from) === 0 ? "always" : <When at={valid_from} />),
  },
  {
    title: "By",
    value: ({ source, correction }) => (correction > 0 ? `${source}, correction ${correction}` : source),
  },
];

/** Every price there ever was. */
export function PriceList() {
  const { mayChange } = useSession();
  return (
    <List
      title="Price book"
      path="prices"
      columns={COLUMNS}
      filters={FILTERS}
      empty="None: no model can be used."
      side={mayChange && <NewPrices />}
    />
  );
}

/** A price of each meter; one that is left empty stays as it is. */
export interface PriceForm extends Readonly<Partial<Record<Meter, string>>> {
  readonly model: string;
  readonly list: Price["list"];
  readonly tenant_id: string;
  readonly valid_from: string;
  readonly correction: boolean;
}

const BLANK: PriceForm = { model: "", list: "standard", tenant_id: "", valid_from: "", correction: false };

const given = (form: PriceForm) =>
  Object.fromEntries(METERS.flatMap((meter) => (form[meter]?.trim() ? [[meter, form[meter]?.trim()]] : [])));

const asked = (form: PriceForm) => ({
  ...{ model: form.model, list: form.list, correction: form.correction, usd_per_million: given(form) },
  ...(form.tenant_id.trim() && { tenant_id: form.tenant_id.trim() }),
  ...(form.valid_from && { valid_from: new Date(form.valid_from).toISOString() }),
});

const NewPrices = () => (
  <FormDialog<PriceForm, unknown>
    label="New prices"
    title="New prices"
    act="Set"
    size="xl"
    done="The prices are set"
    initial={() => BLANK}
    send={(form) => adminApi.post("prices", asked(form))}
    fields={(form) => (
      <>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Model" placeholder="claude-sonnet-5-5" required data-autofocus {...form.text("model")} />
          <Select label="List" data={["standard", "fast"]} {...form.choice("list")} />
        </SimpleGrid>
        <Text size="sm">USD for a million of each. What is left empty stays as it is.</Text>
        <SimpleGrid cols={{ base: 2, xs: 3 }}>
          {METERS.map((meter) => (
            <TextInput
              key={meter}
              label={words(meter)}
              inputMode="decimal"
              placeholder="as it is"
              {...form.text(meter)}
              error={form.errorOf(`usd_per_million.${meter}`)}
            />
          ))}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="datetime-local"
            label="From"
            description="Empty: from now on."
            {...form.text("valid_from")}
          />
          <TextInput label="Only for tenant" description="Empty: everybody." {...form.text("tenant_id")} />
        </SimpleGrid>
        <Checkbox
          label="It corrects a price that was given wrongly, and may reach back"
          checked={form.values.correction}
          onChange={(event) => form.set("correction", event.currentTarget.checked)}
        />
        <PriceEffect asked={asked(form.values)} />
      </>
    )}
  />
);
