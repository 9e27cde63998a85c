export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * The events of a server-sent event stream, however its bytes are cut: in the middle of a character, of a line ending,
 * of an event. Comments are skipped, and an event without its closing empty line is incomplete and not given.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  let event = "message";
  let data: string[] = [];
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    const { lines, open } = splitLines(rest);
    rest = open;
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { event, data: data.join("\n") };
        event = "message";
        data = [];
        continue;
      }
      const { name, value } = fieldOf(line);
      if (name === "event") event = value;
      if (name === "data") data.push(value);
    }
  }
}

/** The complete lines, and what is still open. A carriage return at the end stays open: it may be half of a CRLF. */
function splitLines(text: string): { lines: string[]; open: string } {
  const lines = text.split(/\r\n|\n|\r(?!$)/);
  return { open: lines.pop() ?? "", lines };
}

function fieldOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(":");
  if (colon === -1) return { name: line, value: "" };
  return { name: line.slice(0, colon), value: line.slice(colon + 1).replace(/^ /, "") };
}

/** The chunks of a response body. Safari cannot iterate over a stream, so it is read by hand. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // who stops listening closes the connection; one that is broken cannot be closed
  }
}
