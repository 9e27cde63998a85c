import { z } from "zod";
import { Problem } from "../../kernel/problems.ts";

/** Razorpay answered no: nothing happened. */
export class RazorpayRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly reason: string | null;
  readonly field: string | null;

  constructor(status: number, { code, description, reason, field }: RefusalBody) {
    super(description);
    this.name = "RazorpayRefusal";
    this.status = status;
    this.code = code;
    this.reason = reason ?? null;
    this.field = field ?? null;
  }
}

/** No answer, a fault of theirs, or a page of HTML: whether it happened is unknown. */
export class RazorpayUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RazorpayUnreachable";
  }
}

const text = z.string().nullish();
const RefusalBody = z.object({ code: z.string(), description: z.string(), reason: text, field: text });
type RefusalBody = z.infer<typeof RefusalBody>;

/** How Razorpay says that an id is none of its own: with 400, like any other mistake. */
export const isUnknownId = (error: unknown): boolean =>
  error instanceof RazorpayRefusal && /does not exist|is not a valid id/.test(error.message);

/**
 * What a failed call means. Only an answer of 4xx in Razorpay's own shape is a refusal; a 429 or 409 (still in progress), like everything else, leaves it
 * open whether something happened.
 */
export function failureOf(status: number, body: unknown, cause?: unknown): RazorpayRefusal | RazorpayUnreachable {
  const parsed = z.object({ error: RefusalBody }).safeParse(body);
  if (status >= 400 && status < 500 && status !== 429 && status !== 409 && parsed.success)
    return new RazorpayRefusal(status, parsed.data.error);
  const said = parsed.success ? parsed.data.error.description : "no answer in its own shape";
  return new RazorpayUnreachable(status ? `Razorpay answered ${status}: ${said}` : "Razorpay did not answer", {
    cause,
  });
}

/** A failed call that its caller had nothing better to say of, as a refusal of ours. */
export function problemOfRazorpay(error: unknown): unknown {
  if (error instanceof RazorpayRefusal)
    return new Problem("collector_refused", { message: `Razorpay refuses: ${error.message}`, cause: error });
  return error instanceof RazorpayUnreachable ? new Problem("collector_unreachable", { cause: error }) : error;
}
