import { RazorpayRefusal, RazorpayUnreachable } from "../billing/razorpay/errors.ts";
import { Problem } from "../kernel/problems.ts";

/** What is wrong with a line, in words. All of it is gathered, so that one run names everything that is to be mended. */
export type Faults = string[];

/** What `read` answers; undefined where it found something wrong, which is noted. */
export function tried<T>(faults: Faults, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    faults.push(faultOf(error));
    return undefined;
  }
}

export async function triedLater<T>(faults: Faults, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    faults.push(faultOf(error));
    return undefined;
  }
}

export function assertNone(faults: Faults): void {
  if (faults.length) throw new Problem("invalid_request", { message: faults.join("; ") });
}

/** Anything that is no fault of the line's is thrown on. */
export function faultOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (error instanceof RazorpayRefusal) return `Razorpay refuses: ${error.message}`;
  if (error instanceof RazorpayUnreachable) return `${error.message}: run it again`;
  throw error;
}
