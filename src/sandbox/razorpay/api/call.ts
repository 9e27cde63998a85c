import { Refused } from "../refusal.ts";
import type { Shelf } from "../shelf.ts";
import type { Body } from "./body.ts";

/** A call to the API as it is answered: the entity, or a Refused is thrown. */
export interface Call {
  readonly method: string;
  /** Without `/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type Handler = (shelf: Shelf, call: Call, first: string, second: string) => unknown;
/** `:id` stands for any one part of the path. */
export type Route = readonly [method: string, path: string, handler: Handler];

/** A page of a list: newest first, without what is younger than the list's lag. There is no total, and no cursor. */
export function page<T extends { readonly created_at: number }>(
  shelf: Shelf,
  { query }: Call,
  all: Iterable<T>,
  present: (entity: T) => unknown,
  countMax = 100,
) {
  const number = (name: string, otherwise: number): number => {
    const said = query.get(name);
    if (said === null) return otherwise;
    if (!/^\d{1,15}$/.test(said)) throw new Refused(`The ${name} must be an integer.`, { field: name });
    return Number(said);
  };
  const [count, skip] = [number("count", 10), number("skip", 0)];
  if (count < 1) throw new Refused("The count must be at least 1.", { field: "count" });
  if (count > countMax) throw new Refused(`The count may not be greater than ${countMax}.`, { field: "count" });
  const [from, to] = [number("from", 0), number("to", Number.MAX_SAFE_INTEGER)];
  const seenBy = shelf.now() - shelf.knobs.listLagSeconds;
  const seen = [...all].filter(({ created_at: at }) => at >= from && at <= to && at <= seenBy);
  const items = seen
    .reverse()
    .slice(skip, skip + count)
    .map(present);
  return collection(items);
}

export const collection = (items: readonly unknown[]) => ({ entity: "collection", count: items.length, items });

/** Those whose fields are what the query says, of the fields that a list can be asked by. */
export const matching = <T>(all: Iterable<T>, { query }: Call, fields: readonly (keyof T & string)[]): T[] =>
  [...all].filter((entity) => fields.every((name) => !query.has(name) || entity[name] === query.get(name)));
