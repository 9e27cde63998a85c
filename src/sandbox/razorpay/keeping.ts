import type { Keeper } from "../keeper.ts";
import type { AccountKept } from "./account.ts";
import type { Due } from "./agenda.ts";

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
