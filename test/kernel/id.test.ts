import { expect, test } from "vitest";
import { eventIdOf, isId, newId } from "../../src/kernel/id.ts";

const AT = Date.UTC(2026, 10, 20);
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

test("ids sort by the millisecond of their creation", () => {
  const times = [0, 1, 31, 32, AT - 1, AT, AT + 1, AT + 86_400_000, 2 ** 45];
  const ids = times.map((at) => newId("request", at));
  expect(ids.toSorted()).toEqual(ids);
});

test("100,000 ids of one millisecond are 100,000 ids", () => {
  expect(new Set(many(100_000, () => newId("event", AT))).size).toBe(100_000);
});

test("an id says what it is of, and cannot be taken for one of Anthropic's or Razorpay's", () => {
  const request = newId("request", AT);
  expect(request).toMatch(/^tgr_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(isId("request", request)).toBe(true);
  expect(isId("key", request)).toBe(false);
  expect(newId("tenant", AT)).toMatch(/^ten_/);
  expect(newId("key", AT)).toMatch(/^key_/);
});

test("every letter of the alphabet comes up: chance is spread over all of it", () => {
  const chance = many(200, () => newId("grant", AT).slice("grt_".length + 10)).join("");
  expect(new Set(chance).size).toBe(32);
});

test("the event of a request follows from the request: always the same, another for each part", () => {
  const request = newId("request", AT);
  expect(eventIdOf(request)).toBe(eventIdOf(request));
  expect(eventIdOf(request)).toBe(`evt_${request.slice(4)}`);
  expect(new Set([0, 1, 2].map((part) => eventIdOf(request, part))).size).toBe(3);
  expect(eventIdOf(request)).not.toBe(eventIdOf(newId("request", AT)));
  expect([eventIdOf(request, 1), eventIdOf(request)].toSorted()[0]).toBe(eventIdOf(request));
});
