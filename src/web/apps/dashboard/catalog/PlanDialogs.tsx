import { Text, TextInput } from "@mantine/core";
import { useLocation } from "wouter";
import type { Plan, PlanWithVersions } from "../../shared/openapi.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { adminApi } from "../session.tsx";
import { PlanEffect } from "./PlanEffect.tsx";
import { PlanFields } from "./PlanFields.tsx";
import { BLANK, beginningOf, changeOf, fieldsOf, type PlanForm } from "./plan-form.ts";

export function NewPlan() {
  const [, go] = useLocation();
  return (
    <FormDialog<PlanForm, Plan>
      label="New plan"
      title="New plan"
      act="Create"
      size="xl"
      done="The plan is created"
      initial={() => BLANK}
      send={(form) => adminApi.post("plans", { ...fieldsOf(form), currency: form.currency })}
      onDone={({ id }) => go(`/plans/${id}`)}
      fields={(form) => <PlanFields form={form} isNew />}
    />
  );
}

/** A change, with what it would mean to those who are on the plan. */
export const ChangePlan = ({ plan }: { readonly plan: PlanWithVersions }) => (
  <FormDialog<PlanForm, Plan>
    label="Change"
    title={`Change ${plan.name}`}
    act="Save"
    size="xl"
    done="The plan is changed"
    initial={() => beginningOf(plan)}
    send={(form) => adminApi.patch(`plans/${plan.id}`, changeOf(form))}
    fields={(form) => (
      <>
        <PlanFields form={form} isNew={false} />
        <TextInput
          type="datetime-local"
          label="From"
          description="Empty: from now on. With a date only the terms change; name, who sees it and limits stay."
          {...form.text("valid_from")}
        />
        <Text size="sm" c="dimmed">
          It holds from then on for those who subscribe anew, and for cycles of those who have the plan by default. Who
          has subscribed stays on their version until they are migrated, and then changes with their next cycle.
        </Text>
        <PlanEffect plan={plan} form={form.values} />
      </>
    )}
  />
);

/** Nobody can choose it any more, now or from a date on. */
export const ArchivePlan = ({ plan }: { readonly plan: Plan }) => (
  <FormDialog
    label="Archive"
    title={`Archive ${plan.name}?`}
    act="Archive"
    variant="default"
    done="The plan is archived"
    initial={() => ({ valid_from: "" })}
    send={({ valid_from }) =>
      adminApi.patch(`plans/${plan.id}`, {
        archived: true,
        ...(valid_from && { valid_from: new Date(valid_from).toISOString() }),
      })
    }
    fields={(form) => (
      <>
        <Text size="sm">Nobody can choose it any more. Whoever is on it stays on it.</Text>
        <TextInput type="datetime-local" label="From" description="Empty: from now on." {...form.text("valid_from")} />
      </>
    )}
  />
);
