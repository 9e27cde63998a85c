import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type Fault, faultOf, invalid } from "./fault.ts";

const BODY_BYTES_MAX = 32 * 1024 * 1024;

const inflate = promisify(gunzip);

/** The text of a request body, decompressed; why it cannot be had; or null when the client left while sending it. */
export async function readBody(req: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<string | Fault | null> {
  if (Number(req.headers["content-length"] ?? 0) > bytesMax) return faultOf(413);
  const bytes = await received(req, bytesMax);
  if (bytes === null) return null;
  if (bytes.length > bytesMax) return faultOf(413);

  const encoding = req.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return bytes.toString("utf8");
  if (encoding !== "gzip") return coded(invalid(`content-encoding: ${encoding} is not supported`), "unsupported");
  try {
    return (await inflate(bytes, { maxOutputLength: bytesMax })).toString("utf8");
  } catch (error) {
    if (error instanceof RangeError) return faultOf(413);
    return coded(invalid("The request body could not be decompressed."), "invalid");
  }
}

const coded = (fault: Fault, code: "invalid" | "unsupported"): Fault => ({
  ...fault,
  details: { error_code: `request_body_encoding_${code}` },
});

/** Everything sent, or as much of it as proves that it is too much. */
function received(req: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax + chunk.length) chunks.push(chunk);
      if (length > bytesMax) resolve(Buffer.concat(chunks));
    });
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("close", () => resolve(null));
    req.on("error", () => resolve(null));
  });
}
