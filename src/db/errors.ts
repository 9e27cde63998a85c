/** Codes by which the engines say that a row with this unique key exists. */
const UNIQUE = new Set(["23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"]);

/** The engine's own code of an error (SQLSTATE on Postgres), also where Drizzle has wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}

export const isUniqueViolation = (error: unknown): boolean => UNIQUE.has(sqlState(error) ?? "");

/**
 * Whether the connection broke, so that nobody knows if the transaction was committed. The work must then be done again in a
 * way that is harmless when it was done already. Class 08 is connection failure, 57P01–03 a server that goes down or comes up.
 */
export function isConnectionLost(error: unknown): boolean {
  const code = sqlState(error);
  if (code) return /^(08|57P0)|^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)$/.test(code);
  return (
    error instanceof Error &&
    /connection (terminated|ended|closed|error)|timeout exceeded when trying to connect/i.test(messages(error))
  );
}

function messages(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${messages(error.cause)}` : error.message;
}
