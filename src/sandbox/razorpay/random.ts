/** Mulberry32: the same seed tells the same story, and its one number can be kept. */
export interface Random {
  (): number;
  readonly state: () => number;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return Object.assign(next, { state: () => state });
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** What every id of Razorpay's ends in. */
export const fourteen = (random: Random): string =>
  Array.from({ length: 14 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
