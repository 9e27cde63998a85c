import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** As much of an SMTP server as a sender needs: keeps the mails it is given, or refuses recipients. */
export async function openSmtpServer() {
  const mails: string[] = [];
  const behaviour = { refuse: false };
  const server = createServer((socket) => {
    let buffer = "";
    let message: string | null = null;
    socket.write("220 test\r\n");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      buffer += chunk.toString("utf8");
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (message !== null) {
          if (line === ".") {
            mails.push(message);
            message = null;
            socket.write("250 kept\r\n");
          } else message += `${line}\n`;
          continue;
        }
        const verb = line.split(" ")[0]!.toUpperCase();
        if (verb === "DATA") message = "";
        const answers: Record<string, string> = { DATA: "354 go on", QUIT: "221 bye" };
        const refused = verb === "RCPT" && behaviour.refuse;
        socket.write(`${refused ? "451 not now" : (answers[verb] ?? "250 ok")}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    behaviour,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
