import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import { actorOf } from "../http/actor.ts";
import { parse } from "../http/parse.ts";
import { findUser } from "../tenants/store.ts";
import { erase, type PrivacyParts } from "./erase.ts";
import { exported } from "./export.ts";
import { findPerson } from "./identity/store.ts";

const Nothing = z.strictObject({});

/** `/api/admin/users/{id}/export` and `/erase`: what a person may ask for under India's DPDP Act. */
export function privacyAdminRoutes(parts: PrivacyParts): Router {
  const { db, clock } = parts;
  const router = Router();

  router.get("/users/:id/export", async (req, res) => {
    const user = await findUser(db.read, req.params.id);
    const at = clock.wall();
    // Who read a person's data is worth knowing as well.
    await db.transaction((tx) =>
      recordAudit(tx, {
        ...{ actor: actorOf(res), action: "user.exported", tenant_id: user.tenant_id, subject_id: user.id, at },
      }),
    );
    const person = await findPerson(db.read, user);
    res.set({ "content-disposition": `attachment; filename="${user.id}.json"`, "cache-control": "private, no-store" });
    res.type("json");
    await pipeline(Readable.from(exported(db.read, person, at)), res);
  });

  router.post("/users/:id/erase", async (req, res) => {
    parse(Nothing, req.body);
    res.json(await erase(parts, req.params.id, actorOf(res)));
  });

  return router;
}
