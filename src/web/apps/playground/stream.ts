import { ApiError, refusal, unreachable } from "../shared/api.ts";
import { chunksOf, readEvents } from "./sse.ts";

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** What is left undefined is the gateway's to decide. */
export interface Asked {
  readonly messages: readonly Message[];
  readonly model: string | undefined;
  readonly system_prompt: string | undefined;
  readonly max_tokens: number | undefined;
}

/** The figures that close an answer. */
export interface Closing {
  readonly request_id: string | null;
  readonly usage: { readonly input: number; readonly output: number };
  readonly cost_usd?: string | number;
  readonly spend_micros?: number;
  readonly currency?: string;
  /** Why it was ended early, where it was. */
  readonly code?: string;
}

interface Piece {
  readonly text?: string;
  readonly done?: boolean;
  readonly error?: object;
}

/**
 * Asks for an answer and hands over its pieces as they arrive. Resolves with the closing figures; rejects with an ApiError, or with the
 * signal's AbortError when it was stopped. `onStart` gets the request id once it is admitted.
 */
export async function streamChat(
  key: string,
  asked: Asked,
  {
    signal,
    onStart,
    onText,
  }: {
    readonly signal: AbortSignal;
    readonly onStart: (requestId: string | null) => void;
    readonly onText: (piece: string) => void;
  },
): Promise<Closing> {
  const answer = await fetch("/api/chat/stream", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(asked),
    signal,
  }).catch((cause: unknown) => {
    throw signal.aborted ? cause : unreachable();
  });
  if (!answer.ok) throw refusal(await answer.json().catch(() => null), answer);
  const requestId = answer.headers.get("request-id");
  onStart(requestId);
  let closing: Closing | undefined;
  if (answer.body) {
    for await (const { event, data } of readEvents(chunksOf(answer.body))) {
      const piece = JSON.parse(data) as Piece & Partial<Closing>;
      if (event === "error") throw refusal(piece, answer);
      if (piece.done && piece.usage)
        closing = { ...piece, usage: piece.usage, request_id: piece.request_id ?? requestId };
      if (piece.text) onText(piece.text);
    }
  }
  if (closing) return closing;
  throw new ApiError("The connection ended before the answer did.", {
    ...{ status: answer.status, code: "cut", requestId },
  });
}
