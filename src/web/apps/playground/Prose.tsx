import { Fragment, type ReactNode } from "react";

/**
 * The Markdown that Claude writes, as far as a chat needs it: paragraphs, headings, lists, code, bold, italics, links. Built of elements
 * and text, never of HTML, so that an answer can put nothing on the page but words. Half of a text is rendered as far as it goes.
 */
export function Prose({ text }: { readonly text: string }): ReactNode {
  const lines = text.split("\n");
  const blocks: ReactNode[] = [];
  for (let at = 0; at < lines.length; ) {
    const { block, next } = blockAt(lines, at);
    if (block) blocks.push(<Fragment key={at}>{block}</Fragment>);
    at = next;
  }
  return blocks;
}

interface Block {
  readonly block: ReactNode;
  /** The line after it. */
  readonly next: number;
}

const FENCE = /^ {0,3}```/;
const HEADING = /^#{1,6} +(.*)/;
const ITEM = /^ *(?:[-*+]|(\d+)[.)]) +(.*)/;
const RULE = /^ *([-*_])( *\1){2,} *$/;

/** The block that begins at a line. */
function blockAt(lines: readonly string[], at: number): Block {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { block: null, next: at + 1 };
  if (FENCE.test(line)) return codeAt(lines, at);
  if (RULE.test(line)) return { block: <hr />, next: at + 1 };
  const heading = HEADING.exec(line);
  if (heading) return { block: <h4>{inline(heading[1] ?? "")}</h4>, next: at + 1 };
  if (ITEM.test(line)) return listAt(lines, at);
  let next = at + 1;
  while (next < lines.length && isPlain(lines[next] ?? "")) next += 1;
  return { block: <p>{inline(lines.slice(at, next).join("\n"))}</p>, next };
}

const isPlain = (line: string): boolean =>
  line.trim() !== "" && ![FENCE, HEADING, ITEM, RULE].some((form) => form.test(line));

function codeAt(lines: readonly string[], at: number): Block {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end += 1;
  return {
    block: (
      <pre>
        <code>{lines.slice(at + 1, end).join("\n")}</code>
      </pre>
    ),
    next: end + 1,
  };
}

function listAt(lines: readonly string[], at: number): Block {
  const [, number] = ITEM.exec(lines[at] ?? "") ?? [];
  const items: string[] = [];
  let next = at;
  for (; next < lines.length && (lines[next] ?? "").trim() !== ""; next++) {
    const line = lines[next] ?? "";
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? "");
    else if (isPlain(line)) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    else break;
  }
  // biome-ignore lint/suspicious/noArrayIndexKey: an answer only grows at its end
  const shown = items.map((item, index) => <li key={index}>{inline(item)}</li>);
  return { block: number === undefined ? <ul>{shown}</ul> : <ol start={Number(number)}>{shown}</ol>, next };
}

const MARKED = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\*[^*\s][^*\n]*\*|\[[^\]\n]+\]\(https?:\/\/[^)\s]+\))/;

/** Text with its marks as elements. */
const inline = (text: string): ReactNode[] =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the same text always has the same parts
  text.split(MARKED).map((part, index) => (index % 2 === 0 ? part : <Fragment key={index}>{marked(part)}</Fragment>));

function marked(part: string): ReactNode {
  if (part.startsWith("`")) return <code>{part.slice(1, -1)}</code>;
  if (part.startsWith("**")) return <strong>{inline(part.slice(2, -2))}</strong>;
  if (part.startsWith("*")) return <em>{inline(part.slice(1, -1))}</em>;
  const [, words, address] = /^\[(.*)\]\((.*)\)$/.exec(part) ?? [];
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {words}
    </a>
  );
}
