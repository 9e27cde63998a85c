/** Tells the parent process where it is served, and on demand what CPU was spent. */
export function reportTo(url: string): void {
  process.on("message", (message) => {
    if (message !== "cpu") return;
    const { user, system } = process.cpuUsage();
    process.send!({ cpu: user + system });
  });
  process.send!({ url });
}
