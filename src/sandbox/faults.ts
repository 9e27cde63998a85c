import { HOUR, type Instant, MINUTE } from "../kernel/clock.ts";
import { dayOf } from "./anthropic/admin/report-book.ts";
import type { SandboxAnthropic, SandboxRule } from "./anthropic/server.ts";
import type { Fault } from "./razorpay/faults.ts";
import type { SandboxAccount } from "./razorpay/server.ts";
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

type Untrue = (truth: { readonly anthropic: SandboxAnthropic; readonly now: Instant }) => () => void;

/** What the provider's reports say otherwise than it was: a proof finds it, and no longer once it is undone. */
export const REPORTS: Readonly<Record<string, Untrue>> = {
  /** Nothing of the present day (UTC). */
  missing_day({ anthropic: { reports }, now }) {
    const day = dayOf(now);
    reports.knobs.missingDays.add(day);
    return () => reports.knobs.missingDays.delete(day);
  },
  /** Nothing of what is used from now on. */
  late_rows({ anthropic: { reports }, now }) {
    reports.knobs.late = ({ minute }) => minute + MINUTE > now;
    return () => {
      reports.knobs.late = null;
    };
  },
  /** A quarter more for everything. */
  other_price({ anthropic: { reports } }) {
    reports.knobs.allPricesPpm = 1_250_000;
    return () => {
      reports.knobs.allPricesPpm = 1_000_000;
    };
  },
};

const STRAY_PAISE = 45_600;
const SHORT_PAISE = 236;

/** What goes wrong with money at Razorpay. A payment that came in is not unmade. */
export const MONEY: Readonly<Record<string, (account: SandboxAccount) => () => void>> = {
  /** It says that it is ours, and nothing of ours knows it. */
  unknown_payment(account) {
    void account.dashboard.strayPayment(STRAY_PAISE, { tollgate: "1" });
    return () => {};
  },
  /** The next settlement brings less than its rows come to: by a fee. */
  short_settlement({ knobs }) {
    knobs.settlementShortPaise = SHORT_PAISE;
    return () => {
      knobs.settlementShortPaise = 0;
    };
  },
};
