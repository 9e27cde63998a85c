import { HOUR, iso, MINUTE } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { FAILURES, type Outcome } from "./outcomes.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings, Bounds } from "./settings.ts";
import { sumOutcomes } from "./store.ts";

/** Tells of the provider's failures: the share of calls that failed within the window (at most once an hour). */
export async function lookAtUpstream(
  parts: AlertParts,
  { window_minutes, calls_min, share_min }: AlertSettings["upstream_errors"],
): Promise<void> {
  const now = parts.clock.now();
  const counts = new Map<Outcome, number>();
  for (const { outcome, calls } of await sumOutcomes(parts.db.read, now - window_minutes * MINUTE))
    counts.set(outcome, calls + (counts.get(outcome) ?? 0));
  const sent = counts.get("sent") ?? 0;
  const failures = FAILURES.map((name) => [name, counts.get(name) ?? 0] as const).filter(([, calls]) => calls > 0);
  const failed = failures.reduce((sum, [, calls]) => sum + calls, 0);
  if (sent < calls_min || failed < share_min * sent) return;
  await raise(parts, [
    {
      ...{ type: "upstream.errors", dedupe: `upstream.errors ${hourOf(now)}`, tenant_id: null },
      data: {
        ...{ window_minutes, calls: sent, failed, share: Math.round((failed / sent) * 10_000) / 10_000 },
        failures: Object.fromEntries(failures),
      },
    },
  ]);
}

/** Tells that the provider refuses the operator's key or account, or a tenant's own (at most once an hour for each): nobody else can mend that. */
export async function lookAtRefusedKeys(parts: AlertParts): Promise<void> {
  const now = parts.clock.now();
  const found = await sumOutcomes(parts.db.read, hourOf(now));
  const operators = found.filter(({ outcome }) => outcome === "upstream_refused");
  const calls = operators.reduce((sum, row) => sum + row.calls, 0);
  const type = "upstream.refused" as const;
  if (calls)
    await raise(parts, [{ type, dedupe: `${type} ${hourOf(now)}`, tenant_id: null, data: { key: "operator", calls } }]);
  await raise(
    parts,
    found
      .filter(({ outcome }) => outcome === "upstream_refused_own")
      .map(({ tenant_id, calls }) => ({
        ...{ type, dedupe: `${type} ${tenant_id} ${hourOf(now)}`, tenant_id },
        data: { key: "tenant", calls },
      })),
  );
}

/** Tells of tenants whose free plans refuse much within an hour: abuse, or customers who want to buy. Once a day. */
export async function lookAtFreeRefusals(parts: AlertParts, bounds: Bounds<"free_refusals">): Promise<void> {
  const now = parts.clock.now();
  const refused = new Map<TenantId, number>();
  for (const { tenant_id, outcome, calls } of await sumOutcomes(parts.db.read, now - HOUR))
    if (outcome === "free_refused") refused.set(tenant_id, calls);
  await raise(
    parts,
    [...refused]
      .filter(([tenant_id, calls]) => {
        const { enabled, hour_min } = bounds.of(tenant_id);
        return enabled && calls >= hour_min;
      })
      .map(([tenant_id, calls]) => ({
        ...{ type: "free.refusals" as const, dedupe: `free.refusals ${tenant_id} ${iso(now).slice(0, 10)}`, tenant_id },
        data: { refused: calls },
      })),
  );
}

const hourOf = (at: number): number => at - (at % HOUR);
