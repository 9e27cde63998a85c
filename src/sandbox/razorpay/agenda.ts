/** What is due when, in order of time; of one time in order of entry. Instants are epoch milliseconds of business time. */
export interface Agenda {
  add(at: number, task: () => void | Promise<void>): void;
  next(): number | null;
  /** Takes out the first task that is due by then. */
  take(by: number): { readonly at: number; readonly task: () => void | Promise<void> } | undefined;
}

export function openAgenda(): Agenda {
  const entries: { at: number; order: number; task: () => void | Promise<void> }[] = [];
  let order = 0;
  return {
    add(at, task) {
      const entry = { at, order: order++, task };
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (entries[middle]!.at <= at) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, entry);
    },
    next: () => entries[0]?.at ?? null,
    take(by) {
      return entries[0] && entries[0].at <= by ? entries.shift() : undefined;
    },
  };
}
