import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { membersOf } from "../../src/gateway/batches/members.ts";

/** The one reader of JSON that is ours: it must find what `JSON.parse` finds, and refuse what upstream might read otherwise. */

function read(text: string): Record<string, unknown> {
  const bytes = Buffer.from(text);
  const found: Record<string, unknown> = {};
  for (const { key, index, start, end } of membersOf(bytes, "requests")) {
    const value = JSON.parse(bytes.toString("utf8", start, end)) as unknown;
    if (index === null) found[key] = value;
    else (found[key] as unknown[] | undefined)?.push(value) ?? Object.assign(found, { [key]: [value] });
  }
  return found;
}

const isList = (value: unknown) => Array.isArray(value) && value.length > 0;

test("it finds what JSON.parse finds, whatever is in strings and however it is spaced", () => {
  const body = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.jsonValue(),
  );
  const requests = fc.array(fc.jsonValue());
  const property = fc.property(body, requests, fc.constantFrom("", "\t", "  ", "\n"), (others, list, space) => {
    const value = { ...others, requests: list };
    const expected = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
    if (!isList(expected.requests)) delete expected.requests;
    expect(read(JSON.stringify(value, null, space))).toEqual(expected);
  });
  fc.assert(property, { numRuns: 500 });
});

describe("what is no JSON object is refused", () => {
  test.each([
    ["", "[]", '"requests"', "{", "}", "{} {}", '{"a"}', '{"a":}', '{"a":1,}', '{"a" 1}', '{"a":1 "b":2}', "{a:1}"],
    ['{"requests":[', '{"requests":[1', '{"requests":[1,', '{"requests":[1,]}', '{"requests":[,1]}', '{"requests":[1}'],
    ['{"a":"', '{"a":"\\"}', '{"a":{', '{"a":[{]', '{"a":{"b":"}'],
  ])("%s …", (...texts) => {
    for (const text of texts) expect(() => read(text), text).toThrow();
  });
});

test("a member that is given twice is refused, also where its name is written another way", () => {
  expect(() => read('{"requests":[1],"requests":[2]}')).toThrow("requests: is given twice");
  expect(() => read('{"requests":[1],"\\u0072equests":[2]}')).toThrow("requests: is given twice");
});

test("a list of other things is a member like any other", () => {
  expect(read('{"models":[1,[2],{"a":"]"}],"requests":[]}')).toEqual({ models: [1, [2], { a: "]" }] });
});
