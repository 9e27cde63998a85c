/**
 * The Markdown that Claude writes, as far as a chat needs it: paragraphs, headings, lists, code, bold, italics, links. Built of elements
 * and text, never of HTML, so that an answer can put nothing on the page but words. Half of a text is rendered as far as it goes.
 * @param {string} text
 */
export function proseOf(text) {
  const fragment = document.createDocumentFragment();
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const { block, next } = blockAt(lines, at);
    if (block) fragment.append(block);
    at = next;
  }
  return fragment;
}

const FENCE = /^ {0,3}```/;
const HEADING = /^#{1,6} +(.*)/;
const ITEM = /^ *(?:[-*+]|(\d+)[.)]) +(.*)/;
const RULE = /^ *([-*_])( *\1){2,} *$/;

/** The block that begins at a line, and the line after it. */
function blockAt(lines, at) {
  const line = lines[at];
  if (line.trim() === "") return { block: null, next: at + 1 };
  if (FENCE.test(line)) return codeAt(lines, at);
  if (RULE.test(line)) return { block: document.createElement("hr"), next: at + 1 };
  const heading = HEADING.exec(line);
  if (heading) return { block: withInline("h4", heading[1]), next: at + 1 };
  if (ITEM.test(line)) return listAt(lines, at);
  let next = at + 1;
  while (next < lines.length && isPlain(lines[next])) next += 1;
  return { block: withInline("p", lines.slice(at, next).join("\n")), next };
}

const isPlain = (line) => line.trim() !== "" && ![FENCE, HEADING, ITEM, RULE].some((form) => form.test(line));

function codeAt(lines, at) {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end])) end += 1;
  const block = document.createElement("pre");
  block.append(code(lines.slice(at + 1, end).join("\n")));
  return { block, next: end + 1 };
}

function listAt(lines, at) {
  const number = ITEM.exec(lines[at])[1];
  const block = document.createElement(number === undefined ? "ul" : "ol");
  if (number !== undefined) block.start = Number(number);
  let next = at;
  for (; next < lines.length && lines[next].trim() !== ""; next++) {
    const item = ITEM.exec(lines[next]);
    if (item) block.append(withInline("li", item[2]));
    else if (isPlain(lines[next])) block.lastChild.append(" ", ...inline(lines[next].trim()));
    else break;
  }
  return { block, next };
}

function withInline(name, text) {
  const element = document.createElement(name);
  element.append(...inline(text));
  return element;
}

const MARKED = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\*[^*\s][^*\n]*\*|\[[^\]\n]+\]\(https?:\/\/[^)\s]+\))/;

/** Text with its marks as elements. */
const inline = (text) => text.split(MARKED).map((part, index) => (index % 2 === 0 ? part : marked(part)));

function marked(part) {
  if (part.startsWith("`")) return code(part.slice(1, -1));
  if (part.startsWith("**")) return withInline("strong", part.slice(2, -2));
  if (part.startsWith("*")) return withInline("em", part.slice(1, -1));
  const [, words, address] = /^\[(.*)\]\((.*)\)$/.exec(part);
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = words;
  return link;
}

function code(text) {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}
