import type { Job } from "../../shared/openapi.ts";
import { adminApi } from "../session.tsx";

export const POLL_MS = 10_000;
/** In the sandbox a moved clock makes everything late for a moment. */
const LATE_MS = 15 * 60_000;
export const isStuck = ({ late_ms }: Job): boolean => late_ms > LATE_MS;

/** One thing that is looked at, what was found, and where it is put right. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  readonly found: string;
  readonly href?: string;
}

interface Some {
  readonly data: readonly unknown[];
  readonly has_more?: boolean;
}
const howMany = ({ data, has_more }: Some): string => `${data.length}${has_more ? " or more" : ""}`;

/** What `tollgate` itself would be asked: each answer with what to do about it. */
export async function runChecks(): Promise<readonly Check[]> {
  const [ready, jobs, nodes, sellers, rates, failed, refused, alerts, endpoints, runs] = await Promise.all([
    adminApi.get("/readyz").catch((error: Error) => error),
    adminApi.get("jobs"),
    adminApi.get("nodes"),
    adminApi.get("sellers"),
    adminApi.get("fx_rates?limit=100"),
    adminApi.get("webhooks?status=failed&limit=100"),
    adminApi.get("claims?status=refused&limit=100"),
    adminApi.get("alerts?severity=critical&acknowledged=false&limit=100"),
    adminApi.get("endpoints?limit=1000"),
    adminApi.get("reconciliations?limit=1"),
  ]);
  const bad = jobs.data.filter((job) => job.last_error !== null || isStuck(job));
  const failing = endpoints.data.filter(({ failing_since }) => failing_since !== null);
  const [last] = runs.data;
  const left = last ? last.findings_count - last.repaired_count : 0;
  const none = (rows: Some, name: string, found: string, href: string, worst: Check["state"] = "failed") =>
    rows.data.length === 0
      ? { name, state: "ok" as const, found: "none", href }
      : { name, state: worst, found: `${howMany(rows)} ${found}`, href };
  return [
    ready instanceof Error
      ? { name: "Database", state: "failed", found: ready.message }
      : { name: "Database", state: "ok", found: "answers, with the tables that it should have" },
    {
      name: "Nodes",
      state: nodes.data.every(({ alive }) => alive) ? "ok" : "warning",
      found: `${nodes.data.filter(({ alive }) => alive).length} of ${nodes.data.length} alive`,
    },
    bad.length === 0
      ? { name: "Timed work", state: "ok", found: `all ${jobs.data.length} jobs in time` }
      : { name: "Timed work", state: "failed", found: bad.map(({ id }) => id).join(", ") },
    sellers.data.length > 0
      ? { name: "Seller", state: "ok", found: "set: invoices can be issued", href: "/sellers" }
      : { name: "Seller", state: "warning", found: "none: nothing can be billed", href: "/sellers" },
    rates.data.some(({ currency }) => currency === "INR")
      ? { name: "Rupees for a dollar", state: "ok", found: "set", href: "/prices/rates" }
      : {
          name: "Rupees for a dollar",
          state: "warning",
          found: "not set: no plan in INR works",
          href: "/prices/rates",
        },
    none(failed, "Webhooks that fail", "could not be applied", "/webhooks?status=failed"),
    none(refused, "Calls that Razorpay refused", "were refused", "/webhooks", "warning"),
    none(alerts, "Critical alerts", "nobody has taken note of", "/alerts?severity=critical&acknowledged=false"),
    failing.length === 0
      ? { name: "Endpoints", state: "ok", found: "all take what is sent", href: "/endpoints" }
      : {
          name: "Endpoints",
          state: "warning",
          found: `deliveries to ${failing.length} of them fail`,
          href: "/endpoints",
        },
    last === undefined
      ? { name: "Reconciliation", state: "warning", found: "never run", href: "/reconciliations" }
      : {
          ...{ name: "Reconciliation", href: "/reconciliations", state: left === 0 ? "ok" : "warning" },
          found: left === 0 ? "the last run left nothing open" : `the last run left ${left} findings open`,
        },
  ];
}
