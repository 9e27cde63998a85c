import { isoOrNull } from "../kernel/clock.ts";
import { isGlob, matchesAny } from "../kernel/glob.ts";
import { Problem } from "../kernel/problems.ts";
import type { NewKey } from "./key.ts";

/** What a key may do, and for how long. Null, for models and routes: everything. */
export interface Rights {
  readonly scopes: readonly string[];
  readonly models: readonly string[] | null;
  readonly routes: readonly string[] | null;
  readonly expires_at: number | null;
}

/**
 * A key as it is asked for by whoever holds `own`: what is left open is filled in with the limits of that one, and whatever goes beyond
 * them is refused, so that a key never begets one that may do more, or that outlives it.
 */
export function withinRights(asked: NewKey, own: Rights): NewKey {
  const scope = asked.scopes.find((scope) => !own.scopes.includes(scope));
  if (scope) throw beyond(`scopes: your own key lacks ${scope}, so it cannot give it.`);
  const expires_at = asked.expires_at ?? own.expires_at;
  if (own.expires_at !== null && expires_at! > own.expires_at)
    throw beyond(`expires_at: your own key ends ${isoOrNull(own.expires_at)}, so no key of it can end later.`);
  return {
    ...asked,
    models: within("models", asked.models, own.models),
    routes: within("routes", asked.routes, own.routes),
    expires_at,
  };
}

/** A pattern is within others when it is one of them, or a plain name that one of them matches. */
function within(field: "models" | "routes", asked: string[] | null, own: readonly string[] | null): string[] | null {
  if (own === null) return asked;
  if (asked === null) return [...own];
  const outside = asked.find((name) => !own.includes(name) && (isGlob(name) || !matchesAny(own, name)));
  if (outside) throw beyond(`${field}: your own key does not cover ${outside}; it covers ${own.join(", ")}.`);
  return asked;
}

const beyond = (message: string) => new Problem("scope_missing", { message });
