import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { invoicePaper } from "../../../src/billing/documents/invoice-paper.ts";
import { isPrintable, runsOf } from "../../../src/billing/documents/letters.ts";
import { openPrinter } from "../../../src/billing/documents/printer.ts";
import { BUYER, invoice, usageLine } from "./sample.ts";

const printer = openPrinter();
afterAll(() => printer.close());

const paperOf = (name: string, lines = 1) =>
  invoicePaper(
    invoice({
      buyer: { ...BUYER, name },
      lines: Array.from({ length: lines }, (_, index) => usageLine(`claude-${index}`, 100)),
    }),
    { paid: [] },
  );
const pagesOf = (pdf: Buffer): number => [...pdf.toString("latin1").matchAll(/\/Type \/Page\b/g)].length;

describe("a PDF", () => {
  test("is one page for a short invoice, and the same bytes each time", async () => {
    const [first, again] = [await printer.pdf(paperOf("Asha")), await printer.pdf(paperOf("Asha"))];
    expect(first.subarray(0, 5).toString()).toBe("%PDF-");
    expect(first.subarray(-6).toString()).toContain("%%EOF");
    expect(pagesOf(first)).toBe(1);
    expect(again.equals(first)).toBe(true);
  });

  test("of hundreds of lines goes over as many pages as it needs", async () => {
    expect(pagesOf(await printer.pdf(paperOf("Asha", 300)))).toBeGreaterThan(20);
  });

  test("carries the fonts that it needs, and no other", async () => {
    const fonts = async (name: string) =>
      (await printer.pdf(paperOf(name))).toString("latin1").match(/NotoSansDevanagari/g);
    expect(await fonts("Asha")).toBeNull();
    expect(await fonts("आशा")).not.toBeNull();
  });

  test("is printed whatever letters, and however long words, a name has", async () => {
    const name = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });
    const indian = fc.string({
      unit: fc.constantFrom(...letters(0x900, 0x97f), "\u200c", "\u200d", " "),
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, indian), async (text) => {
        expect((await printer.pdf(paperOf(text))).length).toBeGreaterThan(1_000);
      }),
      { numRuns: 40 },
    );
  });
});

const letters = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));

test("a letter that no font has is shown to be missing, and those of the fonts are kept", () => {
  expect(runsOf("आशा & Söhne ₹5").map(({ text, script }) => [script, text])).toEqual([
    ["devanagari", "आशा"],
    ["latin", " & Söhne ₹5"],
  ]);
  expect(isPrintable("Ελλάδα, Россия, हिन्दी, Ærø")).toBe(true);
  expect(isPrintable("தமிழ்")).toBe(false);
  expect(runsOf("日本 Ltd")[0]!.text).toBe("\ufffd\ufffd Ltd");
});

test("more documents than may wait are refused, and those that wait are printed", async () => {
  const narrow = openPrinter({ waitingMax: 2 });
  const asked = await Promise.allSettled(["a", "b", "c"].map((name) => narrow.pdf(paperOf(name))));
  expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect((await narrow.pdf(paperOf("d"))).length).toBeGreaterThan(1_000);
  await narrow.close();
});
