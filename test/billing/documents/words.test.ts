import fc from "fast-check";
import { expect, test } from "vitest";
import { amountInWords, numberInWords } from "../../../src/billing/documents/words.ts";
import { paise } from "../../../src/kernel/money.ts";

test.each([
  [0, "Rupees zero only"],
  [1, "Rupees zero and one paise only"],
  [100, "Rupees one only"],
  [11_800, "Rupees one hundred and eighteen only"],
  [99_999, "Rupees nine hundred and ninety-nine and ninety-nine paise only"],
  [10_000_000, "Rupees one lakh only"],
  [11_800_050, "Rupees one lakh eighteen thousand and fifty paise only"],
  [
    1_234_567_890,
    "Rupees one crore twenty-three lakh forty-five thousand six hundred and seventy-eight and ninety paise only",
  ],
  [10_000_000_000_000, "Rupees ten thousand crore only"],
])("%i paise are said as Indian documents say them", (amount, words) => {
  expect(amountInWords(paise(amount), "INR")).toBe(words);
});

test("dollars are said as elsewhere", () => {
  expect(amountInWords(paise(123_456_750), "USD")).toBe(
    "US dollars one million two hundred and thirty-four thousand five hundred and sixty-seven and fifty cents only",
  );
});

const SMALL = [
  ...["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
  ...["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
];
const TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/** Reads words back: each scale multiplies what stands before it, back to the last larger one. */
function readBack(words: string): number {
  const SCALES: Record<string, number> = { hundred: 100, thousand: 1_000, lakh: 100_000, crore: 10_000_000 };
  const parts: number[] = [];
  for (const word of words.split(/[ -]/).filter((word) => word !== "and")) {
    const scale = SCALES[word];
    if (scale === undefined) {
      parts.push(SMALL.includes(word) ? SMALL.indexOf(word) : (TENS.indexOf(word) + 2) * 10);
      continue;
    }
    let sum = 0;
    while (parts.length && parts.at(-1)! < scale) sum += parts.pop()!;
    parts.push(sum * scale);
  }
  return parts.reduce((sum, part) => sum + part, 0);
}

test("the words of an amount are read back as that amount", () => {
  fc.assert(
    fc.property(fc.nat({ max: 99_999_999_999 }), (value) => readBack(numberInWords(value)) === value),
    { numRuns: 2_000 },
  );
});
