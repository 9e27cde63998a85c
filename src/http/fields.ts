import { z } from "zod";
import { isTimezone } from "../kernel/windows.ts";

/** The field schemas that many bodies and queries share. Every text has a bound. */

export const Name = z.string().trim().min(1).max(200);
export const ExternalId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !/[\p{Cc}]/u.test(id), "must not contain control characters");
export const Ref = z.string().min(1).max(220);
export const Timezone = z.string().max(64).refine(isTimezone, "must be an IANA time zone such as Asia/Kolkata");
export const Currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code such as INR");
/** A model or route pattern: `*` and `?` are the only wildcards. */
export const Glob = z.string().regex(/^[A-Za-z0-9._:/*?-]{1,100}$/, "must be a name, with * or ? as wildcards");
export const Globs = z.array(Glob).max(50);
/** An instant on the wire: ISO 8601 with a zone. In memory: epoch milliseconds. */
export const Time = z.iso
  .datetime({ offset: true, error: "must be an ISO 8601 time with a zone" })
  .transform((text) => Date.parse(text));
export const Metadata = z
  .record(z.string().max(64), z.string().max(500))
  .refine((map) => Object.keys(map).length <= 50, "has at most 50 entries");

/** A flag or number in a query string arrives as text. */
export const QueryInt = z.coerce.number().pipe(z.int());
