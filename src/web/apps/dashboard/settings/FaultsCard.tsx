import { Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { sentence } from "../../shared/format.ts";
import { useTell } from "../../shared/notice.tsx";
import type { Routes } from "../../shared/openapi.ts";
import { useRefresh } from "../kit/act.tsx";
import { Card } from "../kit/Card.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { titled } from "../kit/words.ts";
import { adminApi, useSession } from "../session.tsx";

type Faults = Routes["GET /api/admin/sandbox/faults"]["answer"];
type Side = keyof Faults["choices"];
type Fault = Routes["POST /api/admin/sandbox/faults"]["body"];

const SIDES: readonly (readonly [side: Side, title: string])[] = [
  ["provider", "The provider"],
  ["reports", "The provider's reports"],
  ["razorpay", "Razorpay's API"],
  ["webhooks", "Razorpay's webhooks"],
  ["money", "Razorpay's payments"],
];

const WORDS: Readonly<Record<string, string>> = {
  "provider.overloaded": "is overloaded (529)",
  "provider.rate_limited": "limits our rate (429)",
  "provider.failing": "fails (500)",
  "provider.refuses_key": "refuses our key (401)",
  "provider.slow": "is five seconds late with the first byte",
  "provider.cut": "cuts streams after five pieces",
  "provider.breaks_off": "breaks streams off with an error",
  "reports.missing_day": "say nothing of today (UTC)",
  "reports.late_rows": "do not know yet what is used from now on",
  "reports.other_price": "charge a quarter more than the list",
  "razorpay.failing": "fails (500)",
  "razorpay.rate_limited": "limits our rate (429)",
  "razorpay.unreachable": "cannot be reached",
  "razorpay.answer_lost": "does what is asked, and its answer is lost",
  "razorpay.slow": "is five seconds late",
  "webhooks.lost": "are lost",
  "webhooks.twice": "come twice",
  "webhooks.late": "come an hour late",
  "webhooks.overtaking": "overtake each other",
  "webhooks.forged": "are signed with another secret",
  "money.unknown_payment": "have one more that says it is ours, at once",
  "money.short_settlement": "are paid out short by a fee, the next time",
};

/** What can be broken. Each stays broken until it is mended, or this gateway is started anew. */
export function FaultsCard() {
  const { mayChange } = useSession();
  const tell = useTell();
  const refresh = useRefresh();
  const faults = useQuery({
    queryKey: ["sandbox", "faults"],
    queryFn: () => adminApi.get("sandbox/faults"),
  });
  const turning = useMutation({
    mutationFn: async ({ of, fault, on }: { of: Side; fault: string; on: boolean }) => {
      if (on) await adminApi.post("sandbox/faults", { of, fault } as Fault);
      else await adminApi.remove(`sandbox/faults/${of}.${fault}`);
    },
    onSettled: refresh,
    onError: ({ message }) => tell({ tone: "bad", title: "It is as it was", text: sentence(message) }),
  });
  return (
    <Card title="Break things">
      <Loaded of={faults} height={300}>
        {({ data, choices }) => (
          <Stack>
            {SIDES.map(([side, title]) => (
              <fieldset key={side} style={{ border: 0, margin: 0, padding: 0 }}>
                <Text component="legend" size="sm" fw={600} mb={6}>
                  {title}
                </Text>
                <Stack gap={8}>
                  {choices[side].map((fault) => (
                    <Switch
                      key={fault}
                      size="sm"
                      color="red"
                      label={WORDS[`${side}.${fault}`] ?? titled(fault)}
                      disabled={!mayChange || turning.isPending}
                      checked={data.some(({ of, fault: broken }) => of === side && broken === fault)}
                      onChange={(event) => turning.mutate({ of: side, fault, on: event.currentTarget.checked })}
                    />
                  ))}
                </Stack>
              </fieldset>
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
