import { useEffect, useRef, useState } from "react";
import { duration } from "../shared/format.ts";
import { Access, type Settings } from "./Access.tsx";
import { Chat } from "./Chat.tsx";
import { CodePanel } from "./CodePanel.tsx";
import { Header } from "./Header.tsx";
import { startingKey } from "./key.ts";
import { QuotaPanel } from "./QuotaPanel.tsx";
import { useLookAgain, useQuota } from "./queries.ts";
import { NO_TOTALS, withClosing, withReceipt } from "./totals.ts";
import { useConversation } from "./use-conversation.ts";

/** Ask something through the gateway, and see what it costs while it is answered. */
export function Playground() {
  const [settings, setSettings] = useState<Settings>(() => ({
    ...{ key: startingKey(), model: "", system: "", max_tokens: null },
  }));
  const [draft, setDraft] = useState("");
  const [totals, setTotals] = useState(NO_TOTALS);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const { key } = settings;
  const lookAgain = useLookAgain();
  const conversation = useConversation({
    settings,
    onClosing: (closing) => setTotals((before) => withClosing(before, closing)),
    onStopped: (receipt) => setTotals((before) => withReceipt(before, receipt)),
    onSettled: lookAgain,
  });
  const { turns, isUnderWay, firstWords_ms, ask, stop } = conversation;
  const quota = useQuota(key, { isLive: isUnderWay });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && stop();
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [stop]);

  const send = async (question: string) => {
    setDraft("");
    const isAnswered = await ask(question, quota.data?.remaining_micros ?? null);
    // What was not answered at all can be sent again.
    if (!isAnswered) setDraft((now) => now || question);
  };

  return (
    <>
      <a className="skip" href="#prompt">
        Skip to the chat
      </a>
      <Header firstWords={firstWords_ms === null ? "–" : duration(firstWords_ms)} totals={totals} />
      <main>
        <Chat
          turns={turns}
          isUnderWay={isUnderWay}
          draft={draft}
          prompt={prompt}
          quota={quota.data}
          onDraft={setDraft}
          onSend={(question) => void send(question)}
          onStop={stop}
          onClear={conversation.clear}
        />
        <aside aria-label="Settings and quota">
          <Access settings={settings} onChange={(change) => setSettings((now) => ({ ...now, ...change }))} />
          <QuotaPanel isSet={key !== ""} quota={quota.data} error={quota.error} />
          <CodePanel settings={settings} message={draft.trim() || turns.at(-1)?.question || "Hello, Claude"} />
        </aside>
      </main>
    </>
  );
}
