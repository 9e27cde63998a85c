import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { ApiError } from "../shared/api.ts";
import type { Receipt } from "../shared/receipt.ts";
import type { Settings } from "./Access.tsx";
import { receiptQuery } from "./queries.ts";
import { type Closing, type Message, streamChat } from "./stream.ts";

/** A question and its answer, as far as it has come. */
export interface Turn {
  readonly id: number;
  /** Whose answer it is: its receipt is asked for with the same one. */
  readonly key: string;
  readonly question: string;
  readonly text: string;
  readonly state: "growing" | "ended" | "stopped" | "failed";
  /** Known once it is admitted. */
  readonly requestId: string | null;
  readonly closing: Closing | null;
  /** Of an answer that was stopped: what was billed for the part that came. */
  readonly receipt: Receipt | null;
  readonly error: ApiError | null;
  /** What was left before it was asked. */
  readonly left_micros: number | null;
}

/** The conversation as it is sent: only turns that were answered. */
const messagesOf = (turns: readonly Turn[]): Message[] =>
  turns
    .filter(({ text }) => text !== "")
    .flatMap(({ question, text }): Message[] => [
      { role: "user", content: question },
      { role: "assistant", content: text },
    ]);

/** Asks, keeps what comes, and stops. One answer at a time. */
export function useConversation({
  settings,
  onClosing,
  onStopped,
  onSettled,
}: {
  readonly settings: Settings;
  readonly onClosing: (closing: Closing) => void;
  readonly onStopped: (receipt: Receipt) => void;
  readonly onSettled: () => void;
}) {
  const client = useQueryClient();
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [firstWords_ms, setFirstWords] = useState<number | null>(null);
  const [isUnderWay, setUnderWay] = useState(false);
  const underWay = useRef<AbortController>(null);

  /** True when anything came. */
  const ask = async (question: string, left_micros: number | null): Promise<boolean> => {
    if (underWay.current) return true;
    const { key, model, system, max_tokens } = settings;
    const abort = new AbortController();
    const id = performance.now();
    let text = "";
    let due = 0;
    let requestId: string | null = null;
    const change = (part: Partial<Turn>) =>
      setTurns((now) => now.map((turn) => (turn.id === id ? { ...turn, ...part } : turn)));
    underWay.current = abort;
    setUnderWay(true);
    setTurns((now) => [
      ...now,
      {
        ...{ id, key, question, left_micros, text: "", state: "growing" },
        ...{ requestId: null, closing: null, receipt: null, error: null },
      },
    ]);
    try {
      const closing = await streamChat(
        key,
        {
          messages: [...messagesOf(turns), { role: "user", content: question }],
          ...{ model: model || undefined, system_prompt: system.trim() || undefined },
          max_tokens: max_tokens ?? undefined,
        },
        {
          signal: abort.signal,
          onStart(given) {
            requestId = given;
          },
          onText(piece) {
            if (text === "") setFirstWords(performance.now() - id);
            text += piece;
            // Pieces that arrive within a frame are shown together.
            due ||= requestAnimationFrame(() => {
              due = 0;
              change({ text });
            });
          },
        },
      );
      change({ text, closing, requestId: closing.request_id, state: "ended" });
      onClosing(closing);
    } catch (cause) {
      if (abort.signal.aborted) {
        change({ text, requestId, state: "stopped" });
        if (requestId) void billed(key, requestId).then((receipt) => receipt && change({ receipt }));
      } else {
        const cut = () => new ApiError("The connection was lost.", { code: "cut", requestId });
        change({ text, requestId, state: "failed", error: cause instanceof ApiError ? cause : cut() });
      }
    } finally {
      cancelAnimationFrame(due);
      underWay.current = null;
      setUnderWay(false);
      onSettled();
    }
    return text !== "";
  };

  /** What was billed for an answer that was stopped; null where nothing was. */
  const billed = async (key: string, requestId: string): Promise<Receipt | null> => {
    const receipt = await client.fetchQuery(receiptQuery(key, requestId)).catch(() => null);
    if (receipt) onStopped(receipt);
    onSettled();
    return receipt;
  };

  const stop = useCallback(() => underWay.current?.abort(), []);
  return { turns, isUnderWay, firstWords_ms, ask, stop, clear: () => setTurns([]) };
}
