import { expect, test } from "vitest";
import { isGlob, matcher, matchesAny } from "../../src/kernel/glob.ts";

test.each([
  ["claude-haiku-*", "claude-haiku-5-5", true],
  ["claude-haiku-*", "claude-sonnet-5-5", false],
  ["claude-haiku-*", "not-claude-haiku-5-5", false],
  ["*", "anything/at/all", true],
  ["claude-*-5-5", "claude-opus-5-5", true],
  ["claude-opus-5", "claude-opus-5-5", false],
  ["claude-opus-?", "claude-opus-5", true],
  ["claude-opus-?", "claude-opus-5-5", false],
  ["/v1/messages*", "/v1/messages/count_tokens", true],
  ["claude.opus", "claude-opus", false],
])("%s and %s: %s", (glob, text, matches) => {
  expect(matchesAny([glob], text)).toBe(matches);
  expect(matcher(glob)(text)).toBe(matches);
});

test("no globs mean everything, several mean any of them", () => {
  for (const none of [undefined, null, []]) expect(matchesAny(none, "claude-opus-5-5")).toBe(true);
  expect(matchesAny(["claude-haiku-*", "claude-opus-*"], "claude-opus-5-5")).toBe(true);
  expect(matchesAny(["claude-haiku-*", "claude-sonnet-*"], "claude-opus-5-5")).toBe(false);
});

test("a plain id is no glob", () => {
  expect(["claude-opus-5-5", "claude-*", "claude-opus-?", "{a,b}"].map(isGlob)).toEqual([false, true, true, true]);
});

test("ten thousand other globs do not change what a glob means", () => {
  const mine = matcher("claude-haiku-*");
  for (let i = 0; i < 10_050; i++) matcher(`model-${i}-*`);
  expect(mine("claude-haiku-5-5")).toBe(true);
  expect(matchesAny(["claude-haiku-*"], "claude-haiku-5-5")).toBe(true);
  expect(matchesAny(["model-7-*"], "model-7-x")).toBe(true);
});
