import { List, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm } from "../../shared/Confirm.tsx";
import { previewOf } from "../../shared/change.ts";
import { day, micros, paise } from "../../shared/format.ts";
import { Trouble } from "../../shared/Trouble.tsx";
import { useSession } from "../session.tsx";
import type { ChangePreview, CurrentSubscription, Plan } from "./types.ts";
import { useSubscribe } from "./use-subscribe.ts";
import { periodOf } from "./words.ts";

const WHEN = {
  cycle_end: { act: "change_at_cycle_end", label: "When the cycle ends" },
  now: { act: "change_now", label: "Now" },
} as const;
type When = keyof typeof WHEN;

/** Another plan: what it would cost and when it would begin, before it is agreed to. */
export function ChangeDialog({
  plan,
  subscription,
  onClose,
}: {
  readonly plan: Plan;
  readonly subscription: CurrentSubscription;
  readonly onClose: () => void;
}) {
  const { api } = useSession();
  const choices = (Object.keys(WHEN) as When[]).filter((when) => subscription.possible.includes(WHEN[when].act));
  const [when, setWhen] = useState<When>(choices[0] ?? "now");
  const preview = useQuery({
    queryKey: ["change", plan.id, when],
    queryFn: async () =>
      previewOf(await api.post("billing/subscription/change", { plan_id: plan.id, when, preview: true })),
    staleTime: 0,
  });
  const { change, isPending, error } = useSubscribe();
  return (
    <Confirm
      opened
      title={`Change to ${plan.name}?`}
      act={preview.data?.needs_approval ? "Go to Checkout" : `Change to ${plan.name}`}
      busy={isPending}
      blocked={!preview.data}
      error={error}
      onConfirm={() => change(plan, when, onClose)}
      onClose={onClose}
    >
      {choices.length > 1 && (
        <SegmentedControl
          fullWidth
          mb="md"
          aria-label="When"
          value={when}
          onChange={(next) => setWhen(next as When)}
          data={choices.map((value) => ({ value, label: WHEN[value].label }))}
        />
      )}
      {preview.data ? (
        <Effects preview={preview.data} plan={plan} />
      ) : preview.error ? (
        <Trouble error={preview.error} title="That change cannot be made" />
      ) : (
        <Skeleton height={72} role="status" aria-label="Loading" />
      )}
    </Confirm>
  );
}

function Effects({ preview, plan }: { readonly preview: ChangePreview; readonly plan: Plan }) {
  const { when, starts_at, pay_now_paise, pay_each_cycle_paise, credit, needs_approval, currency } = preview;
  return (
    <>
      <List size="sm" spacing={6}>
        <List.Item>
          {starts_at ? `It begins on ${day(starts_at)}.` : "It begins as soon as it is approved."}
          {when === "cycle_end" && " Until then everything stays as it is."}
        </List.Item>
        {pay_now_paise > 0 && <List.Item>You pay {paise(pay_now_paise, currency)} now, with GST.</List.Item>}
        {credit && credit.credit_micros > 0 && (
          <List.Item>
            The {credit.days_left} days that are left of your plan become {micros(credit.credit_micros, currency)} of
            credit.
          </List.Item>
        )}
        {pay_each_cycle_paise > 0 && (
          <List.Item>
            From then on, {paise(pay_each_cycle_paise, currency)} every {periodOf(plan)}, with GST.
          </List.Item>
        )}
      </List>
      {needs_approval && (
        <Text size="sm" c="dimmed" mt="sm">
          You approve it at Checkout. Your present plan ends only when that is done.
        </Text>
      )}
    </>
  );
}
