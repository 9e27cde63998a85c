/** The gateway as `npm start` serves it, measured from inside. */
import { serve, withConfig } from "../../src/main.ts";
import { reportTo } from "./measured.ts";

await withConfig((config) => serve(config, { onServing: reportTo }));
process.disconnect();
