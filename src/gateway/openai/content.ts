import { Problem } from "../../kernel/problems.ts";
import type { ContentPart } from "./schema.ts";

/** A content block of Claude's. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

/** Something that may carry Claude's `cache_control`. */
export interface Marked {
  readonly cache_control?: Readonly<Record<string, unknown>> | null;
}

/** Parts as content blocks. Empty texts are left out: Claude takes none. */
export const blocksOf = (parts: readonly ContentPart[], path: string): Block[] =>
  parts.map((part, index) => blockOf(part, `${path}.${index}`)).filter((block) => block.type !== "text" || block.text);

function blockOf(part: ContentPart, path: string): Block {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, ...markOf(part) };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "image_url":
      return { type: "image", source: sourceOf(part.image_url.url, `${path}.image_url.url`), ...markOf(part) };
  }
}

export const markOf = ({ cache_control }: Marked): Marked => (cache_control ? { cache_control } : {});

/** Some clients mark a message instead of its last part; the mark of a part is the nearer one. */
export function withMark(blocks: readonly Block[], message: Marked): Block[] {
  return blocks.map((block, index) => (index === blocks.length - 1 ? { ...markOf(message), ...block } : block));
}

const IMAGES = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/** `data:image/png;base64,…` is sent along; an image at a URL is fetched by upstream. */
function sourceOf(url: string, path: string) {
  if (/^https?:\/\//i.test(url)) return { type: "url", url };
  const comma = url.indexOf(",");
  const [kind, ...parameters] = url.slice(0, comma).toLowerCase().split(";");
  if (comma === -1 || !kind!.startsWith("data:") || !parameters.includes("base64")) {
    throw invalid(path, "must be an http(s) URL, or a data: URL in base64");
  }
  const media_type = kind!.slice("data:".length).replace("image/jpg", "image/jpeg");
  if (!IMAGES.includes(media_type)) throw invalid(path, `must be one of ${IMAGES.join(", ")}`);
  return { type: "base64", media_type, data: url.slice(comma + 1) };
}

/** A Problem about one field, told as `parse` tells it. */
export const invalid = (path: string, message: string): Problem =>
  new Problem("invalid_request", { message: `${path}: ${message}`, details: { issues: [{ path, message }] } });
