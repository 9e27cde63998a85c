import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Quantities } from "../catalog/meters.ts";
import { METERS } from "../catalog/meters.ts";

/** What an operator watches (Prometheus). Labels have few values: no tenant, no key, no model that a caller could invent. */
export interface Metrics {
  readonly registry: Registry;
  settled(call: {
    readonly route: string;
    readonly ended: string;
    readonly source: string;
    readonly quantities: Quantities;
    readonly cost_micros_usd: number;
    readonly uncovered_micros: number;
    readonly first_byte_ms: number | null;
  }): void;
  /** An event type in a stream that this build does not know. */
  unknownEvent(): void;
  committed(operations: number): void;
  /** A webhook of Razorpay's that none of the account's secrets signed. */
  webhookRefused(account_id: string): void;
}

/** `gauges` are asked when somebody looks. */
export function openMetrics(
  gauges: Readonly<Record<string, { readonly help: string; readonly value: () => number }>>,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "tollgate_" });
  const registers = [registry];
  const calls = new Counter({
    name: "tollgate_calls_total",
    help: "Settled calls, by route, how they ended and how they were counted",
    labelNames: ["route", "ended", "source"],
    registers,
  });
  const units = new Counter({
    name: "tollgate_units_total",
    help: "Tokens (and searches) by meter",
    labelNames: ["meter"],
    registers,
  });
  const cost = new Counter({
    name: "tollgate_cost_micros_usd_total",
    help: "What the provider charges, micro-USD",
    registers,
  });
  const uncovered = new Counter({
    name: "tollgate_uncovered_micros_total",
    help: "Spend that no grant covered, micros of the tenants' currencies",
    registers,
  });
  const firstByte = new Histogram({
    name: "tollgate_first_byte_seconds",
    help: "From sending a call upstream to the headers of its answer",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const unknown = new Counter({
    name: "tollgate_unknown_stream_events_total",
    help: "Stream events of unknown types",
    registers,
  });
  const commits = new Histogram({
    name: "tollgate_group_commit_operations",
    help: "Ledger operations in one commit",
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
    registers,
  });
  const refused = new Counter({
    name: "tollgate_webhooks_refused_total",
    help: "Webhooks that were signed with none of their account's secrets, by whose account it is",
    labelNames: ["account"],
    registers,
  });
  for (const [name, { help, value }] of Object.entries(gauges)) {
    new Gauge({
      name: `tollgate_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }

  return {
    registry,
    settled({ route, ended, source, quantities, cost_micros_usd, uncovered_micros, first_byte_ms }) {
      calls.inc({ route, ended, source });
      for (const meter of METERS) if (quantities[meter]) units.inc({ meter }, quantities[meter]);
      cost.inc(Math.max(0, cost_micros_usd));
      uncovered.inc(uncovered_micros);
      if (first_byte_ms !== null) firstByte.observe(first_byte_ms / 1_000);
    },
    unknownEvent: () => unknown.inc(),
    webhookRefused: (account_id) => refused.inc({ account: account_id === "operator" ? "operator" : "tenant" }),
    committed: (operations) => commits.observe(operations),
  };
}
