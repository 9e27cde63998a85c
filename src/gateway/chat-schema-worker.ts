import { parentPort } from "node:worker_threads";
import { Ajv, type Options } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { JsonSchema, Misfit } from "./chat-schema.ts";

/**
 * Checks JSON against schemas that anybody may have written, in a thread of its own: a pattern or a web of references that takes
 * for ever, or too much memory, costs this thread and nothing else (see chat-schema-checker.ts).
 */

export interface Check {
  /** Null asks only whether the schema can be used. */
  readonly text: string | null;
  readonly schema: JsonSchema;
}

/** `unusable` says why the schema cannot be used; without it, `misfits` is what of the text does not fit. */
export type Verdict = { readonly unusable: string } | { readonly misfits: readonly Misfit[] };

const MISFITS_MAX = 20;
const MESSAGE_LENGTH_MAX = 300;

const OPTIONS: Options = { strict: false, allErrors: true, inlineRefs: false, logger: false };
const DIALECTS = { draft7: Ajv, draft2020: Ajv2020 } as const;
/** Check schemas themselves; compiled once. */
const metas = { draft7: new Ajv(OPTIONS), draft2020: new Ajv2020(OPTIONS) };

function verdictOn({ schema, text }: Check): Verdict {
  const { $schema, ...bare } = schema;
  const dialect = /draft-0[67]/.test(String($schema)) ? "draft7" : "draft2020";
  const meta = metas[dialect];
  if (!meta.validateSchema(bare)) return { unusable: shortened(meta.errorsText(meta.errors?.slice(0, 3))) };

  // An instance for each check: what one schema names by `$id` is nothing to the next. No remote reference is ever loaded.
  const ajv = new DIALECTS[dialect]({ ...OPTIONS, meta: false, validateSchema: false });
  formats.default(ajv);
  let fits: ReturnType<typeof ajv.compile>;
  try {
    fits = ajv.compile(bare);
  } catch (error) {
    return { unusable: shortened((error as Error).message) };
  }
  if (text === null) return { misfits: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { misfits: [{ path: "", message: `is not JSON: ${shortened((error as Error).message)}` }] };
  }
  try {
    if (fits(value)) return { misfits: [] };
  } catch (error) {
    return { unusable: shortened((error as Error).message) };
  }
  return {
    misfits: (fits.errors ?? []).slice(0, MISFITS_MAX).map(({ instancePath, message, params }) => ({
      path: shortened(instancePath),
      message: shortened(`${message ?? "does not fit"}${detail(params)}`),
    })),
  };
}

/** Ajv's message names neither the surplus property nor the allowed values. */
function detail({ additionalProperty, allowedValues }: Record<string, unknown>): string {
  if (additionalProperty !== undefined) return `: ${additionalProperty}`;
  return allowedValues === undefined ? "" : `: ${JSON.stringify(allowedValues)}`;
}

const shortened = (text: string): string =>
  text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}…` : text;

parentPort?.on("message", (check: Check) => parentPort!.postMessage(verdictOn(check)));
// The schemas of schemas are compiled before the first check, whose time is counted.
for (const meta of Object.values(metas)) meta.validateSchema({});
parentPort?.postMessage("ready");
