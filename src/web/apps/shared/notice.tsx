import { Affix, Notification } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

/** What just happened, in a corner of the page. What went wrong stays until it is closed. */
export interface Notice {
  readonly tone: "good" | "bad" | "plain";
  readonly title: string;
  readonly text?: string;
}

const NoticeContext = createContext<(notice: Notice | null) => void>(() => {});
const SHOWN_MS = 10_000;
const COLOURS = { good: "gate", bad: "red", plain: "gray" } as const;

export function NoticeProvider({ children }: { readonly children: ReactNode }) {
  const [notice, setNotice] = useState<Notice | null>(null);
  useEffect(() => {
    if (!notice || notice.tone === "bad") return;
    const gone = setTimeout(() => setNotice(null), SHOWN_MS);
    return () => clearTimeout(gone);
  }, [notice]);
  return (
    <NoticeContext value={setNotice}>
      {children}
      <Affix position={{ bottom: 16, right: 16 }} style={{ maxWidth: "min(420px, calc(100vw - 32px))" }}>
        <div role="status" aria-live="polite">
          {notice && (
            <Notification
              color={COLOURS[notice.tone]}
              title={notice.title}
              onClose={() => setNotice(null)}
              closeButtonProps={{ "aria-label": "Close this notice" }}
              withBorder
              styles={{ description: { color: "var(--mantine-color-dimmed)" } }}
            >
              {notice.text}
            </Notification>
          )}
        </div>
      </Affix>
    </NoticeContext>
  );
}

export const useTell = (): ((notice: Notice | null) => void) => useContext(NoticeContext);
