/** A stretch of generated text and the output tokens it counts for. */
export interface Piece {
  text: string;
  tokens: number;
}

/** Close to what Claude's own prose weighs, so that an estimate from received bytes comes out near the truth. */
const BYTES_PER_TOKEN = 3.5;
const ANSWER_TOKENS_MIN = 40;
const ECHO_CHARACTERS_MAX = 80;
/** Tokens per delta, in turn: a few, and never quite the same. */
const PIECE_TOKENS = [3, 5, 4, 6, 2, 5] as const;

/** Some characters take several bytes, so that a stream cut anywhere is cut inside a character too. */
const SENTENCES = [
  "This answer comes from the sandbox — no model was asked.",
  "It is the same every time you ask the same thing, which makes it easy to check.",
  "A naïve reader might expect more; a careful one counts the tokens.",
  "Tides rise because the Moon pulls harder on the near side of the Earth than on the far side.",
  "Bread, cheese and a café table: three good reasons to stop for a while.",
  "The lighthouse keeper wrote “all quiet” in the log, and meant it.",
  "Small rivers carry the names of the hills they come from.",
  "A ledger balances when every entry has its other half.",
  "The price of a coffee in Lisbon is still close to 1 €.",
  "Somewhere a clock strikes twelve, and nobody is in a hurry.",
].map((sentence) => wordsOf(` ${sentence}`));
/** Looked up, because answers of a hundred thousand words are made of these. */
const BYTES = new Map(SENTENCES.flat().map((word) => [word, Buffer.byteLength(word)]));
const bytesOf = (word: string): number => BYTES.get(word) ?? Buffer.byteLength(word);

/** The words of an answer: an opening, then sentences, the same for the same opening; endless unless told to end. */
export function* proseWords(opening: string, endless: boolean): Generator<string> {
  let bytes = 0;
  const count = (word: string) => {
    bytes += bytesOf(word);
    return word;
  };
  for (const word of wordsOf(opening)) yield count(word);
  for (let at = hashOf(opening); endless || bytes < ANSWER_TOKENS_MIN * BYTES_PER_TOKEN; at += 1)
    for (const word of SENTENCES[at % SENTENCES.length]!) yield count(word);
}

/** Each word with the space before it. */
export function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** JSON has hardly a space in it, and comes in slivers. */
export const sliversOf = (json: string): string[] => json.match(/.{1,4}/gsu) ?? [];

/**
 * Cuts words into pieces of a few tokens that follow the bytes. With a `limit` the tokens add up to exactly that, as
 * long as the words last.
 */
export function* piecesOf(words: Iterable<string>, limit = Number.POSITIVE_INFINITY): Generator<Piece> {
  let [text, bytes, done] = ["", 0, 0];
  let turn = 0;
  if (limit === 0) return;
  for (const word of words) {
    text += word;
    bytes += bytesOf(word);
    const target = Math.min(done + PIECE_TOKENS[turn % PIECE_TOKENS.length]!, limit);
    if (bytes < target * BYTES_PER_TOKEN) continue;
    const reached = Math.min(Math.max(target, Math.floor(bytes / BYTES_PER_TOKEN)), limit);
    yield { text, tokens: reached - done };
    [text, done] = ["", reached];
    turn += 1;
    if (done === limit) return;
  }
  if (text) yield { text, tokens: Math.max(1, Math.ceil(bytes / BYTES_PER_TOKEN) - done) };
}

/** The part of a piece that fits into so many tokens. */
export const trimPiece = ({ text, tokens }: Piece, limit: number): Piece =>
  tokens <= limit
    ? { text, tokens }
    : { text: [...text].slice(0, Math.ceil((text.length * limit) / tokens)).join(""), tokens: limit };

/** The opening that shows what was understood: the beginning of the prompt. */
export function echoOf(prompt: string): string {
  if (!prompt) return "You said nothing in words.";
  const echo = [...prompt.slice(0, 2 * ECHO_CHARACTERS_MAX)];
  return `You said: “${echo.slice(0, ECHO_CHARACTERS_MAX).join("")}${echo.length > ECHO_CHARACTERS_MAX ? "…" : ""}”.`;
}

/** FNV-1a over the beginning of a text: enough to tell prompts apart, cheap for a long one. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < Math.min(text.length, 1_000); at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
