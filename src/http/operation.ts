import { z } from "zod";
import type { ProblemCode } from "../kernel/problems.ts";
import type { Scope } from "./principal.ts";

/**
 * What a route promises, as data: the OpenAPI document is made of it, the pages are typed from it, and the tests hold the answers
 * against it. It stands in the room of the route, and names the very schemas that the route parses with.
 */
export interface Operation {
  /** What it does, in a line. */
  readonly summary: string;
  readonly description?: string;
  /** The scope that a credential of a tenant needs. */
  readonly scope?: Scope;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** By status, what a success says. */
  readonly answers: Readonly<Record<number, Told>>;
  /** What it may refuse with, besides what every route of its kind may (`openapi.ts` adds these). */
  readonly problems?: readonly ProblemCode[];
}

/** JSON of this shape; another media type; either of them, as the query asks; or nothing at all. */
export type Told = z.ZodType | Media | null;
export class Media {
  readonly types: Readonly<Record<string, z.ZodType | null>>;
  constructor(types: Readonly<Record<string, z.ZodType | null>>) {
    this.types = types;
  }
}
export const media = (...types: readonly string[]): Media => new Media(Object.fromEntries(types.map((t) => [t, null])));
/** JSON unless the query asks for another media type. */
export const jsonOr = (type: string, schema: z.ZodType): Media =>
  new Media({ "application/json": schema, [type]: null });

/** Operations by their route, the path as Express writes it: `GET /tenants/:id`. */
export type Operations = Readonly<Record<string, Operation>>;

/** Who may come: anybody, whoever has a credential of a tenant, or an administrator. */
export type Caller = "anybody" | "tenant" | "admin";

/** Some operations of a room that belong together. */
export interface Chapter {
  /** The heading that they stand under. */
  readonly tag: string;
  readonly for: Caller;
  /** Where their router is mounted. */
  readonly under: string;
  readonly operations: Operations;
}

export const adminChapter = (tag: string, operations: Operations): Chapter => ({
  ...{ tag, for: "admin", under: "/api/admin", operations },
});
export const tenantChapter = (tag: string, operations: Operations): Chapter => ({
  ...{ tag, for: "tenant", under: "/api", operations },
});

/** What many answers are made of. */
export const At = z.iso.datetime();
export const AtOrNull = At.nullable();
export const Id = z.string();
export const IdOrNull = Id.nullable();
/** Millionths of the `currency` that stands beside it. */
export const MicrosTold = z.int();
/** The smallest unit of the currency, as Razorpay counts. */
export const PaiseTold = z.int();
/** An exact decimal, as text. */
export const Decimal = z.string();
/** JSON whose shape is not ours: what a provider reported, or what somebody gave us to keep. */
export const Anything = z.looseObject({});

/** One page of a list; `first_id` and `last_id` are for `before_id` and `after_id`. */
export const pageTold = <S extends z.ZodType>(row: S) =>
  z.object({ data: z.array(row), has_more: z.boolean(), first_id: IdOrNull, last_id: IdOrNull });

/** The whole of a list that is short. */
export const listTold = <S extends z.ZodType>(row: S) => z.object({ data: z.array(row) });

/** A shape that the document names, so that it stands there once. */
export const named = <S extends z.ZodType>(id: string, schema: S, description?: string): S =>
  schema.meta({ id, ...(description && { description }) });
