/** The yardstick: a pipe from `node:http` to `node:http`, with nothing in between. */
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { reportTo } from "./measured.ts";

const upstream = new URL(process.env.BENCH_UPSTREAM!);
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

const server = createServer((req, res) => {
  const { host: _, ...headers } = req.headers;
  const forwarded = request({
    agent,
    hostname: upstream.hostname,
    port: upstream.port,
    path: req.url,
    method: req.method,
    headers,
  });
  forwarded.on("response", (answer) => {
    res.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(res);
  });
  forwarded.on("error", () => res.destroy());
  req.pipe(forwarded);
});
server.listen(0, "127.0.0.1", () => reportTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("SIGTERM", () => process.exit(0));
