import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { Problem } from "../kernel/problems.ts";

/** Upstream's own bound for messages and count_tokens. */
export const BODY_BYTES_MAX = 32 * 1024 * 1024;

const DECODERS: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** The whole body, decoded, within the bound. Bytes past it are not kept, so that a flood costs no memory. */
export async function readBody(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<Buffer> {
  const tooLarge = () =>
    new Problem("request_too_large", {
      message: `The body is larger than ${bytesMax / 1024 / 1024} MiB.`,
      headers: { connection: "close" },
    });
  if (Number(req.headers["content-length"] ?? 0) > bytesMax) throw tooLarge();

  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);

  const encoding = req.headers["content-encoding"]?.toLowerCase().trim() ?? "identity";
  if (encoding === "identity" || encoding === "") return bytes;
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!decode) {
    throw new Problem("invalid_request", {
      message: `content-encoding: ${encoding.slice(0, 50)} is not supported; use gzip, deflate, br, zstd or none`,
    });
  }
  try {
    return await decode(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new Problem("invalid_request", { message: `The body is not valid ${encoding}.`, cause });
  }
}

/** A JSON object, or a Problem that says where the text breaks. */
export function parseJsonObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new Problem("invalid_request", { message: `The body is not valid JSON: ${(cause as Error).message}`, cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("invalid_request", { message: "The body must be a JSON object." });
  }
  return value as Record<string, unknown>;
}
