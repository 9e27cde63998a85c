import { Problem } from "../kernel/problems.ts";
import type { GatewayParts } from "./parts.ts";
import type { ClaudeAnswer } from "./upstream.ts";

/** The largest non-streamed answer that is taken in; more than any model can say. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Upstream's whole answer. Throws a Problem when it breaks off. */
export async function wholeAnswer(answer: ClaudeAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new Problem("upstream_interrupted", { cause });
  }
  return Buffer.concat(chunks);
}

export const isEventStream = ({ headers }: ClaudeAnswer): boolean =>
  String(headers["content-type"] ?? "").startsWith("text/event-stream");

export const headerOf = (answer: ClaudeAnswer, name: string): string | null => {
  const value = answer.headers[name];
  return typeof value === "string" ? value : null;
};

/** Upstream's refusal of the operator's own credential or account is no fault of the caller, who cannot mend it. */
export function assertOperatorAccepted(parts: GatewayParts, answer: ClaudeAnswer, error: unknown): void {
  if (![401, 402, 403].includes(answer.statusCode)) return;
  parts.log.error(
    { status: answer.statusCode, upstream_error: error },
    "upstream refused the operator's credential or account",
  );
  throw new Problem("upstream_refused");
}
