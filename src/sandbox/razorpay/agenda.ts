/** What is due when: acts by name with the ids they are about, so that they can be written down and outlive a restart. */
export interface Due {
  /** Epoch milliseconds of business time. */
  readonly at: number;
  readonly key_id: string;
  readonly act: string;
  readonly args: readonly string[];
}

/** In order of time; of one time in order of entry. */
export interface Agenda {
  add(due: Due): void;
  next(): number | null;
  /** Takes out the first that is due by then. */
  take(by: number): Due | undefined;
  all(): readonly Due[];
}

export function openAgenda(kept: readonly Due[] = []): Agenda {
  const entries: Due[] = [];
  const agenda: Agenda = {
    add(due) {
      let low = 0;
      let high = entries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (entries[middle]!.at <= due.at) low = middle + 1;
        else high = middle;
      }
      entries.splice(low, 0, due);
    },
    next: () => entries[0]?.at ?? null,
    take: (by) => (entries[0] && entries[0].at <= by ? entries.shift() : undefined),
    all: () => entries,
  };
  for (const due of kept) agenda.add(due);
  return agenda;
}
