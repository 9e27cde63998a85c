import type { IncomingMessage, ServerResponse } from "node:http";
import type { ReportBook } from "./admin/report-book.ts";
import type { BatchShelf } from "./batches/shelf.ts";
import type { Behaviours } from "./behaviour.ts";
import type { PromptCache } from "./cache.ts";
import { type Fault, faultBody } from "./fault.ts";
import { operatorHeaders } from "./headers.ts";
import type { TallyBook } from "./tally.ts";

/** What a running sandbox is made of. */
export interface Parts {
  keys: ReadonlySet<string>;
  /** What opens the Admin API. */
  adminKeys: ReadonlySet<string>;
  reports: ReportBook;
  paceMs: number;
  now: () => number;
  tally: TallyBook;
  cache: PromptCache;
  behaviours: Behaviours;
  batches: BatchShelf;
}

/** One request and its answer. */
export interface Exchange {
  parts: Parts;
  req: IncomingMessage;
  res: ServerResponse;
  /** Sent as `request-id`. */
  id: string;
}

export function sendJson(exchange: Exchange, status: number, body: object, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  exchange.res.writeHead(status, { ...jsonHeaders(exchange, text), ...headers }).end(text);
}

export const sendFault = (exchange: Exchange, fault: Fault): void =>
  sendJson(exchange, fault.status, faultBody(fault, exchange.id), fault.headers);

export const jsonHeaders = ({ id, parts }: Exchange, text: string): Record<string, string | number> => ({
  ...operatorHeaders(id, parts.now()),
  "content-type": "application/json",
  "content-length": Buffer.byteLength(text),
});
