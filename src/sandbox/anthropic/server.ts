import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SECOND } from "../../kernel/clock.ts";
import { type Keeper, openSaving } from "../keeper.ts";
import { KEEP_ALIVE_MS, LOOPBACK } from "../loopback.ts";
import { type KeptBook, openReportBook, type ReportBook } from "./admin/report-book.ts";
import { openBatchShelf } from "./batches/shelf.ts";
import { openBehaviours, type SandboxRule } from "./behaviour.ts";
import { openPromptCache } from "./cache.ts";
import { faultOf } from "./fault.ts";
import type { Exchange, Parts } from "./parts.ts";
import { sendFault } from "./parts.ts";
import { route } from "./route.ts";
import { openTally, type Tally } from "./tally.ts";

export type { SandboxRequest, SandboxRule } from "./behaviour.ts";
export type { Behaviour } from "./directives.ts";
export type { Ended, Tally, TallyEntry, TallyQuantities, TallyTotals } from "./tally.ts";

export interface SandboxAnthropicOptions {
  /** On loopback; 0 takes a free one. */
  port?: number;
  /** The upstream keys that are accepted, as `x-api-key` or as a bearer token. */
  keys?: readonly string[];
  /** The keys that open the Admin API, and nothing else. */
  adminKeys?: readonly string[];
  /** The pause before each delta. */
  paceMs?: number;
  /** How long a line of a batch takes, unless it says otherwise (`[[batch_ms=N]]`). */
  batchMs?: number;
  /** The clock that the prompt cache and the tally live by. */
  now?: () => number;
  /** Keeps what its reports are made of over a restart; without it all is forgotten. Who is killed forgets the last second. */
  keeper?: Keeper;
}

export interface SandboxAnthropic {
  readonly url: string;
  readonly port: number;
  readonly tally: Tally;
  /** What the Admin API reports, and how that differs from the truth. */
  readonly reports: ReportBook;
  /** Imposes a behaviour on the requests a rule matches, until undone or used up. Rules outrank directives. */
  behave(rule: SandboxRule): () => void;
  close(): Promise<void>;
}

/** All rows are saved at once, and every request adds to one. */
const SAVE_MS = SECOND;

/** A simulated Anthropic API: real HTTP on loopback, the wire format of the real one, and a tally of the truth. */
export async function openSandboxAnthropic(options: SandboxAnthropicOptions = {}): Promise<SandboxAnthropic> {
  const { port = 0, keys = ["sk-ant-sandbox"], paceMs = 0, batchMs = 100, now = Date.now } = options;
  const { adminKeys = ["sk-ant-admin-sandbox"] } = options;
  const saving = openSaving(options.keeper, () => reports.kept());
  let later: NodeJS.Timeout | null = null;
  const saveLater = () => {
    if (!options.keeper || later) return;
    later = setTimeout(() => {
      later = null;
      saving().catch((error: unknown) =>
        process.emitWarning(`the simulated provider's reports were not kept: ${error}`),
      );
    }, SAVE_MS).unref();
  };
  const reports = openReportBook({ now, kept: await keptBook(options.keeper), onAdded: saveLater });
  const parts: Parts = {
    ...{ keys: new Set(keys), adminKeys: new Set(adminKeys), reports },
    paceMs,
    now,
    tally: openTally(now, reports.add),
    cache: openPromptCache(now),
    behaviours: openBehaviours(),
    batches: openBatchShelf({ now, batchMs }),
  };
  const nextId = requestIds();

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (req, res) => {
    const exchange = { parts, req, res, id: nextId() };
    route(exchange).catch((error: unknown) => broken(exchange, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://${LOOPBACK}:${bound}`,
    port: bound,
    ...{ tally: parts.tally, reports },
    behave: parts.behaviours.behave,
    async close() {
      await new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections());
      if (later) clearTimeout(later);
      await saving();
    },
  };
}

async function keptBook(keeper: Keeper | undefined): Promise<KeptBook | null> {
  const text = await keeper?.load();
  if (!text) return null;
  const book = JSON.parse(text) as KeptBook;
  if (book.version !== 1) throw new Error(`the simulated provider's reports have version ${book.version}, not 1`);
  return book;
}

/** Unique across sandboxes, cheap, and in the shape of real ones. */
function requestIds(): () => string {
  const seed = randomBytes(6).toString("hex");
  let count = 0;
  return () => {
    count += 1;
    return `req_01${seed}${count.toString(36).padStart(8, "0")}`;
  };
}

/** A defect of the sandbox itself: said out loud, so that a test that meets it does not go looking elsewhere. */
function broken(exchange: Exchange, error: unknown): void {
  if (exchange.res.headersSent) exchange.res.destroy();
  else sendFault(exchange, faultOf(500, `the sandbox itself failed: ${error instanceof Error ? error.stack : error}`));
}
