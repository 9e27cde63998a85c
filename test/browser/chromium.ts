import bundled from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** Browsers that a machine may have; the first one found is used. */
const INSTALLED = ["chrome", "msedge"];

/**
 * A browser without a window: the machine's own where it has one, else the one that comes with npm (Linux x64). The bundled one is
 * made for single-process functions; with its own arguments it dies with its first page, so only these are passed.
 */
export async function openBrowser(): Promise<Browser> {
  for (const channel of INSTALLED) {
    const browser = await chromium.launch({ channel }).catch(notInstalled);
    if (browser) return browser;
  }
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: ["--no-sandbox", "--headless=shell"],
  });
}

function notInstalled(error: unknown): null {
  if (/is not found|Executable doesn't exist/i.test(String(error))) return null;
  throw error;
}
