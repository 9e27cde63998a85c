import { type Accent, accentOf } from "../shared/accent.ts";

/** What somebody was sent here with: who they are, and how the page is to look beside the one that they come from. */
export interface Arrival {
  readonly token: string | null;
  readonly accent: Accent | null;
  readonly scheme: "light" | "dark" | null;
}

/**
 * Reads it from behind the `#`, which no server sees and no log keeps (`#token=…&color=c2410c&scheme=dark&part=usage`), and takes it out of the
 * address at once. The token stays in the memory of this page and nowhere else.
 */
export function arrive(): Arrival {
  const { hash, pathname, search } = location;
  const said = new URLSearchParams(hash.slice(1));
  const names = ["token", "color", "scheme", "part"];
  if (!names.some((name) => said.has(name))) return { token: null, accent: null, scheme: null };
  const part = said.get("part");
  history.replaceState(null, "", `${pathname}${search}${part ? `#${encodeURIComponent(part)}` : ""}`);
  const scheme = said.get("scheme");
  return {
    token: said.get("token") || null,
    accent: accentOf(said.get("color") ?? ""),
    scheme: scheme === "light" || scheme === "dark" ? scheme : null,
  };
}
