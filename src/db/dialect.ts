/** The two engines we speak. A process speaks exactly one, chosen by its database URL. */
export type Dialect = "sqlite" | "postgres";

export const DEFAULT_DATABASE_URL = "file:./data/tollgate.db";

/** The engine of a database URL, or null for a scheme that neither engine has. */
export function dialectOf(url: string): Dialect | null {
  if (/^postgres(ql)?:\/\//.test(url)) return "postgres";
  return url.startsWith("file:") ? "sqlite" : null;
}

/** The engine of this process. Drizzle needs it when the tables are declared, which is before any configuration is parsed. */
export const dialect: Dialect = dialectOf(process.env.DATABASE_URL || DEFAULT_DATABASE_URL) ?? "sqlite";
