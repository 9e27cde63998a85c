/** Does `task` every so many milliseconds of real time, never twice at once. `close` waits for the one under way. */
export function repeatedly(
  task: () => Promise<unknown>,
  everyMs: number,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  let underWay: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    underWay ??= task()
      .catch(onError)
      .finally(() => {
        underWay = undefined;
      });
  }, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await underWay;
    },
  };
}
