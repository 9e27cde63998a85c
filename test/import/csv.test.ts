import { expect, test } from "vitest";
import { readCsv } from "../../src/import/csv.ts";

const COLUMNS = ["a", "b"];
const fields = (text: string) => readCsv(text, COLUMNS).map((line) => line.fields);

test("quotes hold commas, line breaks and quotes; empty fields and empty lines are left out", () => {
  expect(fields('a,b\n1,"x, y"\n\n"say ""hi""","two\nlines"\n,3\n')).toEqual([
    { a: "1", b: "x, y" },
    { a: 'say "hi"', b: "two\nlines" },
    { b: "3" },
  ]);
});

test("the way a spreadsheet writes it is read as well: a byte order mark, line ends of Windows, no line end at the end", () => {
  expect(fields("\uFEFFA, b\r\n1,2\r\n3")).toEqual([{ a: "1", b: "2" }, { a: "3" }]);
});

test("each line says where it begins", () => {
  expect(readCsv('a,b\n"1\n2",x\n3,4', COLUMNS).map(({ line }) => line)).toEqual([2, 4]);
});

test.each([
  ["", /is empty/],
  ["a,c\n", /Unknown columns: c/],
  ["a,a\n", /is there twice/],
  ["a,b\n1,2,3", /Line 2 has 3 fields/],
  ['a,b\n1,"2', /Line 2: a quote is opened/],
  ['a,b\n1,x"2"', /a quote in the middle/],
])("%j is refused, with the line", (text, message) => {
  expect(() => readCsv(text, COLUMNS)).toThrow(message);
});
