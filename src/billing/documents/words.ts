import type { Paise } from "../../kernel/money.ts";

const SMALL = [
  ...["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
  ...["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
];
const TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/** What is counted in India, and elsewhere: largest first. The largest is counted by the same rule: one lakh crore. */
const SCALES = {
  indian: [
    [10_000_000, "crore"],
    [100_000, "lakh"],
    [1_000, "thousand"],
    [100, "hundred"],
  ],
  international: [
    [1_000_000_000, "billion"],
    [1_000_000, "million"],
    [1_000, "thousand"],
    [100, "hundred"],
  ],
} as const;

/** A whole number that is not negative, in words. */
export function numberInWords(value: number, scale: keyof typeof SCALES = "indian"): string {
  for (const [size, name] of SCALES[scale]) {
    if (value < size) continue;
    const rest = value % size;
    const tail = rest === 0 ? "" : `${rest < 100 ? " and" : ""} ${numberInWords(rest, scale)}`;
    return `${numberInWords(Math.floor(value / size), scale)} ${name}${tail}`;
  }
  if (value < 20) return SMALL[value]!;
  const ones = value % 10;
  return TENS[Math.floor(value / 10)]! + (ones ? `-${SMALL[ones]}` : "");
}

const UNITS: Readonly<Record<string, readonly [whole: string, part: string, scale: keyof typeof SCALES]>> = {
  INR: ["Rupees", "paise", "indian"],
  USD: ["US dollars", "cents", "international"],
};

/** An amount as documents spell it out: `Rupees one lakh eighteen thousand and fifty paise only`. */
export function amountInWords(amount: Paise, currency: string): string {
  const [whole, part, scale] = UNITS[currency] ?? [currency, "hundredths", "international"];
  const parts = amount % 100;
  const tail = parts === 0 ? "" : ` and ${numberInWords(parts, scale)} ${part}`;
  return `${whole} ${numberInWords(Math.floor(amount / 100), scale)}${tail} only`;
}
