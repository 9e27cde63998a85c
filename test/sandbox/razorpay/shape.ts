import { readFileSync } from "node:fs";

const FIXTURES = new URL("../../fixtures/razorpay/", import.meta.url);

export const fixture = (path: string): unknown => JSON.parse(readFileSync(new URL(path, FIXTURES), "utf8"));

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value);

/**
 * Where a value has other keys, or other JSON types, than an example of its kind. Notes and a link's customer are their owner's words, so only
 * that they are there counts.
 */
export function differences(ours: unknown, example: unknown, path = ""): string[] {
  const name = path.split(".").at(-1);
  if (name === "notes" || name === "customer") return ours === undefined ? [`${path}: missing`] : [];
  if (typeOf(ours) !== typeOf(example)) return [`${path}: ${typeOf(ours)} instead of ${typeOf(example)}`];
  if (Array.isArray(ours) && Array.isArray(example)) {
    if (!ours.length || !example.length) return [];
    return differences(ours[0], example[0], `${path}[0]`);
  }
  if (ours === null || typeof ours !== "object") return [];
  const [mine, theirs] = [ours as Record<string, unknown>, example as Record<string, unknown>];
  const inside = (key: string) => (path ? `${path}.${key}` : key);
  return [
    ...Object.keys(theirs).flatMap((key) =>
      key in mine ? differences(mine[key], theirs[key], inside(key)) : [`${inside(key)}: missing`],
    ),
    ...Object.keys(mine)
      .filter((key) => !(key in theirs))
      .map((key) => `${inside(key)}: not in the example`),
  ];
}
