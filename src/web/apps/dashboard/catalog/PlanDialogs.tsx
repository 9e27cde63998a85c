import { Text } from "@mantine/core";
import { useLocation } from "wouter";
import type { Plan } from "../../shared/openapi.ts";
import { FormDialog } from "../kit/FormDialog.tsx";
import { adminApi } from "../session.tsx";
import { PlanEffect } from "./PlanEffect.tsx";
import { PlanFields } from "./PlanFields.tsx";
import { BLANK, fieldsOf, formOf, type PlanForm } from "./plan-form.ts";

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
export const ChangePlan = ({ plan }: { readonly plan: Plan }) => (
  <FormDialog<PlanForm, Plan>
    label="Change"
    title={`Change ${plan.name}`}
    act="Save"
    size="xl"
    done="The plan is changed"
    initial={() => formOf(plan)}
    send={(form) => adminApi.patch(`plans/${plan.id}`, fieldsOf(form))}
    fields={(form) => (
      <>
        <PlanFields form={form} isNew={false} />
        <Text size="sm" c="dimmed">
          It holds from now on for those who subscribe anew. Who is on the plan stays on their version until they are
          migrated, and then changes with their next cycle.
        </Text>
        <PlanEffect plan={plan} form={form.values} />
      </>
    )}
  />
);
