/** What would become a formula of whoever opens the file. */
const FORMULA = /^[=+\-@\t\r]/;

/** The cell of a text that somebody else chose; every other cell is a number, a code, or a word of ours. */
export const chosen = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A line of RFC 4180. */
export const lineOf = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
