// `npm run pages`: builds the pages of src/web/apps into dist/web. `npm start` and `npm test` do so when they are missing or out of date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import { pagesStamp, stampPath } from "./bootstrap/pages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const apps = path.join(root, "src/web/apps");
// Wherever this is started from: with React's checks for its developers, pages weigh half as much again.
process.env.NODE_ENV = "production";
/** Of what is about to be built: a change under way is built again next time. */
const stamp = pagesStamp(root);

// Whoever builds: a test's environment would have React as developers use it, which is three times as large and slow.
process.env.NODE_ENV = "production";

await build({
  root: apps,
  configFile: false,
  logLevel: "warn",
  // The server puts a fresh nonce here for every answer (src/web/pages.ts).
  html: { cspNonce: "{{nonce}}" },
  build: {
    outDir: path.join(root, "dist/web"),
    emptyOutDir: true,
    target: "es2022",
    // Everything is a file of our own: the pages' policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      input: Object.fromEntries(
        ["playground", "portal", "dashboard"].map((name) => [name, path.join(apps, name, "index.html")]),
      ),
      onwarn(warning, warn) {
        // Libraries say "use client" to frameworks that render on servers, which these pages have nothing to do with.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
compressAssets(path.join(root, "dist/web/assets"));
writeFileSync(stampPath(root), stamp);

/** Beside each file, the same as Brotli: built once, served as it is. */
function compressAssets(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
  }
}
