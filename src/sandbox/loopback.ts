import { SECOND } from "../kernel/clock.ts";

/** Where the simulators answer: to this machine alone. */
export const LOOPBACK = "127.0.0.1";

/** Longer than any client here is idle, so that none sends into a connection that is being closed. */
export const KEEP_ALIVE_MS = 60 * SECOND;
