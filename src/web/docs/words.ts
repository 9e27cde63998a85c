/** Text as HTML has it. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export const code = (text: string): string => `<code>${escaped(text)}</code>`;

/** A description: what stands in back-quotes is code, and an empty line begins a paragraph. */
export const prose = (text: string): string =>
  text
    .split("\n\n")
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join("");

export const inline = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
