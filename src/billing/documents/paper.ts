import { DateTime } from "luxon";
import { STATES } from "../parties/gst.ts";

/**
 * What a document says, in the order in which it says it; nothing of how it looks. The HTML and the PDF are both made of this, so that they cannot say
 * different things. Plain values: it is handed to another thread.
 */
export interface Paper {
  readonly title: string;
  /** Which copy it is: Rule 48. */
  readonly copy: string;
  readonly number: string;
  /** What has become of it, in a word. */
  readonly state: { readonly word: string; readonly tone: "settled" | "open" | "void" };
  /** Epoch ms; when it was made. */
  readonly issued_at: number;
  readonly parties: readonly PaperParty[];
  readonly facts: readonly Fact[];
  /** What stands over the lines' amounts, such as `₹`. */
  readonly unit: string;
  readonly lines: readonly PaperLine[];
  readonly sums: readonly Fact[];
  readonly words: string;
  /** How it is being paid; nothing where nothing is owed by it. */
  readonly settlement: readonly Fact[];
  readonly notes: readonly string[];
  readonly signatory: string;
}

export interface PaperParty {
  readonly role: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly strong?: boolean;
}

export interface PaperLine {
  readonly description: string;
  /** In smaller letters below it: a period. */
  readonly remarks: readonly string[];
  readonly sac: string;
  readonly amount: string;
  /** What it is made of: a class of tokens, and how many. */
  readonly parts: readonly { readonly name: string; readonly quantity: string }[];
}

const INDIA = "Asia/Kolkata";

/** A date as Indian documents write it, in IST: `05 Apr 2026`. */
export const dateOf = (at: number): string =>
  DateTime.fromMillis(at, { zone: INDIA, locale: "en" }).toFormat("dd LLL yyyy");

/** A span without its end: up to the day that its last moment is on. */
export const spanOf = (from: number, to: number): string => `${dateOf(from)} to ${dateOf(Math.max(from, to - 1))}`;

/** `29-Karnataka`, as returns and documents name a place of supply. */
export const placeOf = (code: string): string => `${code}-${STATES[code] ?? "Foreign country"}`;

/** The decimal text of a number of hundredths, exactly: 11800000 → `118000.00`. */
export function decimalOf(hundredths: number): string {
  const digits = String(Math.abs(hundredths)).padStart(3, "0");
  return `${hundredths < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An amount with its groups of digits: 1,18,000.00 in rupees, 118,000.00 elsewhere. */
export function amountOf(hundredths: number, currency: string): string {
  const format = new Intl.NumberFormat(currency === "INR" ? "en-IN" : "en-US", { minimumFractionDigits: 2 });
  return format.format(decimalOf(hundredths) as `${number}`);
}

export const symbolOf = (currency: string): string => ({ INR: "₹", USD: "US$" })[currency] ?? currency;

/** With its currency: `₹1,18,000.00`. */
export function moneyOf(hundredths: number, currency: string): string {
  const symbol = symbolOf(currency);
  const gap = symbol.length === 3 && symbol === currency ? " " : "";
  return `${hundredths < 0 ? "−" : ""}${symbol}${gap}${amountOf(Math.abs(hundredths), currency)}`;
}

/** A number of tokens, in Indian groups. */
export const quantityOf = (count: number): string => new Intl.NumberFormat("en-IN").format(count);

/** The name of a file or an attachment: the number of a document, whose slashes no file system takes. */
export const fileNameOf = (number: string, ending: "pdf" | "html"): string =>
  `${number.replaceAll(/[^A-Za-z0-9-]/g, "-")}.${ending}`;
