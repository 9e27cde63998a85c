import { type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { openApp } from "../../src/app.ts";
import { openClaude } from "../../src/gateway/upstream.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { noCollectors } from "../support/no-collectors.ts";
import { serve } from "../support/serve.ts";
import { ROOT_SECRET, type World } from "../support/world.ts";

/** One request as upstream got it, and the bytes that upstream answered with. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  /** Names are lower-case; as on the wire otherwise. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** What upstream has answered so far. */
  readonly answer: Buffer;
  readonly pieces: readonly Buffer[];
}

/** What the line does to the answers that pass, besides recording them. */
export interface Line {
  /** Passes bytes on in pieces of this size, each in a turn of its own. */
  pieceBytes?: number;
  /** Breaks the connection after so many bytes of the answer's body. */
  cutAfterBytes?: number;
  /** Breaks every connection before anything is said. */
  dead?: boolean;
  /** Answers in upstream's place, as a stream of these bytes. */
  replay?: Iterable<Buffer> | AsyncIterable<Buffer>;
}

/** A second node of the same Tollgate, with a recording line between it and the provider. */
export interface Tapped {
  readonly url: string;
  readonly heard: readonly Heard[];
  line: Line;
  /** Bytes that wait in the gateway for its clients to read: in its memory, not in the kernel's. */
  waitingBytes(): number;
  close(): Promise<void>;
}

export async function openTapped(world: World): Promise<Tapped> {
  const heard: Heard[] = [];
  const tap = await serve((req, res) => void pass(req, res));

  const claude = openClaude({
    baseUrl: tap.url,
    apiKey: "sk-ant-sandbox",
    timeoutMs: 60_000,
    retriesMax: 0,
    connectionsMax: 100,
  });
  const app = await openApp({
    collectors: noCollectors,
    db: world.db,
    clock: world.clock,
    claude,
    secrets: secretsFrom(ROOT_SECRET),
    log: pino({ level: "silent" }),
    nodeName: "tapped",
    sandbox: true,
    allowPrivateKeySets: true,
    concurrency: { insideMax: 600, tenantInsideMax: 600, tenantWaitingMax: 1_000, waitMs: 30_000 },
    defaults: { onDisconnect: "abort", model: "claude-sonnet-5-5", max_tokens: 1024, retriesMax: 2 },
  });
  const gateway = await serve(app.handler);
  const clients = new Set<Socket>();
  gateway.server.on("connection", (socket) => {
    clients.add(socket);
    socket.on("close", () => clients.delete(socket));
  });
  const tapped: Tapped = {
    url: gateway.url,
    heard,
    line: {},
    waitingBytes: () => [...clients].reduce((sum, socket) => sum + socket.writableLength, 0),
    async close() {
      for (const part of [gateway, tap, app, claude]) await part.close();
    },
  };
  return tapped;

  async function pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (tapped.line.dead) return void req.destroy();
    const body = await buffer(req);
    const { method = "", url: path = "", headers } = req;
    const pieces: Buffer[] = [];
    heard.push({
      method,
      path,
      headers,
      body,
      pieces,
      get answer() {
        return Buffer.concat(pieces);
      },
    });
    if (tapped.line.replay) {
      res.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_replay" });
      return passOn(pieces, res, tapped.line.replay);
    }
    const onward = request(world.sandbox.url + path, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.rawHeaders);
      passOn(pieces, res, answer).catch(() => res.destroy());
    });
    onward.on("error", () => res.destroy());
    res.on("close", () => onward.destroy());
    onward.end(body);
  }

  async function passOn(pieces: Buffer[], res: ServerResponse, chunks: AsyncIterable<Buffer> | Iterable<Buffer>) {
    const { pieceBytes = Number.POSITIVE_INFINITY, cutAfterBytes = Number.POSITIVE_INFINITY } = tapped.line;
    let room = cutAfterBytes;
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += pieceBytes) {
        const piece = chunk.subarray(from, from + Math.min(pieceBytes, room));
        pieces.push(piece);
        room -= piece.length;
        const flows = res.write(piece);
        await (flows ? nextTurn() : drained(res));
        if (room === 0) return void setImmediate(() => res.destroy());
      }
    }
    res.end();
  }
}

/** Until the reader has caught up, or is gone. */
const drained = (res: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      res.off("drain", done).off("close", done);
      resolve();
    };
    res.on("drain", done).on("close", done);
  });
