export interface Change {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);

/** The fields that a change made different. What was made new, or is gone, has none: all of it is. */
export function changesOf(before: unknown, after: unknown): Change[] {
  if (!isFields(before) || !isFields(after)) return [];
  return Object.keys(after)
    .filter((name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, before: text(before[name]), after: text(after[name]) }));
}
