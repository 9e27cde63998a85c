import { SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { ApiError } from "../shared/api.ts";
import { instantAlsoIn, micros } from "../shared/format.ts";
import { Trouble } from "../shared/Trouble.tsx";
import { useQuota } from "./billing/queries.ts";
import type { Quota } from "./billing/types.ts";
import { amountInUnits } from "./billing/words.ts";
import classes from "./portal.module.css";
import { useSession } from "./session.tsx";
import { ThisMonth } from "./usage/ThisMonth.tsx";

/** What is left for somebody who does not see to the billing. */
export function Remaining() {
  const quota = useQuota();
  // Where each user pays, a key without a user has nothing of its own: it is there to look at all of them.
  const paysNobody = quota.error instanceof ApiError && quota.error.code === "user_required";
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: paysNobody ? 1 : 2 }}>
        {paysNobody ? null : quota.data ? (
          <Left quota={quota.data} />
        ) : quota.error ? (
          <Trouble error={quota.error} title="What is left cannot be shown" onRetry={() => void quota.refetch()} />
        ) : (
          <Skeleton height={160} radius="lg" role="status" aria-label="Loading" />
        )}
        <ThisMonth />
      </SimpleGrid>
    </Stack>
  );
}

function Left({ quota }: { readonly quota: Quota }) {
  const { remaining_micros, currency, resets_at, blocked_by, unit } = quota;
  const { timezone } = useSession().me.tenant;
  return (
    <section className={classes.card} aria-labelledby="left-title">
      <Title order={2} size="h5" c="dimmed" fw={550} id="left-title">
        Left to use
      </Title>
      <p className={classes.figure} data-testid="remaining">
        {micros(remaining_micros, currency)}
      </p>
      <Text size="sm" c="dimmed">
        {unit && `About ${amountInUnits(remaining_micros, unit)}. `}
        {resets_at ? `It begins anew ${instantAlsoIn(resets_at, timezone)}.` : "It does not reset by itself."}
      </Text>
      {blocked_by && (
        <Text size="sm" c="red" mt="xs">
          {BLOCKED[blocked_by.kind]}
        </Text>
      )}
    </section>
  );
}

const BLOCKED = {
  grants: "Everything is used up: whoever keeps this account can add more.",
  standing: "Service is stopped: whoever keeps this account can see why.",
  limit: "A limit of this account is reached.",
} as const;
