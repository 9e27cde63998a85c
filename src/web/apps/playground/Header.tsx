import { count, exact } from "../shared/format.ts";
import mark from "../shared/mark.svg";
import { sandboxKey } from "../shared/meta.ts";
import { useReady } from "./queries.ts";
import type { Totals } from "./totals.ts";

/** What this is, whether it serves, and what this page has used. */
export function Header({ firstWords, totals }: { readonly firstWords: string; readonly totals: Totals }) {
  const ready = useReady();
  const state = ready.data === undefined ? "unknown" : ready.data ? "ready" : "down";
  const paid = totals.money_micros > 0 ? ` · ${exact(totals.money_micros, totals.currency)}` : "";
  return (
    <header className="top">
      <img src={mark} alt="" width="36" height="36" />
      <div className="title">
        <h1>Tollgate</h1>
        <p>Holds what a request may cost, streams the answer, accounts for every token.</p>
      </div>
      <dl className="status" aria-label="Status">
        <div>
          <dt className="unseen">Mode</dt>
          <dd
            id="mode"
            data-mode={sandboxKey ? "sandbox" : "live"}
            title={sandboxKey ? "Answers and payments are simulated." : undefined}
          >
            {sandboxKey ? "Sandbox" : "Live"}
          </dd>
        </div>
        <div>
          <dt>Gateway</dt>
          <dd id="gateway" data-state={state}>
            {{ unknown: "checking …", ready: "ready", down: "not ready" }[state]}
          </dd>
        </div>
        <div>
          <dt>First words</dt>
          <dd id="first-words">{firstWords}</dd>
        </div>
        <div>
          <dt>This page</dt>
          <dd id="totals">
            {count(totals.tokens)} tokens{paid}
          </dd>
        </div>
      </dl>
      <nav aria-label="Pages">
        <a href="/portal">Your account</a>
      </nav>
    </header>
  );
}
