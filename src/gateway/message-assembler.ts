/** The events of a stream, as far as a whole message is made of them. */
interface StreamEvent {
  readonly type: string;
  readonly index?: number;
  readonly message?: Record<string, unknown>;
  readonly content_block?: Record<string, unknown>;
  readonly delta?: Record<string, unknown>;
  readonly usage?: Record<string, unknown>;
}

/**
 * Puts a streamed answer together as the JSON answer it would have been: the message of `message_start`, its blocks with their
 * deltas, what `message_delta` says last. Fields that we do not know survive where they stand.
 */
export function messageAssembler(): { take(data: Buffer): void; message(): Record<string, unknown> | null } {
  let message: Record<string, unknown> | null = null;
  const blocks: Record<string, unknown>[] = [];
  const json = new Map<number, string>();

  const delta = (block: Record<string, unknown>, index: number, change: Record<string, unknown>) => {
    const { type, ...rest } = change;
    if (type === "input_json_delta") json.set(index, (json.get(index) ?? "") + String(rest.partial_json ?? ""));
    else if (type === "citations_delta")
      block.citations = [...((block.citations as unknown[] | null) ?? []), rest.citation];
    else {
      for (const [name, value] of Object.entries(rest)) {
        // text, thinking, signature, and whatever comes next: pieces of text are joined, the rest is as it was said last.
        block[name] = typeof value === "string" && typeof block[name] === "string" ? block[name] + value : value;
      }
    }
  };

  return {
    take(data) {
      const event = JSON.parse(data.toString("utf8")) as StreamEvent;
      switch (event.type) {
        case "message_start":
          message = { ...event.message };
          break;
        case "content_block_start":
          blocks[event.index!] = { ...event.content_block };
          break;
        case "content_block_delta":
          if (blocks[event.index!]) delta(blocks[event.index!]!, event.index!, event.delta ?? {});
          break;
        case "message_delta": {
          const { type: _, delta: changes, usage, ...more } = event;
          const given = Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => value !== null));
          message = { ...message, ...more, ...changes, usage: { ...(message?.usage as object), ...given } };
          break;
        }
      }
    },
    message() {
      if (!message) return null;
      for (const [index, text] of json) blocks[index] = { ...blocks[index], input: text ? JSON.parse(text) : {} };
      return { ...message, content: blocks.filter(Boolean) };
    },
  };
}
