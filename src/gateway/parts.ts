import type { Logger } from "pino";
import type { Outcomes } from "../alerts/outcomes.ts";
import type { Database } from "../db/database.ts";
import type { Idempotency } from "../http/idempotency.ts";
import type { AuthenticateParts } from "../tenants/authenticate.ts";
import type { Secrets } from "../tenants/seal.ts";
import type { AdmitParts } from "./admit.ts";
import type { Batches } from "./batches/poll.ts";
import type { SchemaChecker } from "./chat-schema-checker.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Metrics } from "./metrics.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { Paces } from "./pace.ts";
import type { Turnstile } from "./turnstile.ts";
import type { Unsettled } from "./unsettled.ts";
import type { Claude } from "./upstream.ts";

/** Everything the hot path is made of. */
export interface GatewayParts extends AdmitParts, AuthenticateParts {
  readonly db: Database;
  readonly claude: Claude;
  readonly checkpoints: Checkpoints;
  readonly unsettled: Unsettled;
  readonly openStreams: OpenStreams;
  readonly metrics: Metrics;
  readonly outcomes: Outcomes;
  readonly paces: Paces;
  readonly turnstile: Turnstile;
  readonly idempotency: Idempotency;
  readonly schemas: SchemaChecker;
  readonly batches: Batches;
  /** Our own URL as the outside knows it; without it, the one that was asked. */
  readonly publicUrl?: string;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly defaults: {
    readonly onDisconnect: "abort" | "drain";
    readonly model: string;
    readonly max_tokens: number;
    /** For the simple routes: tries after an upstream 429 or 5xx. */
    readonly retriesMax: number;
  };
}
