import { useQuery } from "@tanstack/react-query";
import { count } from "../../shared/format.ts";
import type { Routes } from "../../shared/openapi.ts";
import { Card } from "../kit/Card.tsx";
import { Facts } from "../kit/Facts.tsx";
import { Loaded } from "../kit/Loaded.tsx";
import { adminApi } from "../session.tsx";

const POLL_MS = 3_000;

/** By the keys it was asked with. */
type Tally = Routes["GET /api/admin/sandbox/tally"]["answer"];
const SERVED = [
  ["requests", "Requests"],
  ["inputTokens", "Input tokens"],
  ["cacheRead", "Read from the cache"],
  ["outputTokens", "Output tokens"],
] as const;
const sumOf = ({ totals }: Tally, name: (typeof SERVED)[number][0]): number =>
  Object.values(totals).reduce((sum, served) => sum + served[name], 0);

/** What the simulator of the provider counted since it was started: what our meters must agree with. */
export function ServedCard() {
  const tally = useQuery({
    queryKey: ["sandbox", "tally"],
    queryFn: () => adminApi.get("sandbox/tally"),
    refetchInterval: POLL_MS,
  });
  return (
    <Card title="What the provider has served">
      <Loaded of={tally} height={140}>
        {(tally) => (
          <Facts
            of={{
              "Under way now": count(tally.in_flight),
              ...Object.fromEntries(SERVED.map(([name, label]) => [label, count(sumOf(tally, name))])),
            }}
          />
        )}
      </Loaded>
    </Card>
  );
}
