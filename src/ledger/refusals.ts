import { type Instant, iso, SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { isShort } from "../kernel/windows.ts";
import type { Refusal } from "./books.ts";

/**
 * A refusal of the ledger as the caller meets it: a limit of a minute or an hour is a matter of waiting (429 with
 * `retry-after`), everything longer is quota (402, which clients must not retry).
 */
export function problemOfRefusal(refusal: Refusal, { currency, at }: { currency: string; at: Instant }): Problem {
  if (refusal.by === "grants") {
    const { needed_micros, remaining_micros } = refusal;
    return new Problem("quota_exhausted", {
      message: `This request may need up to ${amount(needed_micros, currency)}, and ${amount(remaining_micros, currency)} of credit is left. Ask for less (a smaller max_tokens) or add credit.`,
      details: {
        remaining_micros,
        needed_micros,
        currency,
        resets_at: null,
        blocked_by: { kind: "grants" },
        topup_url: null,
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

const NO_RETRY = { "x-should-retry": "false" };

/** Micros for a person, to four places: enough to see the smallest request. */
const amount = (micros: number, currency: string): string => `${currency} ${(micros / 1_000_000).toFixed(4)}`;
