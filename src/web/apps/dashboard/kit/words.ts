/** The API's names as words: `quota.exhausted` is "quota exhausted". */
export const words = (name: string): string => name.replaceAll(/[._]/g, " ");

/** The same at the beginning of a line. */
export function titled(name: string): string {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
