import { Problem } from "../../kernel/problems.ts";

interface Refusal {
  /** Values that ask for nothing out of the ordinary. */
  readonly unless: (value: unknown) => boolean;
  readonly why: string;
}

const never = () => false;
const off = (value: unknown) => value === false || value === 0;

/**
 * What would change the shape of the answer, or what is billed for it, and cannot be had from Claude. Everything else that Claude has no
 * word for (seed, penalties, logit_bias, store, service_tier, …) is left out, as in Anthropic's own compatible endpoint.
 */
const REFUSED: Readonly<Record<string, Refusal>> = {
  n: { unless: (value) => value === 1, why: "Claude gives one answer to a request, so n must be 1" },
  logprobs: { unless: off, why: "Claude does not tell probabilities" },
  top_logprobs: { unless: off, why: "Claude does not tell probabilities" },
  audio: { unless: never, why: "Claude answers in text" },
  modalities: {
    unless: (value) => Array.isArray(value) && value.every((modality) => modality === "text"),
    why: "Claude answers in text",
  },
  functions: { unless: (value) => Array.isArray(value) && !value.length, why: "use tools instead" },
  function_call: { unless: never, why: "use tool_choice instead" },
  web_search_options: { unless: never, why: "web search can be used by /v1/messages only" },
  moderation: { unless: never, why: "answers are not moderated here" },
};

/** Refuses a request (400, with the field's name) that asks for what could not be given. */
export function assertHonourable(body: Readonly<Record<string, unknown>>): void {
  for (const [field, { unless, why }] of Object.entries(REFUSED)) {
    const value = body[field];
    if (value === undefined || value === null || unless(value)) continue;
    throw new Problem("unsupported_feature", { message: `${field}: cannot be honoured: ${why}.`, details: { field } });
  }
}
