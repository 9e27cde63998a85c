import type { Payer } from "../http/principal.ts";
import { type Instant, iso, isoOrNull, SECOND } from "../kernel/clock.ts";
import { Problem, type ProblemCode } from "../kernel/problems.ts";
import { isShort } from "../kernel/windows.ts";
import type { Refusal } from "./books.ts";

/**
 * A refusal of the ledger as the caller meets it: a limit of a minute or an hour is a matter of waiting (429 with
 * `retry-after`), everything longer is quota (402, which clients must not retry).
 */
export function problemOfRefusal(
  refusal: Refusal,
  { currency, at, standing }: { currency: string; at: Instant; standing?: Standing },
): Problem {
  if (refusal.by === "grants") {
    const { needed_micros, remaining_micros } = refusal;
    const facts = `This request may need up to ${amount(needed_micros, currency)}, and ${amount(remaining_micros, currency)} of credit is left.`;
    const { code, advice } = standing ? exhausted(standing) : PLAIN;
    const stands = standing?.payer.standing ?? "ok";
    return new Problem(code, {
      message: `${facts} ${advice}`,
      details: {
        remaining_micros,
        needed_micros,
        currency,
        resets_at: isoOrNull(standing?.payer.cycle_end),
        blocked_by: blockedByGrants(stands),
        topup_url: TOPUP_PATH,
      },
      headers: NO_RETRY,
    });
  }

  const { counter, limit_id, needed, remaining } = refusal;
  const { metric, window, window_end, models } = counter;
  const resets_at = window_end === null ? null : iso(window_end);
  const blocked_by = {
    kind: "limit",
    limit_id,
    metric,
    window,
    amount: refusal.amount,
    models: models ? models.split(",") : [],
  };
  const told = (figure: number) =>
    metric === "spend_micros" ? amount(figure, currency) : `${figure} ${metric.replace("_", " ")}`;
  const what = `the limit of ${told(refusal.amount)} per ${window}`;
  const facts = `This request may need ${told(needed)}, and ${told(remaining)} ${remaining === 1 ? "is" : "are"} left of ${what}.`;
  if (isShort(window)) {
    const seconds = Math.max(1, Math.ceil((window_end! - at) / SECOND));
    return new Problem("rate_limited", {
      message:
        needed > refusal.amount
          ? `This request may need ${told(needed)}, more than ${what} ever allows.`
          : `${facts} Wait ${seconds} s.`,
      details: { needed, remaining, resets_at, blocked_by },
      headers: { "retry-after": String(seconds), ...(needed > refusal.amount && NO_RETRY) },
    });
  }
  const money =
    metric === "spend_micros" ? { remaining_micros: remaining, needed_micros: needed } : { remaining, needed };
  return new Problem("quota_exhausted", {
    message: resets_at ? `${facts} It resets at ${resets_at}.` : facts,
    details: { ...money, currency, resets_at, blocked_by, topup_url: null },
    headers: NO_RETRY,
  });
}

/** Where a customer tops up and pays: a path of ours, which the answer makes a whole address. */
export const TOPUP_PATH = "/portal";

/** Why grants do not cover a call: how the payer stands, where that is the cause, else that they are used up. */
export const blockedByGrants = (standing: Payer["standing"]) =>
  standing === "ok" ? ({ kind: "grants" } as const) : ({ kind: "standing", standing } as const);

/** How the payer stands, and on what terms: why its grants did not cover a request. */
export interface Standing {
  readonly payer: Payer;
  readonly terms: { readonly overage: { readonly enabled: boolean }; readonly collection: string } | null;
}

const PLAIN = { code: "quota_exhausted" as const, advice: "Ask for less (a smaller max_tokens) or add credit." };

function exhausted({ payer, terms }: Standing): { readonly code: ProblemCode; readonly advice: string } {
  if (payer.standing === "halted")
    return { code: "subscription_halted", advice: "The subscription is halted: pay what is open, or top up." };
  if (payer.standing === "unsubscribed")
    return { code: "no_subscription", advice: "There is no subscription in force: choose a plan, or top up." };
  if (terms?.overage.enabled) {
    const advice = "What may be spent beyond the plan is used up: pay what is open, or top up.";
    return { code: "spend_cap_reached", advice };
  }
  return terms?.collection === "prepaid" ? { code: "wallet_empty", advice: "Top up to go on." } : PLAIN;
}

/** Whoever owes for too long, or whose payment was taken back, is served again when it is paid. */
export const suspended = (): Problem =>
  new Problem("subscription_halted", {
    message:
      "Service is suspended because an invoice is open. Pay it to go on: GET /api/billing says which, and where.",
    details: { blocked_by: blockedByGrants("suspended"), topup_url: TOPUP_PATH },
    headers: NO_RETRY,
  });

const NO_RETRY = { "x-should-retry": "false" };

/** Micros for a person, to four places: enough to see the smallest request. */
const amount = (micros: number, currency: string): string => `${currency} ${(micros / 1_000_000).toFixed(4)}`;
