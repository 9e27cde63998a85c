import { sandboxKey } from "../shared/meta.ts";

/** The portal's too: whoever entered a key here is signed in there. */
const STORED = "tollgate-key";

export const startingKey = (): string => sessionStorage.getItem(STORED) || sandboxKey;

/** Keeps the key for this tab; the demo key is on the page anyway. */
export const keepKey = (key: string): void => sessionStorage.setItem(STORED, key === sandboxKey ? "" : key);
