import { z } from "zod";
import { At, AtOrNull, adminChapter, Id, named, pageTold } from "../../http/operation.ts";
import { PageQuery } from "../../http/paging.ts";
import { ROLES } from "../role.ts";
import { AdminKeyChange, NewAdminKey } from "./key.ts";

const key = {
  ...{ id: Id, name: z.string(), role: z.enum(ROLES), prefix: z.string() },
  ...{ expires_at: AtOrNull, revoked_at: AtOrNull, created_at: At },
};
const AdminKey = named("AdminKey", z.object(key), "A key of an administrator, without its secret.");
const AdminKeyWithSecret = named(
  "AdminKeyWithSecret",
  z.object({ ...key, secret: z.string() }),
  "A key of an administrator with its secret, which is shown this once.",
);

export const adminKeyDescribed = adminChapter("Administrators", {
  "GET /keys": { summary: "List the keys of administrators", query: PageQuery, answers: { 200: pageTold(AdminKey) } },
  "POST /keys": {
    summary: "Create a key for an administrator",
    description: "`owner` may do everything, `finance` reads everything and writes what is billing's, `support` reads.",
    ...{ body: NewAdminKey, answers: { 201: AdminKeyWithSecret } },
  },
  "PATCH /keys/:id": {
    summary: "Change the name or the role of an administrator's key",
    description:
      "Holds at once, for those who are signed in with it too. The last owner's key keeps its role when it asks for this itself.",
    ...{ body: AdminKeyChange, answers: { 200: AdminKey }, problems: ["conflict"] },
  },
});
