import { z } from "zod";
import { ExternalId, Name } from "../http/fields.ts";
import { iso } from "../kernel/clock.ts";
import type { UserRow } from "./store.ts";

export const NewUser = z.strictObject({
  external_id: ExternalId,
  name: Name.nullable().default(null),
  status: z.enum(["active", "blocked"]).default("active"),
});

export const UserPatch = z.strictObject({ name: Name.nullable(), status: z.enum(["active", "blocked"]) }).partial();

export const presentUser = ({ created_at, ...rest }: UserRow) => ({ ...rest, created_at: iso(created_at) });
