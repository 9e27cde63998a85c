import { useCallback } from "react";
import { useSearchParams } from "wouter";

export type Filters = Readonly<Record<string, string>>;

/** Where a list is on its way: no filters, and gone when one changes. */
const CURSORS = ["after_id", "before_id"];

/** What a page is filtered by stands in its address, so that it can be kept, sent and gone back to. */
export function useAddress(): {
  readonly filters: Filters;
  readonly cursor: Filters;
  /** Sets some; an empty one goes. The list begins anew. */
  setFilters(change: Readonly<Record<string, string | null>>): void;
  setCursor(cursor: Filters): void;
} {
  const [search, setSearch] = useSearchParams();
  const all = Object.fromEntries(search);
  const only = (isWanted: (name: string) => boolean): Filters =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));

  const setFilters = useCallback(
    (change: Readonly<Record<string, string | null>>) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const name of CURSORS) after.delete(name);
          for (const [name, value] of Object.entries(change)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
  const setCursor = useCallback(
    (cursor: Filters) =>
      setSearch((before) => {
        const after = new URLSearchParams(before);
        for (const name of CURSORS) after.delete(name);
        for (const [name, value] of Object.entries(cursor)) after.set(name, value);
        return after;
      }),
    [setSearch],
  );
  return {
    filters: only((name) => !CURSORS.includes(name)),
    cursor: only((name) => CURSORS.includes(name)),
    setFilters,
    setCursor,
  };
}

/** `name=value&…`, without what is empty. */
export function queryOf(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
