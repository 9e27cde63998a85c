import type { ServerResponse } from "node:http";

/** The client's side of a response: whether somebody is still there, and waits that end when nobody is. */
export interface Outlet {
  readonly open: boolean;
  /** Returns a promise only when the client is slow; it settles when there is room again, or nobody left. */
  write(chunk: string | Uint8Array): Promise<void> | undefined;
  pause(ms: number): Promise<void>;
  gone(): Promise<void>;
  /** Destroys the connection, as a failing network would, once what was written has left. */
  cut(): void;
}

export function outletOf(res: ServerResponse): Outlet {
  let open = true;
  let wake: () => void = () => {};
  const asleep = () =>
    new Promise<void>((resolve) => {
      if (open) wake = resolve;
      else resolve();
    });

  res.on("close", () => {
    open = false;
    wake();
  });
  res.on("drain", () => wake());
  res.on("error", () => {
    open = false;
  });

  return {
    get open() {
      return open;
    },

    write(chunk) {
      if (!open || res.write(chunk)) return undefined;
      return asleep();
    },

    async pause(ms) {
      const sleeping = asleep();
      const timer = setTimeout(() => wake(), ms);
      await sleeping;
      clearTimeout(timer);
    },

    gone: asleep,
    cut: () => void setImmediate(() => res.destroy()),
  };
}
