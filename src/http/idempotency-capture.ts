import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

/** An answer as a whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<OutgoingHttpHeaders>;
  readonly body: Buffer;
}

const HELD_BACK = ["writeHead", "flushHeaders", "write", "end"] as const;

/**
 * Holds an answer back until it is whole and `before` is done with it; then it is sent. Whoever writes it, by Node's own methods or
 * by Express's, notices nothing. Not for streams. `before` may still set headers, and must not reject.
 */
export function captureAnswer(res: ServerResponse, before: (answer: WholeAnswer) => Promise<void>): void {
  const chunks: Buffer[] = [];
  let whole = false;
  const take = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk, encoding as BufferEncoding | undefined));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };

  const send = async () => {
    const body = Buffer.concat(chunks);
    await before({ status: res.statusCode, headers: res.getHeaders(), body });
    for (const name of HELD_BACK) Reflect.deleteProperty(res, name);
    res.end(body);
  };
  const held: Record<(typeof HELD_BACK)[number], (...args: unknown[]) => unknown> = {
    writeHead(status, ...rest) {
      res.statusCode = status as number;
      const headers = rest.find((part) => typeof part === "object" && part !== null) as OutgoingHttpHeaders | undefined;
      for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) res.setHeader(name, value);
      return res;
    },
    flushHeaders() {},
    write(chunk, encoding) {
      if (!whole) take(chunk, encoding);
      return true;
    },
    end(chunk, encoding) {
      if (whole) return res;
      take(chunk, encoding);
      whole = true;
      void send();
      return res;
    },
  };
  Object.assign(res, held);
}
