import { Select, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Tenant } from "../../shared/openapi.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { adminApi } from "../session.tsx";
import { ZONES } from "./Tenants.tsx";

const DEFAULT = "default" as const;

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** What of a tenant can be changed at any time. */
export function Settings({ tenant }: { readonly tenant: Tenant }) {
  const plans = useQuery({
    queryKey: ["plans", "names"],
    queryFn: () => adminApi.get("plans?limit=1000"),
  });
  const offered = (plans.data?.data ?? []).filter(({ currency }) => currency === tenant.currency);
  return (
    <FormDialog
      label="Settings"
      title={`Settings of ${tenant.name}`}
      act="Save"
      done="The settings are saved"
      variant="default"
      size="lg"
      initial={() => ({
        ...{ name: tenant.name, timezone: tenant.timezone, enforcement: tenant.enforcement },
        ...{ default_plan_id: tenant.default_plan_id ?? "", hold: tenant.hold },
        ...{ on_disconnect: tenant.on_disconnect ?? DEFAULT, cost_visibility: tenant.cost_visibility ?? DEFAULT },
        ...{ allowed_models: tenant.allowed_models.join("\n"), allowed_origins: tenant.allowed_origins.join("\n") },
      })}
      send={({ default_plan_id, on_disconnect, cost_visibility, allowed_models, allowed_origins, ...rest }) =>
        adminApi.patch(`tenants/${tenant.id}`, {
          ...rest,
          default_plan_id: default_plan_id || null,
          on_disconnect: on_disconnect === DEFAULT ? null : on_disconnect,
          cost_visibility: cost_visibility === DEFAULT ? null : cost_visibility,
          ...{ allowed_models: linesOf(allowed_models), allowed_origins: linesOf(allowed_origins) },
        })
      }
      fields={(form) => {
        return (
          <>
            <TextInput label="Name" required data-autofocus {...form.text("name")} />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Select label="Time zone" searchable data={ZONES} {...form.choice("timezone")} />
              <Select
                label="Enforcement"
                data={[
                  { value: "enforce", label: "Limits and quota refuse" },
                  { value: "observe", label: "Only observe" },
                ]}
                {...form.choice("enforcement")}
              />
              <Select
                label="Default plan"
                data={[
                  { value: "", label: "None: spend is cost" },
                  ...offered.map(({ id, name }) => ({ value: id, label: name })),
                ]}
                {...form.choice("default_plan_id")}
              />
              <Select label="Hold" data={["rolling", "strict"]} {...form.choice("hold")} />
              <Select
                label="When a client leaves"
                data={[DEFAULT, "abort", "drain"]}
                {...form.choice("on_disconnect")}
              />
              <Select
                label="Sees of costs"
                data={[DEFAULT, "full", "spend", "none"]}
                {...form.choice("cost_visibility")}
              />
            </SimpleGrid>
            <Textarea
              label="Allowed models"
              description="One a line; * stands for anything. None means all."
              autosize
              minRows={2}
              {...form.text("allowed_models")}
            />
            <Textarea
              label="Allowed origins"
              description="Of browsers that may call directly, one a line."
              placeholder="https://app.example.com"
              autosize
              minRows={2}
              {...form.text("allowed_origins")}
            />
          </>
        );
      }}
    />
  );
}
