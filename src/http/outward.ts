import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { Agent, fetch, type RequestInit, type Response } from "undici";

/** Calls to addresses that somebody else named: key sets, webhook endpoints. */
export interface Outward {
  /** Follows no redirect, and gives up after the time-out. Rejects where the address is private and that is not allowed. */
  fetch(url: string, init?: Pick<RequestInit, "method" | "headers" | "body">): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Never reaches a private address, unless the operator allows it: a tenant could otherwise make us call our neighbours. The address
 * that is checked is the address that is connected to: a name that changes in between gains nothing.
 */
export function openOutward({ allowPrivate, timeoutMs }: { allowPrivate: boolean; timeoutMs: number }): Outward {
  const agent = new Agent({
    connect: {
      timeout: timeoutMs,
      lookup: (hostname, _options, callback) => {
        lookup(hostname, { all: true }).then(
          (addresses) => {
            const refused = !allowPrivate && addresses.some(({ address }) => !isPublic(address));
            if (refused) callback(new Error(`${hostname} is a private address`), []);
            else callback(null, addresses);
          },
          (error) => callback(error, []),
        );
      },
    },
  });
  return {
    fetch(url, init = {}) {
      const { hostname } = new URL(url);
      const literal = hostname.replace(/^\[|\]$/g, "");
      if (!allowPrivate && ipaddr.isValid(literal) && !isPublic(literal))
        return Promise.reject(new Error(`${hostname} is a private address`));
      return fetch(url, {
        ...init,
        dispatcher: agent,
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
    },
    close: () => agent.close(),
  };
}

const isPublic = (address: string): boolean => ipaddr.process(address).range() === "unicast";
