import { ask, lastAnswer, setKey } from "../page.ts";
import type { View } from "./look.ts";

/** The playground as it is met, with an answer and what it cost, and when it is refused. One goes on from the other. */
export const PLAYGROUND_VIEWS: readonly View[] = [
  { name: "playground", open: (page) => page.locator("#quota .amount").waitFor() },
  {
    name: "playground-answer",
    async open(page) {
      await ask(page, "[[output_tokens=180]] [[pace_ms=0]] What does a toll gate do?");
      await lastAnswer(page).locator(".meter button").click();
      await lastAnswer(page).locator(".receipt table").waitFor();
    },
  },
  {
    name: "playground-refused",
    async open(page) {
      await setKey(page, "tg_test_nobody");
      await page.locator("#quota .note", { hasText: /credential|key/i }).waitFor();
      await ask(page, "Hello");
      await lastAnswer(page).locator(".problem").waitFor();
    },
  },
];
