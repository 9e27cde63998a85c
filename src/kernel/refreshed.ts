import type { Clock } from "./clock.ts";

export interface Refreshed<T> {
  /** The value, at most `staleMs` old: served at once while it is younger than that, and renewed in the background past `freshMs`. */
  get(): T | Promise<T>;
  /** Loads anew, and returns what was loaded. */
  refresh(): Promise<T>;
}

/** Keeps a copy of something that changes rarely and may be changed by another node. Bounds are in milliseconds of wall time. */
export function refreshed<T>(
  load: (previous: T | undefined) => Promise<T>,
  { clock, freshMs, staleMs }: { clock: Clock; freshMs: number; staleMs: number },
): Refreshed<T> {
  let value: T | undefined;
  let loadedAt = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let newest = 0;
  let loading: Promise<T> | undefined;

  const refresh = async (): Promise<T> => {
    const startedAt = clock.wall();
    const turn = ++turns;
    const loaded = await load(value);
    // A slower, older load must not overwrite a newer one.
    if (turn > newest) {
      newest = turn;
      value = loaded;
      loadedAt = startedAt;
    }
    return loaded;
  };
  const shared = () => {
    loading ??= refresh().finally(() => {
      loading = undefined;
    });
    return loading;
  };

  return {
    get() {
      const age = clock.wall() - loadedAt;
      if (age < freshMs) return value as T;
      const pending = shared();
      if (age >= staleMs) return pending;
      pending.catch(() => {});
      return value as T;
    },
    refresh,
  };
}
