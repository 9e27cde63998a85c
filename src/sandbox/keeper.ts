/** Where a simulator's state outlives its process. The text is its own business. */
export interface Keeper {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/**
 * Saves the state as it is now; resolves once a save that began after the call is done. Those who ask while one is under way share the next, and
 * nothing is written where nothing changed.
 */
export function openSaving(keeper: Keeper | undefined, state: () => unknown): () => Promise<void> {
  if (!keeper) return async () => {};
  let saved = "";
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const save = async () => {
    const text = JSON.stringify(state());
    if (text === saved) return;
    await keeper.save(text);
    saved = text;
  };
  const start = (): Promise<void> => {
    const mine = save().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  return () => {
    if (!running) return start();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
}
