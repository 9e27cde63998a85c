import { HOUR } from "../kernel/clock.ts";
import type { SandboxRule } from "./anthropic/server.ts";
import type { Fault } from "./razorpay/faults.ts";
import type { WebhookFaults } from "./razorpay/webhooks.ts";

/** What can be broken by hand, by the name it is asked for. Each holds until it is taken away. */

export const PROVIDER: Readonly<Record<string, SandboxRule>> = {
  overloaded: { status: 529 },
  rate_limited: { status: 429, retry_after: 5 },
  failing: { status: 500 },
  refuses_key: { status: 401 },
  slow: { first_byte_ms: 5_000 },
  cut: { cut_after: 5 },
  breaks_off: { overloaded_after: 5 },
};

export const RAZORPAY: Readonly<Record<string, Fault>> = {
  failing: "500",
  rate_limited: "429",
  unreachable: "drop",
  answer_lost: "commit-then-drop",
  slow: { slowMs: 5_000 },
};

export const WEBHOOKS: Readonly<Record<string, WebhookFaults>> = {
  lost: { drop: () => true },
  twice: { copies: () => 2 },
  late: { delayMs: () => HOUR },
  overtaking: { reorderMs: HOUR },
  forged: { secret: () => "not the secret" },
};
