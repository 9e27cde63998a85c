import { Checkbox, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { Fields } from "../kit/FormDialog.tsx";
import type { PlanForm } from "./plan-form.ts";

const PERIODS = ["daily", "weekly", "monthly", "quarterly", "yearly"];
const COLLECTIONS = [
  { value: "subscription", label: "By subscription" },
  { value: "mandate", label: "Autopay of each invoice" },
  { value: "prepaid", label: "In advance, as credit" },
];

/** Everything that a plan is made of. */
export function PlanFields({ form, isNew }: { readonly form: Fields<PlanForm>; readonly isNew: boolean }) {
  const { values } = form;
  const amount = (name: keyof PlanForm & string, path: string) => ({
    ...form.text(name),
    error: form.errorOf(path),
    inputMode: "decimal" as const,
  });
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label="Name" required data-autofocus {...form.text("name")} />
        <Select label="Currency" data={["INR", "USD"]} disabled={!isNew} {...form.choice("currency")} />
        <Select label="Who sees it" data={["public", "hidden"]} {...form.choice("visibility")} />
        <TextInput label="Base price" {...amount("price", "price_paise")} />
        <Select
          label="Tax"
          data={[
            { value: "exclusive", label: "added to it" },
            { value: "inclusive", label: "within it" },
          ]}
          {...form.choice("tax")}
        />
        <Select label="Collected" data={COLLECTIONS} {...form.choice("collection")} />
        <Select label="Charged" data={PERIODS} {...form.choice("period")} />
        <TextInput label="Every so many of them" inputMode="numeric" {...form.text("interval")} />
        <TextInput label="Includes use of" {...amount("included", "included_micros")} />
        <Select
          label="Use is charged"
          data={[
            { value: "markup", label: "at cost and a share" },
            { value: "rate_card", label: "by prices of its own" },
          ]}
          {...form.choice("pricing", "pricing.type")}
        />
        {values.pricing === "markup" && (
          <TextInput label="Per cent above cost" {...amount("above", "pricing.multiplier_ppm")} />
        )}
        <TextInput label="Days of grace" inputMode="numeric" {...form.text("grace_days")} />
      </SimpleGrid>
      {values.pricing === "rate_card" && (
        <Code
          label="Prices"
          description='A list such as [{"model": "claude-sonnet-*", "per_million": {"input": "250", "output": "1250"}}], in the currency of the plan.'
          {...form.text("rates")}
          error={form.errorOf("pricing.rates")}
        />
      )}
      {values.pricing === "rate_card" && (
        <TextInput
          label="Per cent above cost for what has no price here"
          description="Empty: it is refused."
          {...amount("fallback", "pricing.fallback_multiplier_ppm")}
        />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Checkbox
          label="Use goes on beyond what is included"
          description="It is billed at the end of the cycle."
          checked={values.overage}
          onChange={(event) => form.set("overage", event.currentTarget.checked)}
          error={form.errorOf("overage")}
        />
        {values.overage && <TextInput label="Up to" required {...amount("cap", "overage.cap_micros")} />}
        <TextInput label="Days of trial" placeholder="none" inputMode="numeric" {...form.text("trial_days")} />
        {values.trial_days.trim() && (
          <TextInput label="The trial includes use of" {...amount("trial_included", "trial.included_micros")} />
        )}
      </SimpleGrid>
      <details>
        <Text component="summary" size="sm" fw={550} style={{ cursor: "pointer" }}>
          Graduated prices and limits
        </Text>
        <Stack gap="sm" mt="sm">
          <Code
            label="Tiers"
            description='By what is used in a cycle: [{"up_to_micros": 1000000000, "multiplier_ppm": 1000000}, {"multiplier_ppm": 900000}]. Empty: none.'
            {...form.text("tiers")}
          />
          <Code
            label="Limits"
            description='Of every version: [{"metric": "requests", "window": "minute", "amount": 60}].'
            {...form.text("limits")}
          />
        </Stack>
      </details>
    </Stack>
  );
}

function Code(props: {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (event: { currentTarget: { value: string } }) => void;
}) {
  return (
    <Textarea
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: "monospace" } }}
      {...props}
    />
  );
}
