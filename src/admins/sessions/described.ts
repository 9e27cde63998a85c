import { z } from "zod";
import { At, adminChapter, type Chapter, Id, IdOrNull, named, pageTold } from "../../http/operation.ts";
import { PageQuery } from "../../http/paging.ts";
import { ROLES } from "../role.ts";
import { SignIn } from "./session.ts";

const Role = z.enum(ROLES);

export const adminSignInDescribed: Chapter = {
  ...{ tag: "Administrators", for: "anybody", under: "/api/admin" },
  operations: {
    "POST /sessions": {
      summary: "Sign in: exchange an admin token or key for a session cookie",
      description: "For browsers. The cookie is HttpOnly and SameSite=Strict, and is sent to these routes alone.",
      body: SignIn,
      answers: { 201: z.object({ id: Id, role: Role, name: z.string(), expires_at: At }) },
      problems: ["invalid_credentials", "expired_credentials", "revoked_key", "csrf_refused", "rate_limited"],
    },
  },
};

const AdminSession = named(
  "AdminSession",
  z.object({
    ...{ id: Id, key_id: IdOrNull, name: z.string(), role: Role, address: z.string().nullable() },
    ...{ agent: z.string().nullable(), created_at: At, expires_at: At, current: z.boolean() },
  }),
  "A browser in which an administrator is signed in.",
);

export const adminSessionDescribed = adminChapter("Administrators", {
  "GET /me": {
    summary: "Say who is asking, and of what kind of Tollgate",
    answers: { 200: z.object({ name: z.string(), role: Role, session_id: IdOrNull, sandbox: z.boolean() }) },
  },
  "GET /sessions": {
    summary: "List who is signed in",
    description: "Owners see everybody's sessions, others their own.",
    ...{ query: PageQuery, answers: { 200: pageTold(AdminSession) } },
  },
  "DELETE /sessions/current": { summary: "Sign out", answers: { 204: null }, problems: ["not_found"] },
  "DELETE /sessions/:id": { summary: "End a session", answers: { 204: null } },
});
