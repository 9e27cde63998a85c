import { Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import classes from "../dashboard.module.css";
import { useAddress } from "./address.ts";

/** What a list can be filtered by: one of some choices, or a text; the API decides what fits. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly placeholder?: string;
}

export const choices = (...values: string[]) =>
  values.map((value) => ({ value, label: value.replaceAll(/[_.]/g, " ") }));

export function FilterBar({ filters }: { readonly filters: readonly Filter[] }) {
  return (
    <search className={classes.filters}>
      {filters.map((filter) =>
        filter.choices ? <Choice key={filter.name} {...filter} /> : <Text key={filter.name} {...filter} />,
      )}
    </search>
  );
}

function Choice({ name, label, choices = [] }: Filter) {
  const { filters, setFilters } = useAddress();
  return (
    <Select
      size="xs"
      label={label}
      placeholder="All"
      clearable
      clearButtonProps={{ "aria-label": `Clear ${label}`, tabIndex: 0 }}
      data={choices}
      value={filters[name] ?? null}
      onChange={(value) => setFilters({ [name]: value })}
    />
  );
}

/** Taken with Enter, or when it is left. */
function Text({ name, label, placeholder }: Filter) {
  const { filters, setFilters } = useAddress();
  const given = filters[name] ?? "";
  const [text, setText] = useState(given);
  useEffect(() => setText(given), [given]);
  const take = () => {
    if (text.trim() !== given) setFilters({ [name]: text.trim() });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take();
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        size="xs"
        label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        spellCheck={false}
      />
    </form>
  );
}
