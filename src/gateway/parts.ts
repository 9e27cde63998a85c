import type { Logger } from "pino";
import type { AuthenticateParts } from "../tenants/authenticate.ts";
import type { Secrets } from "../tenants/seal.ts";
import type { AdmitParts } from "./admit.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Unsettled } from "./unsettled.ts";
import type { Claude } from "./upstream.ts";

/** Everything the hot path is made of. */
export interface GatewayParts extends AdmitParts, AuthenticateParts {
  readonly claude: Claude;
  readonly checkpoints: Checkpoints;
  readonly unsettled: Unsettled;
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
