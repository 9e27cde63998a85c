import type { Routes } from "./openapi.ts";

/**
 * The types of an answer by the path that is asked for, as the client writes it: below the client's root or from the top, ids filled in, a query
 * behind it. What no route fits is `never`.
 */
export type AnswerOf<Method extends string, Root extends string, Asked extends string> = Routes[NameOf<
  Method,
  Root,
  Asked
>]["answer"];

export type BodyOf<Method extends string, Root extends string, Asked extends string> = Routes[NameOf<
  Method,
  Root,
  Asked
>]["body"];

/** What may stand behind the `?`. */
export type QueryOf<Root extends string, Asked extends string> = Routes[NameOf<"GET", Root, Asked>]["query"];

/** A path that there is a route for, or `never`; one of several must have a route each. */
export type Known<Method extends string, Root extends string, Asked extends string> = Asked extends unknown
  ? [NameOf<Method, Root, Asked>] extends [never]
    ? never
    : Asked
  : never;

/** The name of the route: written out where there is one, before one that has a parameter there. */
type NameOf<Method extends string, Root extends string, Asked extends string> = Asked extends unknown
  ? Named<Method, WithoutQuery<FromTop<Root, Asked>>>
  : never;

type FromTop<Root extends string, Asked extends string> = Asked extends `/${string}` ? Asked : `${Root}${Asked}`;

type WithoutQuery<Asked extends string> = Asked extends `${infer Path}?${string}` ? Path : Asked;

type Named<Method extends string, Path extends string> = `${Method} ${Path}` extends keyof Routes
  ? `${Method} ${Path}`
  : {
      [Name in keyof Routes]: Name extends `${Method} ${infer Template}` ? Fits<Template, Path, Name> : never;
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

/** `{id}` is whatever is filled in; behind `{id}.pdf` there must be a `.pdf`. */
type SegmentFits<Segment extends string, Given extends string> = Segment extends `{${string}}${infer End}`
  ? End extends ""
    ? true
    : Given extends `${string}${End}`
      ? true
      : false
  : Segment extends Given
    ? Given extends Segment
      ? true
      : false
    : false;
