import { Pool } from "undici";
import type { Subject } from "./subjects.ts";

export interface Load {
  readonly stream: boolean;
  /** With directives for the simulated provider. */
  readonly prompt: string;
  readonly requests: number;
  readonly concurrency: number;
}

export interface LoadResult {
  /** Server-sent events that arrived. */
  readonly events: number;
  readonly firstByteMs: readonly number[];
}

const pools = new Map<string, Pool>();

/** Sends the load, `concurrency` requests at a time over kept-alive connections. Throws when any answer is not a 200. */
export async function runLoad(subject: Subject, { stream, prompt, requests, concurrency }: Load): Promise<LoadResult> {
  const pool = pools.get(subject.url) ?? new Pool(subject.url, { connections: 64, pipelining: 1 });
  pools.set(subject.url, pool);
  const body = JSON.stringify({
    model: "claude-sonnet-5-5",
    max_tokens: 1000,
    stream,
    messages: [{ role: "user", content: prompt }],
  });
  const headers = { ...subject.headers, "content-type": "application/json", "anthropic-version": "2023-06-01" };
  const firstByteMs: number[] = [];
  let events = 0;
  let left = requests;

  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const startedAt = performance.now();
      const answer = await pool.request({ method: "POST", path: "/v1/messages", headers, body });
      let text = "";
      for await (const chunk of answer.body) {
        if (!text) firstByteMs.push(performance.now() - startedAt);
        text += chunk;
      }
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
      if (stream) events += text.split("\n\n").length - 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { events, firstByteMs };
}
