import type { Routes } from "./openapi.ts";

/**
 * The types of an answer by the path that is asked for, as the client writes it: below `/api/`, ids filled in, a query behind it. What no route
 * fits is `never`.
 */
export type AnswerOf<Method extends string, Asked extends string> = RouteOf<Method, Asked>["answer"];

export type BodyOf<Method extends string, Asked extends string> = RouteOf<Method, Asked>["body"];

/** A path that there is a route for, or `never`. */
export type Known<Method extends string, Asked extends string> =
  NameOf<Method, WithoutQuery<Asked>> extends never ? never : Asked;

type RouteOf<Method extends string, Asked extends string> = Routes[NameOf<Method, WithoutQuery<Asked>>];

type WithoutQuery<Asked extends string> = Asked extends `${infer Path}?${string}` ? Path : Asked;

/** The name of the route: written out where there is one, before one that has a parameter there. */
type NameOf<Method extends string, Path extends string> = `${Method} /api/${Path}` extends keyof Routes
  ? `${Method} /api/${Path}`
  : {
      [Name in keyof Routes]: Name extends `${Method} /api/${infer Template}` ? Fits<Template, Path, Name> : never;
    }[keyof Routes];

type Fits<Template extends string, Path extends string, Name> = Template extends `${infer Segment}/${infer More}`
  ? Path extends `${infer Given}/${infer Rest}`
    ? SegmentFits<Segment, Given> extends true
      ? Fits<More, Rest, Name>
      : never
    : never
  : Path extends `${string}/${string}`
    ? never
    : SegmentFits<Template, Path> extends true
      ? Name
      : never;

/** `{id}` is whatever is filled in; `{id}.pdf` is read as a file, and not asked for here. */
type SegmentFits<Segment extends string, Given extends string> = Segment extends `{${string}}`
  ? true
  : Segment extends Given
    ? Given extends Segment
      ? true
      : false
    : false;
