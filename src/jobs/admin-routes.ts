import { Router } from "express";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { parse } from "../http/parse.ts";
import { type Clock, iso, isoOrNull } from "../kernel/clock.ts";
import { listJobs, listNodes } from "./store.ts";

const Nothing = z.strictObject({});

/** `/api/admin`: which nodes live, and what is done by itself. */
export function jobAdminRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Router {
  const router = Router();

  /** `late_ms` is by how much the time has passed at which it was due, while no node does it. */
  router.get("/jobs", async (req, res) => {
    parse(Nothing, req.query);
    const [now, wall] = [clock.now(), clock.wall()];
    const data = (await listJobs(db.read)).map(({ name, runs, last_error, node_id, ...row }) => {
      const isRunning = node_id !== null && row.leased_until > wall;
      return {
        ...{ id: name, runs, last_error, node_id: isRunning ? node_id : null },
        ...{ last_at: isoOrNull(row.last_at), next_at: iso(row.next_at) },
        late_ms: isRunning ? 0 : Math.max(0, now - row.next_at),
      };
    });
    res.json({ data });
  });

  router.get("/nodes", async (req, res) => {
    parse(Nothing, req.query);
    const wall = clock.wall();
    const data = (await listNodes(db.read)).map(({ id, name, started_at, lease_until }) => ({
      ...{ id, name, alive: lease_until > wall },
      ...{ started_at: iso(started_at), seen_until: iso(lease_until) },
    }));
    res.json({ data });
  });

  return router;
}
