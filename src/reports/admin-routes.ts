import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Response, Router } from "express";
import type { Catalogs } from "../catalog/catalog.ts";
import type { Database } from "../db/database.ts";
import { parse } from "../http/parse.ts";
import type { Clock } from "../kernel/clock.ts";
import { labelOf } from "../usage/report.ts";
import { csvOf, type Row } from "./csv.ts";
import { AGEING_COLUMNS, AgeingQuery, ageingReport, countOpen, everyOpen } from "./money/ageing.ts";
import {
  countFlowRows,
  everyFlow,
  FLOWS,
  type FlowName,
  FlowQuery,
  flowColumns,
  flowReport,
  openFlow,
} from "./money/flows.ts";
import { CYCLE_COLUMNS, CyclesQuery, countCycleRows, cyclesReport, everyCycle } from "./money/subscriptions.ts";
import { KINDS, type KindName } from "./usage/kinds.ts";
import { countRows } from "./usage/pages.ts";
import { ReportQuery } from "./usage/query.ts";
import { columnsOf, everyRow, jsonReport, openReport } from "./usage/report.ts";
import { TopQuery, topColumns, topReport } from "./usage/top.ts";

/** `/api/admin/reports`: what was used, what it cost and brought, and what of that was paid. All from rollups and books, never from events. */
export function reportAdminRoutes(parts: { db: Database; clock: Clock; catalogs: Catalogs }): Router {
  const { db, clock } = parts;
  const router = Router();

  for (const kind of Object.keys(KINDS) as KindName[]) {
    router.get(`/reports/${kind}`, async (req, res) => {
      const query = parse(ReportQuery, req.query);
      const report = await openReport(db.read, kind, query, clock.now());
      if (query.format === "json") {
        res.json(await jsonReport(db.read, report, query));
        return;
      }
      await sendCsv(res, `${kind}-${labelOf(report.page.range.from, "day", report.page.timezone)}`, {
        rows: await countRows(db.read, report.page),
        ...{ columns: columnsOf(report), pages: everyRow(db.read, report) },
      });
    });
  }

  router.get("/reports/top", async (req, res) => {
    const query = parse(TopQuery, req.query);
    const report = await topReport(db.read, query, clock.now());
    if (query.format === "json") {
      res.json(report);
      return;
    }
    const { data } = report;
    await sendCsv(res, `top-${query.of}`, { rows: data.length, columns: topColumns(query), pages: onePage(data) });
  });

  router.get("/reports/subscriptions", async (req, res) => {
    const query = parse(CyclesQuery, req.query);
    if (query.format === "json") {
      res.json(await cyclesReport(db.read, query));
      return;
    }
    await sendCsv(res, "subscriptions", {
      rows: await countCycleRows(db.read, query),
      ...{ columns: CYCLE_COLUMNS, pages: everyCycle(db.read, query) },
    });
  });

  for (const flow of Object.keys(FLOWS) as FlowName[]) {
    router.get(`/reports/${flow}`, async (req, res) => {
      const query = parse(FlowQuery, req.query);
      const open = await openFlow(db.read, flow, query, clock.now());
      if (query.format === "json") {
        res.json(await flowReport(db.read, open, query));
        return;
      }
      await sendCsv(res, `${flow}-${labelOf(open.range.from, "day", open.timezone)}`, {
        rows: await countFlowRows(db.read, open),
        ...{ columns: flowColumns(open), pages: everyFlow(db.read, open) },
      });
    });
  }

  router.get("/reports/ageing", async (req, res) => {
    const query = parse(AgeingQuery, req.query);
    if (query.format === "json") {
      res.json(await ageingReport(db.read, query, clock.now()));
      return;
    }
    await sendCsv(res, "ageing", {
      rows: await countOpen(db.read, query),
      ...{ columns: AGEING_COLUMNS, pages: everyOpen(db.read, query, clock.now()) },
    });
  });

  return router;
}

async function* onePage(rows: readonly Row[]) {
  yield rows;
}

/** `x-tollgate-rows` says how many rows will come, so that whoever reads can show how far it is. */
async function sendCsv(
  res: Response,
  name: string,
  { rows, columns, pages }: { rows: number; columns: readonly string[]; pages: AsyncIterable<readonly Row[]> },
): Promise<void> {
  res.set({
    "content-disposition": `attachment; filename="${name}.csv"`,
    ...{ "cache-control": "private, no-store", "x-tollgate-rows": String(rows) },
  });
  res.type("csv");
  await pipeline(Readable.from(csvOf(pages, columns)), res);
}
