import { setTimeout as pause } from "node:timers/promises";
import { Router } from "express";
import type { Database } from "../db/database.ts";
import { parse } from "../http/parse.ts";
import { STREAM_HEADERS, sseEvent, writeTo } from "../http/sse.ts";
import type { Clock } from "../kernel/clock.ts";
import { firstIdAt } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { findTenant } from "../tenants/store.ts";
import { presentEventInFull } from "./event.ts";
import { EVENTS_MAX, LATE_MS, LiveQuery, LOOK_MS, LOOKED_ON_MS, openLooker, READERS_MAX } from "./live.ts";
import { listNewestEvents } from "./store.ts";

const EVENTS = STREAM_HEADERS["content-type"];
/** How soon a reader whose answer is over asks again. */
const AGAIN_MS = 250;

/**
 * `/api/admin/events/stream`: what is settled, on whichever node, as it happens. The database is asked, so nodes need not know each other.
 * Whoever does not say that it reads a stream of events is told what there is, and no more.
 */
export function liveAdminRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Router {
  const router = Router();
  let readers = 0;

  router.get("/events/stream", async (req, res) => {
    const { tenant_id, model } = parse(LiveQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    if (readers >= READERS_MAX) {
      throw new Problem("rate_limited", { message: `${READERS_MAX} look on already. Close a window, then try again.` });
    }
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const fresh = openLooker();
    const until = req.headers.accept?.includes(EVENTS) ? clock.wall() + LOOKED_ON_MS : 0;
    readers++;
    try {
      res.writeHead(200, STREAM_HEADERS);
      await writeTo(res, `retry: ${AGAIN_MS}\n\n`);
      do {
        const since = firstIdAt("event", clock.wall() - LATE_MS);
        const filter = { tenant_id: tenant?.id, model };
        for (const event of fresh(await listNewestEvents(db.read, filter, since, EVENTS_MAX))) {
          if (!(await writeTo(res, sseEvent(JSON.stringify(presentEventInFull(event)), "settled")))) return;
        }
        await writeTo(res, ": looked\n\n");
        if (clock.wall() < until) await pause(LOOK_MS, undefined, { signal: gone.signal }).catch(() => {});
      } while (!gone.signal.aborted && clock.wall() < until);
      res.end();
    } finally {
      readers--;
    }
  });

  return router;
}
