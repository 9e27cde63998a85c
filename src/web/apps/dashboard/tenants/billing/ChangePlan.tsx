import { Button, Group, Modal, SegmentedControl, Select, Skeleton, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { previewOf } from "../../../shared/change.ts";
import { day, micros, paise, price } from "../../../shared/format.ts";
import { useTell } from "../../../shared/notice.tsx";
import type { SubscriptionForAdmin } from "../../../shared/openapi.ts";
import { Trouble } from "../../../shared/Trouble.tsx";
import { useRefresh } from "../../kit/act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { adminApi } from "../../session.tsx";
import { type Door, useOffered } from "./queries.ts";

interface Asked {
  readonly door: Door;
  readonly of: SubscriptionForAdmin;
  readonly currency: string;
}

/** Another plan, now or with the next cycle. What it would do is shown before it is done. */
export function ChangePlan(asked: Asked) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        Change plan
      </Button>
      <Modal
        {...{ opened, title: "Change plan" }}
        onClose={close}
        closeButtonProps={{ "aria-label": "Close" }}
        classNames={{ title: "dialog-title" }}
      >
        <Choice {...asked} onClose={close} />
      </Modal>
    </>
  );
}

function Choice({ door, of, currency, onClose }: Asked & { readonly onClose: () => void }) {
  const offered = useOffered(currency).filter(({ id }) => id !== of.plan_id);
  const [plan_id, setPlan] = useState<string | null>(null);
  const [when, setWhen] = useState<"now" | "cycle_end">("cycle_end");
  const tell = useTell();
  const refresh = useRefresh();
  const path = `${door}/subscription/change` as const;
  const preview = useQuery({
    queryKey: ["change", door, plan_id, when],
    queryFn: async () => previewOf(await adminApi.post(path, { plan_id: plan_id ?? "", when, preview: true })),
    enabled: plan_id !== null,
    staleTime: 0,
  });
  const changing = useMutation({
    mutationFn: () => adminApi.post(path, { plan_id: plan_id ?? "", when }),
    onSuccess: async () => {
      onClose();
      tell({ tone: "good", title: "The change of plan is on its way" });
      await refresh();
    },
  });
  return (
    <Stack>
      <Select
        label="Plan"
        data-autofocus
        data={offered.map(({ id, name, price_paise }) => ({
          value: id,
          label: `${name} (${price(price_paise, currency)})`,
        }))}
        value={plan_id}
        onChange={setPlan}
      />
      <SegmentedControl
        aria-label="When"
        data={[
          { value: "cycle_end", label: "With the next cycle" },
          { value: "now", label: "Now" },
        ]}
        value={when}
        onChange={(when) => setWhen(when as "now" | "cycle_end")}
      />
      {preview.error && plan_id && <Trouble error={preview.error} title="This change is not possible" />}
      {preview.isFetching && <Skeleton height={90} role="status" aria-label="Working out what it would do" />}
      {preview.data && !preview.isFetching && plan_id && (
        <Facts
          of={{
            "Paid now": paise(preview.data.pay_now_paise, preview.data.currency),
            "Paid each cycle": paise(preview.data.pay_each_cycle_paise, preview.data.currency),
            Included: micros(preview.data.included_micros, preview.data.currency),
            Credited:
              preview.data.credit &&
              `${micros(preview.data.credit.credit_micros, preview.data.currency)} for ${preview.data.credit.days_left} unused days`,
            Begins: preview.data.starts_at ? day(preview.data.starts_at) : "as soon as it is approved",
            Approval: preview.data.needs_approval ? "the customer approves it at Razorpay first" : "none is needed",
          }}
        />
      )}
      {changing.error && <Trouble error={changing.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} disabled={changing.isPending}>
          Not now
        </Button>
        <Button
          onClick={() => changing.mutate()}
          loading={changing.isPending}
          disabled={!preview.data || preview.isFetching || plan_id === null}
        >
          Change plan
        </Button>
      </Group>
    </Stack>
  );
}
