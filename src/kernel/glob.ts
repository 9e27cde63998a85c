import picomatch from "picomatch";

const compiled = new Map<string, (text: string) => boolean>();

/** Whether a model id (or route) matches one of the globs, such as `claude-haiku-*`. No globs at all means everything. */
export function matchesAny(globs: readonly string[] | null | undefined, text: string): boolean {
  if (!globs?.length) return true;
  return globs.some((glob) => matcher(glob)(text));
}

/** A matcher for one glob, compiled once. */
export function matcher(glob: string): (text: string) => boolean {
  let match = compiled.get(glob);
  if (!match) {
    if (compiled.size > 10_000) compiled.clear();
    match = picomatch(glob, { bash: true });
    compiled.set(glob, match);
  }
  return match;
}

export const isGlob = (text: string): boolean => /[*?[\]{}]/.test(text);
