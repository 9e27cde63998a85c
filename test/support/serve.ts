import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KEEP_ALIVE_MS, LOOPBACK } from "../../src/sandbox/loopback.ts";

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Whoever is connected is cut off. */
  close(): Promise<void>;
}

/** A server of a test, on a free port. Its connections outlive the pauses of a slow machine, so that no client sends into one that is being closed. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://${LOOPBACK}:${port}`, port, server },
    close: () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}
