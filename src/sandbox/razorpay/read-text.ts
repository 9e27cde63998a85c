import type { IncomingMessage } from "node:http";

const LETTERS_MAX = 1_000_000;

export async function readText(req: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) {
    text += chunk;
    if (text.length > LETTERS_MAX) throw new Error("the body is too large");
  }
  return text;
}
