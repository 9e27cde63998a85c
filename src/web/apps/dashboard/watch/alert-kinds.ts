/** A bound as people set it: percentages instead of shares, dollars instead of micros. */
export interface Knob {
  readonly name: string;
  readonly label: string;
  /** What is stored is so many times what is shown. */
  readonly factor?: number;
  readonly suffix?: string;
  readonly list?: boolean;
}

export interface AlertKind {
  readonly kind: string;
  readonly title: string;
  readonly about: string;
  readonly knobs: readonly Knob[];
}

const PERCENT = { factor: 0.01, suffix: "%" };

/** Every group of settings, in the order in which they matter to whoever runs this. */
export const KINDS: readonly AlertKind[] = [
  {
    kind: "included",
    title: "What a plan includes is used up",
    about: "Each cycle, when this much of it is used.",
    knobs: [{ name: "alert_at", label: "At, in per cent", list: true }],
  },
  {
    kind: "spend_anomaly",
    title: "A day that stands out",
    about: "A tenant's day against its own weekdays of the weeks before.",
    knobs: [
      { name: "weeks", label: "Weeks looked back at" },
      { name: "weeks_min", label: "Weeks it must have been here" },
      { name: "score_min", label: "Standard deviations off" },
      { name: "ratio_min", label: "Times the median" },
      { name: "amount_min_micros_usd", label: "Never below", factor: 1_000_000, suffix: " USD" },
    ],
  },
  {
    kind: "upstream_errors",
    title: "The provider fails",
    about: "The share of calls that failed within a window.",
    knobs: [
      { name: "window_minutes", label: "Window", suffix: " minutes" },
      { name: "calls_min", label: "Calls at least" },
      { name: "share_min", label: "Share that failed", ...PERCENT },
    ],
  },
  {
    kind: "webhooks_silent",
    title: "Webhooks stay away",
    about: "None of Razorpay's for so long, though payments came of which one was due.",
    knobs: [
      { name: "hours", label: "Silence", suffix: " hours" },
      { name: "due_min", label: "Payments at least" },
    ],
  },
  {
    kind: "margin",
    title: "A plan loses money",
    about: "Its margin on a model, after a price or a rate changed.",
    knobs: [{ name: "least_ppm", label: "Margin below", factor: 10_000, suffix: "%" }],
  },
  {
    kind: "signups",
    title: "Many new users",
    about: "Of a tenant within an hour, on a plan that is free.",
    knobs: [
      { name: "hour_min", label: "In an hour at least" },
      { name: "ratio_min", label: "Times what is usual" },
    ],
  },
  {
    kind: "free_refusals",
    title: "Many refusals",
    about: "Of a tenant within an hour, on plans that are free.",
    knobs: [{ name: "hour_min", label: "In an hour at least" }],
  },
  {
    kind: "renewals",
    title: "Something ends",
    about: "Before the last charge of a subscription, or the end of a mandate.",
    knobs: [{ name: "days", label: "Days before" }],
  },
];
