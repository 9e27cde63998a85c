/** What a limit can count. `input_tokens` are all tokens of the prompt, cached ones too; `spend_micros` is in the tenant's currency. */
export const METRICS = ["requests", "input_tokens", "output_tokens", "total_tokens", "spend_micros"] as const;
export type Metric = (typeof METRICS)[number];

/** An amount of each metric: what a request may need at most, or what it used. */
export type Amounts = Readonly<Record<Metric, number>>;
