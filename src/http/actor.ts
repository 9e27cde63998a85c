import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actor } from "../db/audit.ts";

const actors = new WeakMap<ServerResponse, Actor>();

export const setActor = (res: ServerResponse, actor: Actor): void => void actors.set(res, actor);

/**
 * Which administrator asks, and from where. Every line of the audit log wants one, and this is the only place where a route finds it: so none can
 * forget who did it.
 */
export function actorOf(res: ServerResponse): Actor {
  const actor = actors.get(res);
  if (!actor) throw new Error("this route is not behind requireAdmin");
  return actor;
}

const AGENT_LENGTH_MAX = 300;

/** The client's address, as far as the trusted proxies are believed, and what it says it is. */
export const whereFrom = (
  req: Pick<IncomingMessage, "headers"> & { readonly ip?: string | undefined },
): Omit<Actor, "name"> => ({
  address: req.ip ?? null,
  agent: req.headers["user-agent"]?.slice(0, AGENT_LENGTH_MAX) ?? null,
});
