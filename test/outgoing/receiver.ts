import { serve } from "../support/serve.ts";

export interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Somebody's webhook receiver: keeps what it was sent, and answers as it is told; with status 0, it hangs up. */
export async function openReceiver() {
  const received: Received[] = [];
  const behaviour = { status: 204 };
  const { url, close } = await serve(async (req, res) => {
    let body = "";
    for await (const chunk of req.setEncoding("utf8")) body += chunk;
    if (behaviour.status === 0) return void req.socket.destroy();
    if (behaviour.status < 300) {
      received.push({ path: req.url!, headers: req.headers as Record<string, string>, body });
    }
    res.writeHead(behaviour.status).end();
  });
  return { url: `${url}/hook`, received, behaviour, close };
}
