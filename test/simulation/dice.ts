import { createHash } from "node:crypto";

/** Chance that can be told again: the same seed throws the same. */
export interface Dice {
  chance(share: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  of<T>(list: readonly T[]): T;
}

export function diceOf(seed: string): Dice {
  let throws = 0;
  const next = () => createHash("sha256").update(`${seed} ${throws++}`).digest().readUInt32BE() / 2 ** 32;
  return {
    chance: (share) => next() < share,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    of: (list) => list[Math.floor(next() * list.length)]!,
  };
}
