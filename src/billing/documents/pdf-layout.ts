import type { Content, ContentTable, DocumentDefinition, TableCell, TableLayout } from "pdfmake";
import { isPrintable, runsOf, UNKNOWN_LETTER } from "./letters.ts";
import type { Fact, Paper, PaperLine, PaperParty } from "./paper.ts";

/** A document as the pages of a PDF: A4, the head of its table on each of them. */

const INK = "#16181d";
const MUTED = "#5b6270";
const RULE = "#c9cdd5";
const SHADE = "#f2f3f5";
const TONES: Readonly<Record<Paper["state"]["tone"], string>> = { settled: "#176b3a", open: "#9a4b00", void: MUTED };
const SUMS_WIDTH = 235;
const PARTY_WIDTH = 245;

export function layoutOf(paper: Paper): DocumentDefinition {
  const { title, number, copy, state, parties, facts, unit, lines, sums, words, settlement, signatory } = paper;
  return {
    pageSize: "A4",
    pageMargins: [40, 46, 40, 50],
    language: "en-IN",
    info: { title: `${title} ${number}`, author: shown(signatory), creationDate: new Date(paper.issued_at) },
    defaultStyle: { font: "latin", fontSize: 9, lineHeight: 1.15, color: INK },
    header: (page) =>
      page === 1 ? null : { ...text(`${title} ${number}, continued`), color: MUTED, margin: [40, 24, 40, 0] },
    footer: (page, pages) => ({
      columns: [text(`${title} ${number}`), { text: `Page ${page} of ${pages}`, alignment: "right" }],
      ...{ color: MUTED, fontSize: 8, margin: [40, 14, 40, 0] },
    }),
    content: [
      {
        columns: [
          { text: title, fontSize: 19, bold: true },
          {
            text: state.word,
            fontSize: 12,
            bold: true,
            color: TONES[state.tone],
            alignment: "right",
            margin: [0, 6, 0, 0],
          },
        ],
      },
      { text: copy, color: MUTED, margin: [0, 0, 0, 8] },
      rule(1.2),
      { columns: halves(facts).map(factsOf), columnGap: 24, margin: [0, 8, 0, 12] },
      { columns: parties.map(partyOf), columnGap: 24, margin: [0, 0, 0, 14] },
      linesOf(lines, unit),
      { columns: [text(""), factTable(sums)], margin: [0, 8, 0, 0], unbreakable: true },
      { text: [{ text: "Amount in words: ", bold: true }, ...textOf(words)], margin: [0, 10, 0, 0] },
      ...(settlement.length
        ? [{ columns: [text(""), factTable(settlement)], margin: [0, 6, 0, 0], unbreakable: true } as Content]
        : []),
      {
        stack: notesOf(paper).map((note) => ({ stack: [text(note)], unbreakable: true, margin: [0, 3, 0, 0] })),
        margin: [0, 10, 0, 0],
      },
      signature(signatory),
    ],
  };
}

/** Text in the fonts that have its letters. */
const textOf = (value: string) =>
  runsOf(value).map(({ text, script, long }) => ({
    text,
    ...(script === "latin" ? long && { wordBreak: "break-all" as const } : { font: script }),
  }));
const text = (value: string) => ({ text: textOf(value) });
const shown = (value: string): string =>
  runsOf(value)
    .map(({ text }) => text)
    .join("");

const rule = (width: number): Content => ({
  canvas: [{ type: "line", x1: 0, y1: 0, x2: 515, y2: 0, lineWidth: width, lineColor: INK }],
});

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

const factsOf = (facts: readonly Fact[]): Content => ({
  table: {
    widths: [95, "*"],
    body: facts.map(({ label, value, strong }) => [
      { text: label, color: MUTED },
      { ...text(value), bold: strong ?? false },
    ]),
  },
  layout: { ...BARE, paddingTop: () => 1.5, paddingBottom: () => 1.5 },
});

const partyOf = ({ role, name, lines }: PaperParty): Content => ({
  width: PARTY_WIDTH,
  stack: [
    { text: role, color: MUTED, fontSize: 8 },
    { ...text(name), bold: true, fontSize: 10.5 },
    ...lines.map((line) => text(line)),
  ],
});

const BARE: TableLayout = {
  ...{ hLineWidth: () => 0, vLineWidth: () => 0 },
  ...{ paddingLeft: () => 0, paddingRight: () => 6 },
};

