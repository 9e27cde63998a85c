import type { AccountKept } from "./account.ts";
import type { Due } from "./agenda.ts";

/** Where the simulator's state outlives its process. The text is its own business. */
export interface Keeper {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/** All of it: what exists, what is due, where chance stands, and at which port its pages' addresses point. */
export interface State {
  readonly version: 1;
  readonly port: number;
  readonly random: number;
  readonly accounts: readonly AccountKept[];
  readonly due: readonly Due[];
}

export async function loadState(keeper: Keeper | undefined): Promise<State | null> {
  const text = await keeper?.load();
  if (!text) return null;
  const state = JSON.parse(text) as State;
  if (state.version !== 1) throw new Error(`the simulated Razorpay's state has version ${state.version}, not 1`);
  return state;
}

/**
 * Saves the state as it is now; resolves once a save that began after the call is done. Those who ask while one is under way share the next, and
 * nothing is written where nothing changed.
 */
export function openSaving(keeper: Keeper | undefined, state: () => State): () => Promise<void> {
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
