import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import pdfmake from "pdfmake";
import type { Paper } from "./paper.ts";
import { layoutOf } from "./pdf-layout.ts";

/**
 * Prints documents in a thread of its own: the layout of hundreds of lines takes longer than a stream may wait (see printer.ts). The fonts are files of
 * npm packages and go into the PDF; nothing is ever fetched.
 */

export type Printed = { readonly pdf: Uint8Array } | { readonly failed: string };

const fileOf = (name: string): string => fileURLToPath(import.meta.resolve(name));
const ROBOTO = "pdfmake/fonts/Roboto/Roboto";
const NOTO = "@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari";
const FONTS = {
  latin: { normal: fileOf(`${ROBOTO}-Regular.ttf`), bold: fileOf(`${ROBOTO}-Medium.ttf`) },
  devanagari: { normal: fileOf(`${NOTO}-400-normal.woff`), bold: fileOf(`${NOTO}-700-normal.woff`) },
};
const FILES = Object.values(FONTS).flatMap(({ normal, bold }) => [normal, bold]);

pdfmake.setFonts(FONTS);
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => FILES.includes(path));

async function printed(paper: Paper): Promise<Printed> {
  try {
    return { pdf: await pdfmake.createPdf(layoutOf(paper)).getBuffer() };
  } catch (error) {
    return { failed: String((error as Error).stack ?? error) };
  }
}

parentPort?.on("message", async (paper: Paper) => parentPort!.postMessage(await printed(paper)));
parentPort?.postMessage("ready");
