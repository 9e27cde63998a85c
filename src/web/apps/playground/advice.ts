import type { ApiError } from "../shared/api.ts";
import { duration, exact, instant } from "../shared/format.ts";

const ADVICE: Readonly<Record<string, string>> = {
  missing_credentials: "Enter an API key under Access.",
  invalid_credentials: "Check the key under Access: it may be incomplete, or belong to another installation.",
  expired_credentials: "Enter a fresh key or token under Access.",
  revoked_key: "Enter another key under Access.",
  quota_exhausted: "Add credit, or allow fewer output tokens under More settings.",
  wallet_empty: "Top up the wallet, then send the message again.",
  spend_cap_reached: "The cap on spend must be raised, or the next cycle awaited.",
  subscription_halted: "A payment is outstanding: settle it, then send the message again.",
  no_subscription: "Choose a plan first.",
  model_not_allowed: "Choose another model under Access.",
  model_not_priced: "Choose another model under Access.",
  scope_missing: "Use a key that has the scope “inference”.",
  tenant_suspended: "Ask the operator of this gateway.",
  user_blocked: "Ask the operator of this gateway.",
  user_required: "Use a key or token that belongs to a user.",
  concurrency_limited: "Too many requests are under way. Wait for one to end, then send the message again.",
  upstream_refused: "The operator of this gateway has been told. Try again later.",
  upstream_interrupted: "What arrived is kept above. Send the message again for a whole answer.",
  overloaded_error: "Claude is busy. Wait a moment, then send the message again.",
  unreachable: "Check that it is running and that you are online, then send the message again.",
  cut: "What arrived is kept above. Send the message again for a whole answer.",
};

const TITLES: Readonly<Record<string, string>> = {
  missing_credentials: "A key is needed.",
  invalid_credentials: "This key is not accepted.",
  quota_exhausted: "Your quota does not cover this message.",
};

/** What happened, in a few words: the gateway's own where the page has none that are plainer. */
export const titleOf = ({ code, message }: ApiError): string => TITLES[code] ?? message;

/** What the reader can do about an error, in words. */
export function adviceFor({ code, status, details, retryAfter_s, requestId }: ApiError): string {
  const { needed_micros, remaining_micros, currency, resets_at } = details;
  const sentences = [ADVICE[code] ?? byStatus(status)];
  if (typeof needed_micros === "number" && typeof remaining_micros === "number" && typeof currency === "string") {
    const [needed, left] = [exact(needed_micros, currency), exact(remaining_micros, currency)];
    sentences.unshift(`It may need up to ${needed}, and ${left} is left.`);
  }
  if (typeof resets_at === "string") sentences.push(`The quota resets ${instant(resets_at)}.`);
  if (retryAfter_s !== null && retryAfter_s > 0) sentences.push(`Try again in ${duration(retryAfter_s * 1000)}.`);
  if (requestId) sentences.push(`Request ${requestId}.`);
  return sentences.filter(Boolean).join(" ");
}

function byStatus(status: number): string {
  if (status === 401) return ADVICE.invalid_credentials ?? "";
  if (status === 413) return "Shorten the message, or begin a new chat.";
  if (status === 429) return "The limit of requests is reached for the moment.";
  if (status === 529) return ADVICE.overloaded_error ?? "";
  if (status >= 500) return "This is not your fault. Send the message again; if it stays, tell the operator.";
  return "";
}
