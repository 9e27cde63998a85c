import type { Notes } from "../entities.ts";
import { needless, Refused, required, tooSmall } from "../refusal.ts";

/** The body of a call, checked as Razorpay does: what it does not know it refuses, by name. */
export type Body = Readonly<Record<string, unknown>>;

export function expectFields(body: Body, known: readonly string[]): void {
  const strange = Object.keys(body).filter((name) => !known.includes(name));
  if (strange.length) throw needless(strange);
}

export function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || !value) throw required(name);
  return value;
}

export const optionalText = (body: Body, name: string): string | null =>
  body[name] === undefined || body[name] === null || body[name] === "" ? null : String(body[name]);

export function whole(body: Body, name: string): number {
  if (body[name] === undefined || body[name] === null || body[name] === "") throw required(name);
  const value = Number(body[name]);
  if (!Number.isSafeInteger(value)) throw new Refused(`The ${name} must be an integer.`, { field: name });
  return value;
}

export const optionalWhole = (body: Body, name: string): number | null =>
  body[name] === undefined || body[name] === null ? null : whole(body, name);

/** Flags come as booleans, as 0 and 1, and as text. */
export const flag = (body: Body, name: string, otherwise: boolean): boolean =>
  body[name] === undefined || body[name] === null ? otherwise : [true, 1, "1", "true"].includes(body[name] as string);

/** A part that is an object of its own; empty where it is missing. */
export function part(body: Body, name: string): Body {
  const value = body[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new Refused(`The ${name} must be an array.`, { field: name });
  return value as Body;
}

export function list(body: Body, name: string): readonly Body[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw new Refused(`The ${name} must be an array.`, { field: name });
  return value as Body[];
}

export function amountOf(body: Body): number {
  const amount = whole(body, "amount");
  if (amount < 100) throw tooSmall();
  return amount;
}

export function currencyOf(body: Body): string {
  const currency = optionalText(body, "currency") ?? "INR";
  if (!/^[A-Z]{3}$/.test(currency)) throw new Refused("The currency is invalid.", { field: "currency" });
  return currency;
}

const NOTES_MAX = 15;
const NOTE_LETTERS_MAX = 256;

export function notesOf(body: Body): Notes {
  const { notes } = body;
  if (notes === undefined || notes === null || Array.isArray(notes)) return {};
  if (typeof notes !== "object") throw new Refused("The notes must be an array.", { field: "notes" });
  const pairs = Object.entries(notes).map(([name, value]) => [name, String(value)] as const);
  if (pairs.length > NOTES_MAX)
    throw new Refused("Number of fields in notes should be less than or equal to 15", { field: "notes" });
  if (pairs.some(([, value]) => value.length > NOTE_LETTERS_MAX))
    throw new Refused("The notes value may not be greater than 256 characters.", { field: "notes" });
  return Object.fromEntries(pairs);
}
