import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { Turn } from "./use-conversation.ts";

const NEAR_END_PX = 80;

/** Keeps the end of the last answer in sight while it grows; a reader who has scrolled up is left alone, until something is asked. */
export function useFollowing(
  log: RefObject<HTMLElement | null>,
  composer: RefObject<HTMLElement | null>,
  turns: readonly Turn[],
): void {
  const isNear = useRef(true);
  useEffect(() => {
    const look = () => {
      const last = log.current?.lastElementChild;
      if (!last || !composer.current) return;
      isNear.current = last.getBoundingClientRect().bottom - composer.current.getBoundingClientRect().top < NEAR_END_PX;
    };
    // The conversation scrolls on a wide screen, the page on a narrow one.
    addEventListener("scroll", look, { capture: true, passive: true });
    return () => removeEventListener("scroll", look, { capture: true });
  }, [log, composer]);

  const seen = useRef(0);
  useLayoutEffect(() => {
    const isNew = turns.length > seen.current;
    seen.current = turns.length;
    if (turns.length > 0 && (isNew || isNear.current)) log.current?.lastElementChild?.scrollIntoView({ block: "end" });
  }, [turns, log]);
}
