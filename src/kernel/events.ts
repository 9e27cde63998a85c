/**
 * Every event that the outside is told of, as the contract names it: how much it matters, and whether a tenant's own endpoint may hear of it.
 * `operator` are those that speak of the operator's costs, its provider or its collector.
 */
export const EVENTS = {
  "subscription.updated": ["info", "tenant"],
  "invoice.issued": ["info", "tenant"],
  "invoice.paid": ["info", "tenant"],
  "invoice.reminder": ["info", "tenant"],
  "invoice.final_notice": ["warning", "tenant"],
  "invoice.overdue": ["warning", "tenant"],
  "payment.requested": ["info", "tenant"],
  "payment.failed": ["warning", "tenant"],
  "customer.suspended": ["warning", "tenant"],
  "customer.reinstated": ["info", "tenant"],
  "credit.expired": ["info", "tenant"],
  "wallet.topup_proposed": ["info", "tenant"],

  "quota.threshold": ["info", "tenant"],
  "quota.exhausted": ["warning", "tenant"],
  "wallet.low": ["warning", "tenant"],
  "spend.anomaly": ["warning", "tenant"],
  "subscription.ending": ["warning", "tenant"],
  "mandate.expiring": ["warning", "tenant"],

  "cost.threshold": ["warning", "operator"],
  "margin.negative": ["critical", "operator"],
  "reconciliation.finding": ["warning", "operator"],
  "webhooks.silent": ["critical", "operator"],
  "upstream.refused": ["critical", "operator"],
  "upstream.errors": ["critical", "operator"],
  "signups.surge": ["warning", "operator"],
  "free.refusals": ["info", "operator"],
} as const satisfies Record<string, readonly [severity: Severity, audience: "tenant" | "operator"]>;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

const known = (type: string) => (type in EVENTS ? EVENTS[type as EventType] : null);

/** What an older build wrote down, and this one has no name for, is of little weight, and the operator's alone. */
export const severityOf = (type: string): Severity => known(type)?.[0] ?? "info";
export const isForTenants = (type: string): boolean => known(type)?.[1] === "tenant";
