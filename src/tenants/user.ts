import { z } from "zod";
import { ExternalId, Name } from "../http/fields.ts";
import { iso } from "../kernel/clock.ts";
import type { UserRow } from "./store.ts";

export const NewUser = z.strictObject({
  external_id: ExternalId,
  name: Name.nullable().default(null),
  status: z.enum(["active", "blocked"]).default("active"),
});

/** What is not given stays as it is (a blocked user is not unblocked by the way). */
export const PutUser = z.strictObject({
  external_id: ExternalId,
  name: Name.nullable().optional(),
  status: NewUser.shape.status.unwrap().optional(),
});

export const UserPatch = z.strictObject({ name: Name.nullable(), status: z.enum(["active", "blocked"]) }).partial();

export const presentUser = ({ created_at, ...rest }: UserRow) => ({ ...rest, created_at: iso(created_at) });
