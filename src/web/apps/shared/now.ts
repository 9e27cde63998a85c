/** The machine's own time (epoch milliseconds): for what is shown as "a moment ago", and where a range begins. */
export const now = (): number => performance.timeOrigin + performance.now();
