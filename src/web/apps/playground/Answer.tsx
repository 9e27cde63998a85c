import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../shared/api.ts";
import { count, exact } from "../shared/format.ts";
import type { Quota } from "../shared/openapi.ts";
import { adviceFor, titleOf } from "./advice.ts";
import { Prose } from "./Prose.tsx";
import { receiptQuery } from "./queries.ts";
import { ReceiptCard } from "./ReceiptCard.tsx";
import type { Turn } from "./use-conversation.ts";

/** What was asked, and the answer as far as it has come. Screen readers hear it when it is whole, not piece by piece. */
export function Answer({ turn, quota }: { readonly turn: Turn; readonly quota: Quota | undefined }) {
  const { question, text, state, closing, error } = turn;
  return (
    <>
      <article className="turn question">
        <h3 className="unseen">You</h3>
        <p className="text">{question}</p>
      </article>
      <article className="turn answer" aria-busy={state === "growing"}>
        <h3 className="unseen">Claude</h3>
        <div className="text">
          <Prose text={text} />
        </div>
        {state === "growing" ? <Live turn={turn} quota={quota} /> : <Meter turn={turn} />}
        {error && <Problem title={titleOf(error)} advice={adviceFor(error)} />}
        {closing?.code && (
          <Problem
            title="The answer was ended early."
            advice={adviceFor(new ApiError("The answer was ended early.", { code: closing.code }))}
          />
        )}
      </article>
    </>
  );
}

const Problem = ({ title, advice }: { readonly title: string; readonly advice: string }) => (
  <div className="problem" role="alert">
    <strong>{title}</strong> <span>{advice}</span>
  </div>
);

/** Claude's words are about this long; the exact count comes with the end. */
const CHARACTERS_A_TOKEN = 4;

/** What is known while it grows: the count by its length, and how much less is left than before it was asked. */
function Live({ turn: { text, left_micros }, quota }: { readonly turn: Turn; readonly quota: Quota | undefined }) {
  if (text === "") return null;
  const held = quota && left_micros !== null ? left_micros - quota.remaining_micros : 0;
  const facts = [`about ${count(Math.ceil(text.length / CHARACTERS_A_TOKEN))} tokens so far`];
  if (quota && held > 0) facts.push(`${exact(held, quota.currency)} held`);
  if (quota) facts.push(`${exact(quota.remaining_micros, quota.currency)} left`);
  return (
    <div className="live" aria-hidden="true">
      {facts.join(" · ")}
    </div>
  );
}

/** What it came to, with the receipt behind it. */
function Meter({ turn }: { readonly turn: Turn }) {
  const { requestId, key } = turn;
  const [isOpen, setOpen] = useState(false);
  const facts = factsOf(turn);
  if (facts === "" && (!requestId || turn.error)) return null;
  return (
    <>
      <div className="meter">
        <p>{facts}</p>
        {requestId && (
          <button
            type="button"
            className="quiet"
            aria-expanded={isOpen}
            aria-controls={isOpen ? `receipt-${requestId}` : undefined}
            title={requestId}
            onClick={() => setOpen(!isOpen)}
          >
            Receipt
          </button>
        )}
      </div>
      {isOpen && requestId && (
        <section className="receipt" id={`receipt-${requestId}`} aria-label="Receipt">
          <ReceiptOf requestId={requestId} apiKey={key} />
        </section>
      )}
    </>
  );
}

function factsOf({ state, closing, receipt }: Turn): string {
  if (state === "stopped") {
    if (!receipt) return "Stopped. What was generated is metered.";
    const { totals } = receipt;
    return joined(
      "Stopped",
      used(totals.input_tokens, totals.output_tokens),
      totals.cost_micros_usd === undefined ? undefined : totals.cost_micros_usd,
      totals.spend_micros,
      totals.currency,
    );
  }
  if (!closing) return "";
  const { usage, cost_usd, spend_micros, currency } = closing;
  const cost = cost_usd === undefined ? undefined : Math.round(Number(cost_usd) * 1_000_000);
  return joined("", used(usage.input, usage.output), cost, spend_micros, currency);
}

const used = (input: number, output: number): string => `${count(input)} tokens in, ${count(output)} out`;

/** In dollars cost and charge are one figure where no mark-up is between them. */
function joined(note: string, tokens: string, cost?: number, spend?: number, currency = "USD"): string {
  return [
    note,
    tokens,
    cost !== undefined && `cost ${exact(cost, "USD")}`,
    spend !== undefined && (cost === undefined || currency !== "USD") && `charged ${exact(spend, currency)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function ReceiptOf({ requestId, apiKey }: { readonly requestId: string; readonly apiKey: string }) {
  const { data, error } = useQuery(receiptQuery(apiKey, requestId));
  if (data) return <ReceiptCard receipt={data} />;
  if (!error) return "Fetching the receipt …";
  return error instanceof ApiError ? `${error.message} ${adviceFor(error)}` : error.message;
}
