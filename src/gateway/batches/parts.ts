import type { GatewayParts } from "../parts.ts";

/** What looking after batches takes: the poller has these, and every request has them too. */
export type BatchParts = Pick<
  GatewayParts,
  "db" | "clock" | "catalogs" | "ledger" | "claude" | "outcomes" | "secrets" | "log"
>;
