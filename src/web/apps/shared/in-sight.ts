import { type RefObject, useEffect } from "react";

/** On a narrow screen a row of tabs scrolls: the one that is open is in sight, also when the screen is turned. */
export function useInSight(list: RefObject<HTMLElement | null>, selector: string, open: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each that is opened anew
  useEffect(() => {
    const show = () => list.current?.querySelector(selector)?.scrollIntoView({ block: "nearest", inline: "center" });
    show();
    addEventListener("resize", show);
    return () => removeEventListener("resize", show);
  }, [list, selector, open]);
}
