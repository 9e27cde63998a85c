import { type FormEvent, type KeyboardEvent, type RefObject, useRef } from "react";
import type { Quota } from "../shared/openapi.ts";
import { Answer } from "./Answer.tsx";
import type { Turn } from "./use-conversation.ts";
import { useFollowing } from "./use-following.ts";

const EXAMPLES = [
  "Explain prompt caching to a product manager in three sentences.",
  "Write a friendly e-mail that tells a customer their quota is nearly used up.",
  "Give me five names for a coffee shop next to a toll road.",
];

/** The conversation, and the field below it. */
export function Chat({
  turns,
  isUnderWay,
  draft,
  prompt,
  quota,
  onDraft,
  onSend,
  onStop,
  onClear,
}: {
  readonly turns: readonly Turn[];
  readonly isUnderWay: boolean;
  readonly draft: string;
  readonly prompt: RefObject<HTMLTextAreaElement | null>;
  readonly quota: Quota | undefined;
  readonly onDraft: (draft: string) => void;
  readonly onSend: (question: string) => void;
  readonly onStop: () => void;
  readonly onClear: () => void;
}) {
  const log = useRef<HTMLDivElement>(null);
  const composer = useRef<HTMLFormElement>(null);
  useFollowing(log, composer, turns);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const question = draft.trim();
    if (!isUnderWay && question !== "") onSend(question);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <section className="chat" aria-labelledby="chat-title">
      <h2 id="chat-title" className="unseen">
        Chat
      </h2>
      <div id="log" role="log" aria-live="polite" aria-label="Conversation" ref={log}>
        {turns.length === 0 && (
          <Examples
            onChoose={(question) => {
              onSend(question);
              prompt.current?.focus();
            }}
          />
        )}
        {turns.map((turn) => (
          <Answer key={turn.id} turn={turn} quota={quota} />
        ))}
      </div>
      <form id="composer" onSubmit={submit} ref={composer}>
        <label className="unseen" htmlFor="prompt">
          Your message
        </label>
        <textarea
          id="prompt"
          rows={2}
          placeholder="Message Claude through Tollgate"
          aria-describedby="keys"
          value={draft}
          ref={prompt}
          onChange={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div className="actions">
          <p id="keys">
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> makes a new line
          </p>
          {turns.length > 0 && !isUnderWay && (
            <button
              type="button"
              id="clear"
              className="quiet"
              onClick={() => {
                onClear();
                prompt.current?.focus();
              }}
            >
              New chat
            </button>
          )}
          {isUnderWay ? (
            <button
              type="button"
              id="stop"
              key="stop"
              onClick={() => {
                onStop();
                prompt.current?.focus();
              }}
            >
              Stop
            </button>
          ) : (
            <button type="submit" id="send" key="send" className="primary">
              Send
            </button>
          )}
        </div>
      </form>
    </section>
  );
}

function Examples({ onChoose }: { readonly onChoose: (question: string) => void }) {
  return (
    <div id="empty">
      <h3>Ask something, and see what it costs.</h3>
      <p>Each answer is admitted against your quota before it starts, and comes with a receipt when it ends.</p>
      <ul id="examples">
        {EXAMPLES.map((example) => (
          <li key={example}>
            <button type="button" onClick={() => onChoose(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
