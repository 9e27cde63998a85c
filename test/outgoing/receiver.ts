import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Somebody's webhook receiver: keeps what it was sent, and answers as it is told; with status 0, it hangs up. */
export async function openReceiver() {
  const received: Received[] = [];
  const behaviour = { status: 204 };
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req.setEncoding("utf8")) body += chunk;
    if (behaviour.status === 0) return void req.socket.destroy();
    if (behaviour.status < 300) {
      received.push({ path: req.url!, headers: req.headers as Record<string, string>, body });
    }
    res.writeHead(behaviour.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    behaviour,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
