import type { ServerResponse } from "node:http";
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
