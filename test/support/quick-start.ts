import path from "node:path";

/**
 * For the environment of a Tollgate in a process of its own: what Node compiled for one it keeps for the next, which takes a third off each
 * start. (Vitest has switched this off for its workers, and so for what they start.)
 */
export const QUICK_START = {
  NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, "../../node_modules/.cache/tollgate-compiled"),
};
