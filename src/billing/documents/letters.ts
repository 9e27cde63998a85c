/** Text that somebody else chose, as a document may show it: which letters there are, and which font has them. */

/** Letters that are not shown and would turn the order of others: controls, and marks of direction. Joiners within words stay. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** On one line, without what is not to be seen. */
export const plain = (text: string): string =>
  text.toWellFormed().replaceAll(UNSEEN, " ").replaceAll(/\s+/g, " ").trim();

/** What pdfmake's Roboto has a glyph for: Latin, Greek, Cyrillic, punctuation, currencies. */
const LATIN = new RegExp(
  `[${[
    ..."\\u0020-\\u007e \\u00a0-\\u017f \\u018f \\u0192 \\u01a0\\u01a1 \\u01af\\u01b0 \\u01fa-\\u01ff \\u0218-\\u021b".split(
      " ",
    ),
    ..."\\u0384-\\u038a \\u038c \\u038e-\\u03a1 \\u03a3-\\u03ce \\u0400-\\u0486 \\u0488-\\u0513 \\u1e80-\\u1e85".split(
      " ",
    ),
    ..."\\u1e9e \\u1ea0-\\u1ef9 \\u2010\\u2011 \\u2013-\\u2015 \\u2017-\\u201e \\u2020-\\u2022 \\u2026 \\u2030 \\u2032\\u2033".split(
      " ",
    ),
    ..."\\u2039\\u203a \\u20a3\\u20a4 \\u20a6-\\u20ac \\u20b1 \\u20b9\\u20ba \\u20bd \\u2116 \\u2122 \\u2212 \\u2248 \\u2260".split(
      " ",
    ),
    ..."\\u2264\\u2265 \\ufb01-\\ufb04 \\ufffd".split(" "),
  ].join("")}]`,
  "u",
);
const DEVANAGARI = /[\p{Script=Devanagari}\u0964\u0965\u200c\u200d]/u;
/** In place of a letter that no font here has. */
export const UNKNOWN_LETTER = "\ufffd";

/** A stretch of text in one font; one that is `long` is a word that may be broken anywhere. */
export interface Run {
  readonly text: string;
  readonly script: "latin" | "devanagari";
  readonly long: boolean;
}

/** Words of more letters may be wider than a column. */
const WORD_LETTERS_MAX = 24;

/** Text as stretches of the fonts that a PDF carries. A letter that none of them has is better seen to be missing than left out. */
export function runsOf(text: string): readonly Run[] {
  const words = plain(text)
    .normalize("NFC")
    .split(/(?<= )/u);
  const runs: { text: string; script: Run["script"]; long: boolean }[] = [];
  for (const word of words) {
    const long = word.length > WORD_LETTERS_MAX;
    for (const letter of word) {
      const script = DEVANAGARI.test(letter) ? "devanagari" : "latin";
      const shown = script === "devanagari" || LATIN.test(letter) ? letter : UNKNOWN_LETTER;
      const last = runs.at(-1);
      if (last?.script === script && last.long === long) last.text += shown;
      else runs.push({ text: shown, script, long });
    }
  }
  return runs.map((run) => (run.long && run.script === "devanagari" ? { ...run, text: inPieces(run.text) } : run));
}

/** A word of joined letters, which cannot be broken between any two, with spaces where it may be. */
function inPieces(word: string): string {
  const letters = [...new Intl.Segmenter("hi", { granularity: "grapheme" }).segment(word)];
  return letters.map(({ segment }, index) => (index % WORD_LETTERS_MAX ? segment : ` ${segment}`)).join("");
}

/** Whether a PDF shows every letter of it. */
export const isPrintable = (text: string): boolean =>
  !runsOf(text).some(({ text: run }) => run.includes(UNKNOWN_LETTER));