const factTable = (facts: readonly Fact[]): Content => ({
  width: SUMS_WIDTH,
  table: {
    widths: ["*", "auto"],
    body: facts.map(({ label, value, strong }): TableCell[] => [
      { text: label, bold: strong ?? false, color: strong ? INK : MUTED, fontSize: strong ? 11 : 9 },
      { text: value, bold: strong ?? false, alignment: "right", fontSize: strong ? 11 : 9 },
    ]),
  },
  layout: {
    ...{ vLineWidth: () => 0, paddingLeft: () => 0, paddingRight: () => 4 },
    ...{ paddingTop: () => 2.5, paddingBottom: () => 2.5, hLineColor: () => RULE },
    hLineWidth: (row) => (facts[row]?.strong ? 0.8 : 0),
  },
});

/** Widths of the description, the SAC and the quantity, which a line has in a table of its own: so no line is cut by the end of a page. */
const INNER = ["*", 42, 78] as const;

/** One row for a line, with what it is made of below its description; the head stands on every page. */
function linesOf(lines: readonly PaperLine[], unit: string): Content {
  const heads = ["No.", "Description", "SAC", "Quantity", `Taxable value (${unit})`];
  const right = [true, false, false, true, true];
  const head = heads.map(
    (word, column): TableCell => ({
      ...{ text: word, bold: true, fontSize: 8, fillColor: SHADE, alignment: right[column] ? "right" : "left" },
    }),
  );
  const body = lines.map((line, index): TableCell[] => [
    { text: String(index + 1), alignment: "right" },
    ...[{ ...innerOf(line), colSpan: INNER.length }, "", ""],
    { text: line.amount, alignment: "right" },
  ]);
  return {
    table: { headerRows: 1, dontBreakRows: true, widths: [20, ...INNER, 92], body: [head, ...body] },
    layout: {
      ...{ hLineWidth: () => 0.5, vLineWidth: () => 0, hLineColor: () => RULE },
      ...{ paddingLeft: () => 4, paddingRight: () => 4, paddingTop: () => 4, paddingBottom: () => 4 },
    },
  };
}

function innerOf({ description, remarks, sac, parts }: PaperLine): ContentTable {
  const small = { color: MUTED, fontSize: 8 };
  return {
    table: {
      widths: [...INNER],
      body: [
        [{ stack: [text(description), ...remarks.map((remark) => ({ ...text(remark), ...small }))] }, text(sac), ""],
        ...parts.map(({ name, quantity }): TableCell[] => [
          { text: name, ...small },
          ...["", { text: quantity, alignment: "right" as const, ...small }],
        ]),
      ],
    },
    layout: {
      ...{ hLineWidth: () => 0, vLineWidth: () => 0, paddingBottom: () => 0 },
      paddingTop: (row) => (row === 0 ? 0 : 2),
      paddingLeft: (column) => (column === 0 ? 0 : 4),
      paddingRight: (column) => (column === INNER.length - 1 ? 0 : 4),
    },
  };
}

/** What the document says, and where a name has letters that no font here has, that they are missing. */
function notesOf({ notes, parties, lines, signatory }: Paper): readonly string[] {
  const chosen = [
    ...parties.flatMap(({ name, lines }) => [name, ...lines]),
    ...lines.flatMap(({ description, remarks }) => [description, ...remarks]),
    ...[signatory, ...notes],
  ];
  if (chosen.every(isPrintable)) return notes;
  return [
    ...notes,
    `A ${UNKNOWN_LETTER} stands for a letter that cannot be printed here; the HTML version of this document shows it.`,
  ];
}

const signature = (signatory: string): Content => ({
  unbreakable: true,
  margin: [0, 22, 0, 0],
  columns: [
    {
      text: "Issued electronically under the Information Technology Act, 2000: no signature is required.",
      ...{ color: MUTED, fontSize: 8, margin: [0, 40, 20, 0] },
    },
    {
      width: 190,
      stack: [
        { ...text(`For ${signatory}`), alignment: "right" },
        {
          canvas: [{ type: "line", x1: 0, y1: 0, x2: 190, y2: 0, lineWidth: 0.5, lineColor: INK }],
          margin: [0, 30, 0, 3],
        },
        { text: "Authorised signatory", alignment: "right" },
      ],
    },
  ],
});
